#pragma once
// An assessment test as written: parts, nested sections, references to items, and the rules beside them,
// whose expressions and declarations are kept as XML (navigation/test_program.hpp compiles them). Plain
// values; any thread. Orders nothing (delivery/order_tree.hpp) and opens no files
// (navigation/test_loader.hpp). Source: QTI 3 ASI, "AssessmentTest" and what it holds.

#include "qti/model/finding.hpp"
#include "qti/model/xml.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace proktor::qti {

// qti-time-limits. Without max there is no limit; late submissions are refused unless allowed.
struct TimeLimits {
  std::optional<double> min_seconds;
  std::optional<double> max_seconds;
  bool allow_late = false;
};

// qti-item-session-control: what is absent is inherited from the section or part around it.
struct SessionControl {
  std::optional<std::uint32_t> max_attempts;  // 1 when nobody says; 0: no limit
  std::optional<bool> show_feedback;          // false
  std::optional<bool> allow_review;           // true
  std::optional<bool> show_solution;          // false
  std::optional<bool> allow_comment;          // false
  std::optional<bool> allow_skipping;         // true
  std::optional<bool> validate_responses;     // false

  // What this one leaves open, taken from the one around it.
  SessionControl within(SessionControl const& outer) const;
};

// qti-pre-condition (no target) or qti-branch-rule: one expression.
struct RoutingRule {
  std::string target;
  XmlNode node;      // the rule's element
  std::string file;  // a section may stand in a file of its own
};

struct Weight {
  std::string identifier;
  double value = 1;
};

// The item's variable `source` is called `target` in this test.
struct VariableMapping {
  std::string source;
  std::string target;
};

struct TemplateDefault {
  std::string identifier;
  XmlNode node;  // the element; its child is the expression
};

// What stands beside all items of a test, part or section for the views it names.
struct RubricBlock {
  std::string view;
  XmlNode node;
};

struct TestFeedback {
  std::string identifier;
  std::string title;
  std::string outcome;
  bool at_end = true;  // else during
  bool show = true;    // else hidden when the outcome has the identifier
  XmlNode node;
};

// What references, sections and parts have in common.
struct Routed {
  std::string identifier;
  std::vector<RoutingRule> pre_conditions;  // all must hold
  std::vector<RoutingRule> branch_rules;    // the first that holds
  SessionControl control;
  std::optional<TimeLimits> time_limits;
  int line = 0;
};

struct ItemRef : Routed {
  std::string href;
  std::string file;  // that the reference stands in
  bool fixed = false;
  bool required = false;
  std::vector<std::string> categories;
  std::vector<Weight> weights;
  std::vector<VariableMapping> mappings;
  std::vector<TemplateDefault> template_defaults;
};

struct Section;
struct SectionRef : Routed {
  std::string href;
  bool fixed = false;
  bool required = false;
};

using SectionChild = std::variant<ItemRef, SectionRef, Section>;

struct Section : Routed {
  std::string title;
  bool visible = true;
  bool fixed = false;
  bool required = false;
  bool keep_together = true;
  bool shuffle = false;
  bool with_replacement = false;
  std::optional<std::uint32_t> select;
  std::vector<RubricBlock> rubrics;
  std::vector<SectionChild> children;
};

struct TestPart : Routed {
  std::string title;
  bool linear = false;
  bool simultaneous = false;
  std::vector<RubricBlock> rubrics;
  std::vector<TestFeedback> feedback;
  std::vector<SectionChild> sections;
};

struct Test {
  std::string identifier;
  std::string title;
  std::string file;
  std::uint64_t duration_ms = 0;  // max-time of the test; 0: none given
  std::optional<TimeLimits> time_limits;
  std::vector<XmlNode> outcome_declarations;
  std::optional<XmlNode> outcome_processing;
  std::vector<RubricBlock> rubrics;
  std::vector<TestFeedback> feedback;
  std::vector<TestPart> parts;
};

struct TestResult {
  std::optional<Test> test;
  Findings findings;
};

struct SectionResult {
  std::optional<Section> section;
  Findings findings;
};

// Errors: bad-identifier, bad-number, bad-boolean, bad-mode, duplicate-identifier, missing-href,
// no-test-part, no-section, bad-select, unknown-element, adaptive-selection.
TestResult read_test(std::string_view bytes, std::string_view file);
// A section in a file of its own.
SectionResult read_section(std::string_view bytes, std::string_view file);
// A section that was read in place of a reference to it: the reference's identifier, required, fixed, rules,
// control and limits are the outer word (QTI 3 ASI, "AssessmentSectionRef").
Section in_place(Section section, SectionRef const& reference);

}  // namespace proktor::qti
