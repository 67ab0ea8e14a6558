#include "qti/navigation/test_program.hpp"

#include "qti/model/declarations.hpp"
#include "qti/navigation/test_checks.hpp"
#include "qti/navigation/test_names.hpp"

#include <algorithm>
#include <utility>

namespace proktor::qti {
namespace {

XmlNode const* only_element(XmlNode const& node) {
  XmlNode const* found = nullptr;
  for (auto const& child : node.children) {
    if (child.is_text) continue;
    if (found != nullptr) return nullptr;
    found = &child;
  }
  return found;
}

}  // namespace

// One compilation; its methods fill the program in document order.
class TestCompiler {
 public:
  TestCompiler(TestProgram& program, ItemSource const& source, FileSource const& files)
      : program_(program), source_(source), files_(files), names_(program.outcomes_) {
    reader_.file = program.test_.file;
  }

  Findings run() {
    auto& test = program_.test_;
    read_outcomes(test);
    for (auto const& part : test.parts) compile_part(part);
    if (test.outcome_processing) {
      Fragments fragments(files_);
      program_.rules_ =
          compile_rules(reader_, *test.outcome_processing, Processing::outcome, names_, fragments);
    }
    if (!has_errors(reader_.findings)) check_test(reader_, program_);
    return std::move(reader_.findings);
  }

 private:
  void read_outcomes(Test const& test) {
    for (auto const& node : test.outcome_declarations) {
      auto declaration = read_declaration(reader_, node);
      bool const twice = std::ranges::find(program_.outcomes_, declaration.identifier,
                                           &Declaration::identifier) != program_.outcomes_.end();
      if (twice) {
        reader_.error("duplicate-identifier", node.line, "two outcomes are called " + declaration.identifier);
      }
      program_.outcomes_.push_back(std::move(declaration));
    }
    Declaration duration;
    duration.identifier = "duration";
    duration.kind = VariableKind::built_in;
    duration.base = BaseType::duration;
    program_.outcomes_.push_back(std::move(duration));
  }

  void compile_part(TestPart const& part) {
    CompiledPart out;
    place_ = program_.parts_.size();
    linear_ = part.linear;
    inside_ = false;
    static_cast<CompiledNode&>(out) = node(part, {});
    out.linear = part.linear;
    out.simultaneous = part.simultaneous;
    out.part = &part;
    program_.part_places_.emplace(part.identifier, place_);
    out.tree = children(part.sections, out.control);
    out.routes_inside = linear_ && inside_;
    program_.parts_.push_back(std::move(out));
  }

  std::vector<OrderNode> children(std::vector<SectionChild> const& nodes, SessionControl const& control) {
    std::vector<OrderNode> out;
    for (auto const& child : nodes) {
      if (auto const* ref = std::get_if<ItemRef>(&child)) {
        out.push_back(compile_item(*ref, control));
      } else if (auto const* section = std::get_if<Section>(&child)) {
        out.push_back(compile_section(*section, control));
      } else {
        auto const& open = std::get<SectionRef>(child);
        reader_.error("unresolved-section", open.line, "section " + open.identifier + " was not read");
      }
    }
    return out;
  }

  OrderNode compile_section(Section const& section, SessionControl const& control) {
    auto const place = program_.sections_.size();
    auto& compiled = program_.sections_.emplace_back();
    static_cast<CompiledNode&>(compiled) = node(section, control);
    compiled.part = place_;
    inside_ = inside_ || !section.pre_conditions.empty() || !section.branch_rules.empty();
    program_.section_places_.emplace(section.identifier, place);
    auto const its_control = compiled.control;
    OrderNode out;
    out.identifier = section.identifier;
    out.fixed = section.fixed;
    out.required = section.required;
    out.visible = section.visible;
    out.keep_together = section.keep_together;
    out.shuffle = section.shuffle;
    out.with_replacement = section.with_replacement;
    if (section.select) out.select = *section.select;
    open_.push_back(place);
    out.children = children(section.children, its_control);
    open_.pop_back();
    return out;
  }

  OrderNode compile_item(ItemRef const& ref, SessionControl const& control) {
    OrderNode out;
    out.identifier = ref.identifier;
    out.leaf = program_.items_.size();
    out.fixed = ref.fixed;
    out.required = ref.required;
    CompiledItem item;
    static_cast<CompiledNode&>(item) = node(ref, control);
    item.part = place_;
    item.sections = open_;
    item.ref = &ref;
    item.program = source_ ? source_(ref) : nullptr;
    inside_ = inside_ || !ref.pre_conditions.empty() || !ref.branch_rules.empty();
    for (auto const& one : ref.template_defaults) {
      if (auto value = expression(one.node, ref.file)) {
        item.template_defaults.push_back({one.identifier, std::move(*value)});
      }
    }
    program_.item_places_.emplace(ref.identifier, *out.leaf);
    program_.items_.push_back(std::move(item));
    return out;
  }

  CompiledNode node(Routed const& routed, SessionControl const& outer) {
    CompiledNode out;
    out.identifier = routed.identifier;
    out.control = routed.control.within(outer);
    out.limits = routed.time_limits;
    for (auto const& rule : routed.pre_conditions) {
      if (auto condition = this->condition(rule)) {
        out.pre_conditions.push_back(std::move(*condition));
      }
    }
    for (auto const& rule : routed.branch_rules) {
      if (auto condition = this->condition(rule)) {
        out.branch_rules.push_back({rule.target, std::move(*condition)});
      }
    }
    return out;
  }

  std::optional<Expression> condition(RoutingRule const& rule) {
    auto out = expression(rule.node, rule.file);
    if (out && out->base() != BaseType::boolean && out->base() != BaseType::none) {
      reader_.error("wrong-base-type", rule.node.line,
                    rule.node.name + " is a condition, but gives " + std::string(name(out->base())));
    }
    return out;
  }

  // The only expression inside a rule.
  std::optional<Expression> expression(XmlNode const& holder, std::string const& file) {
    auto before = std::exchange(reader_.file, file.empty() ? reader_.file : file);
    std::optional<Expression> out;
    if (auto const* inside = only_element(holder)) {
      out = Expression::compile(reader_, *inside, names_);
    } else {
      reader_.error("wrong-operands", holder.line, holder.name + " needs one expression");
    }
    reader_.file = std::move(before);
    return out;
  }

  TestProgram& program_;
  ItemSource const& source_;
  FileSource const& files_;
  TestNames names_;
  Reader reader_;
  std::size_t place_ = 0;  // of the part being compiled
  bool linear_ = false, inside_ = false;
  std::vector<std::size_t> open_;  // sections around what is being compiled
};

TestProgram::Compiled TestProgram::compile(Test test, ItemSource const& items, FileSource const& files) {
  std::shared_ptr<TestProgram> program(new TestProgram);
  program->test_ = std::move(test);
  auto findings = TestCompiler(*program, items, files).run();
  if (has_errors(findings)) program.reset();
  return {std::move(program), std::move(findings)};
}

bool TestProgram::is_routed() const {
  return std::ranges::any_of(
      parts_, [](auto const& part) { return !part.pre_conditions.empty() || !part.branch_rules.empty(); });
}

std::optional<std::size_t> TestProgram::find_item(std::string_view identifier) const {
  auto const found = item_places_.find(identifier);
  return found == item_places_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> TestProgram::find_section(std::string_view identifier) const {
  auto const found = section_places_.find(identifier);
  return found == section_places_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> TestProgram::find_part(std::string_view identifier) const {
  auto const found = part_places_.find(identifier);
  return found == part_places_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace proktor::qti
