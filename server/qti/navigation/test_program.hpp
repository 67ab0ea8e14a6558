#pragma once
// A test ready to run: parts, sections and references flattened, rules compiled, items by reference.
// Immutable and shared by all sessions; any thread. Draws nothing and holds no candidate's state
// (test_session.hpp, route.hpp). Source: QTI 3 ASI, "AssessmentTest", "Test-level processing".

#include "qti/delivery/order_tree.hpp"
#include "qti/expression/expression.hpp"
#include "qti/model/test.hpp"
#include "qti/scoring/item_program.hpp"
#include "qti/scoring/rules.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

inline constexpr std::string_view exit_section = "EXIT_SECTION";
inline constexpr std::string_view exit_part = "EXIT_TESTPART";
inline constexpr std::string_view exit_test = "EXIT_TEST";

struct CompiledBranch {
  std::string target;
  Expression condition;
};

// Rules, limits and control of a part, section or reference; control has all that is inherited.
struct CompiledNode {
  std::string identifier;
  std::vector<Expression> pre_conditions;
  std::vector<CompiledBranch> branch_rules;
  SessionControl control;
  std::optional<TimeLimits> limits;
};

struct CompiledSection : CompiledNode {
  std::size_t part = 0;
};

struct CompiledDefault {
  std::string identifier;
  Expression value;
};

struct CompiledItem : CompiledNode {
  std::size_t part = 0;
  std::vector<std::size_t> sections;  // that hold it, outermost first
  ItemRef const* ref = nullptr;       // in TestProgram::source(): categories, weights, mappings
  std::vector<CompiledDefault> template_defaults;
  std::shared_ptr<ItemProgram const> program;  // null: its scoring is not here; it counts for nothing
};

struct CompiledPart : CompiledNode {
  bool linear = false;
  bool simultaneous = false;
  bool routes_inside = false;   // linear, and a section or reference in it has a rule
  std::vector<OrderNode> tree;  // leaves: places in TestProgram::items()
  TestPart const* part = nullptr;
};

// The program of the item that a reference means; null when its scoring is not here.
using ItemSource = std::function<std::shared_ptr<ItemProgram const>(ItemRef const&)>;

class TestProgram {
 public:
  struct Compiled {
    std::shared_ptr<TestProgram const> program;  // absent when there is an error among the findings
    Findings findings;
  };
  // test: all section references resolved (in_place). files: for outcome processing in files of its own.
  // Errors: those of rules.hpp, expression.hpp and declarations.hpp; unresolved-section, unknown-target,
  // backward-target, unknown-section. Warnings: unreachable-item, rule-ignored, unknown-category,
  // unknown-weight, unknown-item-variable.
  static Compiled compile(Test test, ItemSource const& items, FileSource const& files);

  Test const& source() const { return test_; }
  std::string const& identifier() const { return test_.identifier; }
  std::vector<CompiledPart> const& parts() const { return parts_; }
  std::vector<CompiledSection> const& sections() const { return sections_; }
  std::vector<CompiledItem> const& items() const { return items_; }
  std::vector<Declaration> const& outcomes() const { return outcomes_; }  // the last is the built-in duration
  std::vector<Rule> const& outcome_rules() const { return rules_; }
  bool is_routed() const;  // a part has a pre-condition or a branch rule
  std::optional<std::size_t> find_item(std::string_view identifier) const;
  std::optional<std::size_t> find_section(std::string_view identifier) const;
  std::optional<std::size_t> find_part(std::string_view identifier) const;

 private:
  friend class TestCompiler;  // test_program.cpp
  TestProgram() = default;
  TestProgram(TestProgram const&) = delete;
  TestProgram& operator=(TestProgram const&) = delete;

  Test test_;
  std::vector<Declaration> outcomes_;
  std::vector<CompiledPart> parts_;
  std::vector<CompiledSection> sections_;
  std::vector<CompiledItem> items_;
  std::vector<Rule> rules_;
  std::map<std::string, std::size_t, std::less<>> item_places_, section_places_, part_places_;
};

}  // namespace proktor::qti
