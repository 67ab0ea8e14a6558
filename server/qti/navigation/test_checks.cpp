#include "qti/navigation/test_checks.hpp"

#include "qti/model/test_parts.hpp"
#include "qti/navigation/test_state.hpp"

#include <algorithm>
#include <set>

namespace proktor::qti {
namespace {

// Where a part, section or reference begins and ends in document order.
struct Extent {
  std::size_t begin = 0, end = 0;
  std::string part;
};

class TestCheck {
 public:
  TestCheck(Reader& reader, TestProgram const& program) : reader_(reader), program_(program) {}

  void run() {
    for (auto const& part : program_.source().parts) {
      auto& extent = extents_[part.identifier];
      extent = {next_++, 0, part.identifier};
      place(part.sections, part.identifier);
      extents_[part.identifier].end = next_;
    }
    collect_words();
    for (auto const& part : program_.source().parts) {
      check_rules(part, part.identifier, true);
      check_children(part.sections, part);
    }
    for (auto const& [node, file] : rule_sources(program_.source())) {
      visit_elements(*node, [&, path = file](XmlNode const& element) { names(element, *path); });
    }
    say_unreachable();
  }

 private:
  void place(std::vector<SectionChild> const& children, std::string const& part) {
    for (auto const& child : children) {
      std::visit([&](Routed const& one) { extents_[one.identifier] = {next_++, 0, part}; }, child);
      if (auto const* section = std::get_if<Section>(&child)) place(section->children, part);
      std::visit([&](Routed const& one) { extents_[one.identifier].end = next_; }, child);
    }
  }

  void check_children(std::vector<SectionChild> const& children, TestPart const& part) {
    for (auto const& child : children) {
      std::visit(
          [&](Routed const& one) {
            bool const rules = !one.pre_conditions.empty() || !one.branch_rules.empty();
            if (!part.linear && rules) {
              reader_.warning("rule-ignored", one.line,
                              "part " + part.identifier + " is nonlinear, so rules of " + one.identifier +
                                  " do nothing (QTI 3 ASI, \"PreCondition\")");
              return;
            }
            check_rules(one, part.identifier, false);
          },
          child);
      if (auto const* section = std::get_if<Section>(&child)) {
        if (section->select && *section->select == 0) drop(*section);
        check_children(section->children, part);
      }
    }
  }

  void check_rules(Routed const& one, std::string const& part, bool is_part) {
    for (auto const& rule : one.branch_rules) check_target(one, rule, part, is_part);
    // What is false whatever a candidate does is never shown.
    TestState state(program_, 1);
    for (std::size_t i = 0; i < one.pre_conditions.size(); ++i) {
      if (constant(one.pre_conditions[i].node) && !state.is_true(compiled(one).pre_conditions[i])) drop(one);
    }
  }

  void check_target(Routed const& from, RoutingRule const& rule, std::string const& part, bool is_part) {
    auto const& target = rule.target;
    if (target == exit_test || target == exit_part || (target == exit_section && !is_part)) return;
    auto const found = extents_.find(target);
    bool const fits = found != extents_.end() &&
                      (is_part ? found->second.part == target : found->second.part == part && target != part);
    if (!fits) {
      at(rule.file, [&] {
        reader_.error(
            "unknown-target", rule.node.line,
            from.identifier + " branches to " + target +
                (is_part ? ", which is no test part" : ", which is no section or item of its part"));
      });
    } else if (found->second.begin < extents_.at(from.identifier).end) {
      at(rule.file, [&] {
        reader_.error("backward-target", rule.node.line,
                      from.identifier + " branches to " + target + ", which does not come after it");
      });
    }
  }

  CompiledNode const& compiled(Routed const& one) const {
    if (auto const item = program_.find_item(one.identifier)) return program_.items()[*item];
    if (auto const section = program_.find_section(one.identifier)) return program_.sections()[*section];
    return program_.parts()[*program_.find_part(one.identifier)];
  }

  static bool constant(XmlNode const& rule) {
    bool free = true;
    visit_elements(rule, [&](XmlNode const& element) {
      auto const& name = element.name;
      if (name == "qti-variable" || name == "qti-default" || name == "qti-correct" ||
          name.starts_with("qti-random") || name.starts_with("qti-number-") ||
          name.starts_with("qti-outcome-") || name == "qti-test-variables" || name == "qti-custom-operator") {
        free = false;
      }
    });
    return free;
  }

  void drop(Routed const& one) {
    auto const& gone = extents_.at(one.identifier);
    for (auto const& item : program_.items()) {
      auto const& its = extents_.at(item.identifier);
      if (its.begin >= gone.begin && its.begin < gone.end) unreachable_.insert(item.identifier);
    }
  }

  void say_unreachable() {
    for (auto const& item : program_.items()) {
      if (!unreachable_.contains(item.identifier)) continue;
      at(item.ref->file, [&] {
        reader_.warning("unreachable-item", item.ref->line, "nobody can reach item " + item.identifier);
      });
    }
  }

  void collect_words() {
    for (auto const& item : program_.items()) {
      categories_.insert(item.ref->categories.begin(), item.ref->categories.end());
      for (auto const& weight : item.ref->weights) weights_.insert(weight.identifier);
    }
  }

  void names(XmlNode const& element, std::string const& file) {
    at(file, [&] {
      auto const section = trim(element.attribute_or("section-identifier", ""));
      if (!section.empty() && !extents_.contains(section)) {
        reader_.error("unknown-section", element.line,
                      element.name + " asks about section " + std::string(section) + ", which is not there");
      }
      for (auto const* attribute : {"include-category", "exclude-category"}) {
        for (auto const& word : read_words(element.attribute_or(attribute, ""))) {
          if (categories_.contains(word)) continue;
          reader_.warning("unknown-category", element.line, "no item has the category " + word);
        }
      }
      auto const weight = trim(element.attribute_or("weight-identifier", ""));
      if (!weight.empty() && !weights_.contains(weight)) {
        reader_.warning("unknown-weight", element.line,
                        "no item has the weight " + std::string(weight) + "; 1 is taken");
      }
      if (element.name == "qti-variable") item_variable(element);
    });
  }

  // "Q01.SCORE": is there such an item, and does it declare such a variable?
  void item_variable(XmlNode const& element) {
    auto const name = trim(element.attribute_or("identifier", ""));
    if (name.find('.') == std::string_view::npos) return;
    auto const& outcomes = program_.outcomes();
    if (std::ranges::find(outcomes, name, &Declaration::identifier) != outcomes.end()) return;
    for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
      auto const prefix = name.substr(0, dot);
      if (!extents_.contains(prefix)) continue;
      auto const item = program_.find_item(prefix);
      if (!item) return;
      auto const last = name.substr(name.rfind('.') + 1);
      auto const& compiled = program_.items()[*item];
      if (last != "duration" && compiled.program &&
          compiled.program->declaration(mapped(*compiled.ref, last)) == nullptr) {
        reader_.warning("unknown-item-variable", element.line,
                        "item " + std::string(prefix) + " declares no " + std::string(last));
      }
      return;
    }
    reader_.error("unknown-variable", element.line,
                  std::string(name) + " names no item or section of this test");
  }

  template <class F>
  void at(std::string const& file, F say) {
    auto before = reader_.file;
    if (!file.empty()) reader_.file = file;
    say();
    reader_.file = std::move(before);
  }

  Reader& reader_;
  TestProgram const& program_;
  std::size_t next_ = 0;
  std::map<std::string, Extent, std::less<>> extents_;
  std::set<std::string, std::less<>> categories_, weights_, unreachable_;
};

void add_rules(Routed const& one, std::vector<RuleSource>& out) {
  for (auto const& rule : one.pre_conditions) out.push_back({&rule.node, &rule.file});
  for (auto const& rule : one.branch_rules) out.push_back({&rule.node, &rule.file});
}

void add_children(std::vector<SectionChild> const& children, std::vector<RuleSource>& out) {
  for (auto const& child : children) {
    std::visit([&](Routed const& one) { add_rules(one, out); }, child);
    if (auto const* section = std::get_if<Section>(&child)) add_children(section->children, out);
    if (auto const* ref = std::get_if<ItemRef>(&child)) {
      for (auto const& one : ref->template_defaults) out.push_back({&one.node, &ref->file});
    }
  }
}

}  // namespace

void check_test(Reader& reader, TestProgram const& program) {
  TestCheck(reader, program).run();
}

void visit_elements(XmlNode const& node, std::function<void(XmlNode const&)> const& f) {
  if (node.is_text) return;
  f(node);
  for (auto const& child : node.children) visit_elements(child, f);
}

std::vector<RuleSource> rule_sources(Test const& test) {
  std::vector<RuleSource> out;
  for (auto const& part : test.parts) {
    add_rules(part, out);
    add_children(part.sections, out);
  }
  if (test.outcome_processing) out.push_back({&*test.outcome_processing, &test.file});
  return out;
}

}  // namespace proktor::qti
