#include "qti/scoring/rules.hpp"

#include "qti/model/declarations.hpp"

#include <algorithm>
#include <array>

namespace proktor::qti {
namespace {

// What the same thing is called in the three kinds of processing.
struct Words {
  std::string_view condition, when, otherwise_when, otherwise, set, exit, fragment;
};
constexpr Words response_words{
    "qti-response-condition", "qti-response-if",       "qti-response-else-if", "qti-response-else",
    "qti-set-outcome-value",  "qti-exit-response",     "qti-response-processing-fragment"};
constexpr Words template_words{"qti-template-condition", "qti-template-if",   "qti-template-else-if",
                               "qti-template-else",      "qti-set-template-value", "qti-exit-template", ""};
constexpr Words outcome_words{
    "qti-outcome-condition", "qti-outcome-if",       "qti-outcome-else-if", "qti-outcome-else",
    "qti-set-outcome-value", "qti-exit-test",        "qti-outcome-processing-fragment"};

Words const& words_of(Processing processing) {
  if (processing == Processing::templates) return template_words;
  return processing == Processing::outcome ? outcome_words : response_words;
}

std::vector<XmlNode const*> elements(XmlNode const& node) {
  std::vector<XmlNode const*> found;
  for (auto const& child : node.children) {
    if (!child.is_text) found.push_back(&child);
  }
  return found;
}

bool is_text_like(BaseType base) {
  return base == BaseType::string || base == BaseType::identifier || base == BaseType::uri ||
         base == BaseType::file;
}

class RuleCompiler {
 public:
  RuleCompiler(Reader& reader, Processing processing, Names const& names, Fragments& fragments)
      : reader_(reader), words_(words_of(processing)), processing_(processing), names_(names),
        fragments_(fragments) {}

  std::vector<Rule> compile_all(std::span<XmlNode const* const> nodes) {
    std::vector<Rule> rules;
    if (++depth_ > rule_depth_max) {
      if (!nodes.empty()) reader_.error("rules-too-deep", nodes.front()->line, "rules are nested too deeply");
    } else {
      for (auto const* node : nodes) {
        if (auto rule = compile(*node)) rules.push_back(std::move(*rule));
      }
    }
    --depth_;
    return rules;
  }

 private:
  std::optional<Rule> compile(XmlNode const& node) {
    if (node.space == XmlSpace::other && node.name == "include") return compile_include(node);
    if (node.name == words_.condition) return compile_condition(node);
    if (node.name == words_.set) return compile_set(node, Rule::Kind::set_value);
    if (node.name == words_.exit) return Rule{Rule::Kind::exit, 0, {}, {}, {}};
    if (!words_.fragment.empty() && node.name == words_.fragment) return group(elements(node));
    if (processing_ == Processing::templates) {
      if (node.name == "qti-set-correct-response") return compile_set(node, Rule::Kind::set_correct);
      if (node.name == "qti-set-default-value") return compile_set(node, Rule::Kind::set_default);
      if (node.name == "qti-template-constraint") return compile_constraint(node);
    } else if (node.name == "qti-lookup-outcome-value") {
      return compile_lookup(node);
    }
    reader_.error("unknown-processing-element", node.line, "Unknown processing element " + node.name);
    return std::nullopt;
  }

  Rule group(std::vector<XmlNode const*> const& nodes) {
    return {Rule::Kind::group, 0, {}, {}, compile_all(nodes)};
  }

  std::optional<Rule> compile_include(XmlNode const& node) {
    auto const root = processing_ == Processing::outcome ? "qti-outcome-processing" : "qti-response-processing";
    if (node.attribute_or("parse", "xml") != "xml" || node.attribute("xpointer")) {
      reader_.error("missing-fragment", node.line, "only whole XML files can be included");
      return std::nullopt;
    }
    std::string path;
    auto const* tree = fragments_.open(reader_, node, node.attribute_or("href", ""), {words_.fragment, root}, path);
    if (tree == nullptr) return std::nullopt;
    std::swap(reader_.file, path);
    auto rule = group(elements(*tree));
    std::swap(reader_.file, path);
    return rule;
  }

  std::optional<Rule> compile_condition(XmlNode const& node) {
    Rule rule{Rule::Kind::condition, 0, {}, {}, {}};
    bool closed = false;
    for (auto const* child : elements(node)) {
      bool const first = rule.branches.empty();
      bool const conditional = child->name == (first ? words_.when : words_.otherwise_when);
      if (closed || (!conditional && (first || child->name != words_.otherwise))) {
        bool const misplaced = child->name == words_.when || child->name == words_.otherwise_when ||
                               child->name == words_.otherwise;
        reader_.error(misplaced ? "wrong-operands" : "unknown-processing-element", child->line,
                      (misplaced ? "misplaced " : "Unknown processing element ") + child->name);
        return std::nullopt;
      }
      closed = !conditional;
      auto const inside = elements(*child);
      Branch branch;
      if (conditional) {
        if (inside.empty()) {
          reader_.error("wrong-operands", child->line, child->name + " has no condition");
          return std::nullopt;
        }
        branch.when = condition(*inside.front());
      }
      branch.rules = compile_all(std::span(inside).subspan(conditional ? 1 : 0));
      rule.branches.push_back(std::move(branch));
    }
    if (rule.branches.empty()) reader_.error("wrong-operands", node.line, node.name + " is empty");
    return rule;
  }

  std::optional<Expression> condition(XmlNode const& node) {
    auto expression = Expression::compile(reader_, node, names_);
    if (expression && expression->base() != BaseType::boolean && expression->base() != BaseType::none) {
      reader_.error("wrong-base-type", node.line,
                    node.name + " is a condition, but gives " + std::string(name(expression->base())));
    }
    return expression;
  }

  std::optional<Rule> compile_constraint(XmlNode const& node) {
    auto const inside = elements(node);
    if (inside.size() != 1) {
      reader_.error("wrong-operands", node.line, node.name + " needs one condition");
      return std::nullopt;
    }
    return Rule{Rule::Kind::constraint, 0, condition(*inside.front()), {}, {}};
  }

  // The variable and the only expression inside.
  std::optional<Symbol> compile_target(XmlNode const& node, Rule& rule) {
    check_attributes(reader_, node, {"identifier"});
    auto const inside = elements(node);
    auto const identifier = reader_.identifier(node, "identifier");
    auto const symbol = identifier.empty() ? std::nullopt : names_.find(identifier);
    if (!symbol && !identifier.empty()) {
      reader_.error("unknown-variable", node.line, node.name + " sets " + identifier + ", which is not declared");
    }
    if (inside.size() != 1) {
      reader_.error("wrong-operands", node.line,
                    node.name + " needs one expression, but has " + std::to_string(inside.size()));
      return std::nullopt;
    }
    rule.expression = Expression::compile(reader_, *inside.front(), names_);
    if (!symbol || !rule.expression) return std::nullopt;
    rule.slot = symbol->slot;
    return symbol;
  }

  bool may_set(Rule::Kind kind, Declaration const& target) const {
    switch (kind) {
      case Rule::Kind::set_correct:
        return target.kind == VariableKind::response;
      case Rule::Kind::set_default:
        return target.kind == VariableKind::response || target.kind == VariableKind::outcome;
      default:
        break;
    }
    if (processing_ == Processing::templates) return target.kind == VariableKind::template_variable;
    return target.kind == VariableKind::outcome ||
           (target.kind == VariableKind::built_in && target.base == BaseType::identifier);
  }

  std::optional<Rule> compile_set(XmlNode const& node, Rule::Kind kind) {
    Rule rule{kind, 0, {}, {}, {}};
    auto const symbol = compile_target(node, rule);
    if (!symbol) return std::nullopt;
    auto const& target = *symbol->declaration;
    if (!may_set(kind, target)) {
      reader_.error("wrong-variable-kind", node.line, node.name + " may not set " + target.identifier);
      return std::nullopt;
    }
    check_type(node, target, *rule.expression);
    return rule;
  }

  void check_type(XmlNode const& node, Declaration const& target, Expression const& expression) {
    auto const cardinality = expression.cardinality();
    if (cardinality && *cardinality != target.cardinality) {
      reader_.error("wrong-cardinality", node.line,
                    target.identifier + " is " + std::string(name(target.cardinality)) +
                        ", but the expression gives " + std::string(name(*cardinality)));
      return;
    }
    auto const base = expression.base();
    if (base == BaseType::none || base == target.base || target.base == BaseType::none) return;
    bool const text = is_text_like(base) && is_text_like(target.base);
    if ((is_numeric(base) && is_numeric(target.base)) || text) return;
    reader_.error("wrong-base-type", node.line,
                  target.identifier + " is " + std::string(name(target.base)) + ", but the expression gives " +
                      std::string(name(base)));
  }

  std::optional<Rule> compile_lookup(XmlNode const& node) {
    Rule rule{Rule::Kind::lookup, 0, {}, {}, {}};
    auto const symbol = compile_target(node, rule);
    if (!symbol) return std::nullopt;
    auto const& target = *symbol->declaration;
    if (target.kind != VariableKind::outcome || !target.table || target.cardinality != Cardinality::single) {
      reader_.error("missing-table", node.line, target.identifier + " has no table to look up in");
      return std::nullopt;
    }
    auto const base = rule.expression->base();
    auto const cardinality = rule.expression->cardinality();
    if ((base != BaseType::none && !is_numeric(base) && base != BaseType::duration) ||
        (cardinality && *cardinality != Cardinality::single)) {
      reader_.error("wrong-base-type", node.line, "what is looked up is one number");
      return std::nullopt;
    }
    return rule;
  }

  Reader& reader_;
  Words const& words_;
  Processing processing_;
  Names const& names_;
  Fragments& fragments_;
  std::size_t depth_ = 0;
};

}  // namespace

std::vector<Rule> compile_rules(Reader& reader, XmlNode const& holder, Processing processing, Names const& names,
                                Fragments& fragments) {
  return RuleCompiler(reader, processing, names, fragments).compile_all(elements(holder));
}

}  // namespace proktor::qti
