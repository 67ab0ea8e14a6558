#include "qti/model/test.hpp"

#include "qti/model/qti2.hpp"
#include "qti/model/test_parts.hpp"

#include <cmath>
#include <set>

namespace proktor::qti {
namespace {

class TestReader {
 public:
  explicit TestReader(Reader& reader) : reader_(reader) {}

  Test test(XmlNode const& root) {
    Test out;
    out.identifier = reader_.identifier(root, "identifier");
    out.title = root.attribute_or("title", "");
    out.file = reader_.file;
    for (auto const& node : root.children) {
      if (!node.is_text) test_child(node, out);
    }
    if (out.parts.empty()) reader_.error("no-test-part", root.line, "the test has no part");
    return out;
  }

  Section section(XmlNode const& node) {
    Section out;
    begin(node, out);
    out.title = node.attribute_or("title", "");
    out.visible = reader_.boolean(node, "visible", true);
    out.fixed = reader_.boolean(node, "fixed", false);
    out.required = reader_.boolean(node, "required", false);
    out.keep_together = reader_.boolean(node, "keep-together", true);
    for (auto const& child : node.children) {
      if (child.is_text || add_child(child, out.children) || read_routed(reader_, child, out)) continue;
      if (child.name == "qti-selection") {
        out.select = reader_.count(child, "select", 0);
        out.with_replacement = reader_.boolean(child, "with-replacement", false);
        if (!child.attribute("select")) {
          reader_.error("bad-select", child.line, "the selection of " + out.identifier + " says no number");
        }
      } else if (child.name == "qti-ordering") {
        out.shuffle = reader_.boolean(child, "shuffle", false);
      } else if (child.name == "qti-rubric-block") {
        out.rubrics.push_back({std::string(child.attribute_or("view", "")), child});
      } else {
        other(child);
      }
    }
    check_selection(out);
    return out;
  }

 private:
  void test_child(XmlNode const& node, Test& out) {
    if (node.name == "qti-test-part") {
      out.parts.push_back(part(node));
    } else if (node.name == "qti-time-limits") {
      out.time_limits = read_time_limits(reader_, node);
      if (out.time_limits->max_seconds) {
        out.duration_ms = static_cast<std::uint64_t>(std::llround(*out.time_limits->max_seconds * 1000));
      }
    } else if (node.name == "qti-outcome-declaration") {
      out.outcome_declarations.push_back(node);
    } else if (node.name == "qti-outcome-processing") {
      if (out.outcome_processing) {
        reader_.error("unknown-element", node.line, "a test has one qti-outcome-processing");
      }
      out.outcome_processing = node;
    } else if (node.name == "qti-test-feedback") {
      out.feedback.push_back(read_test_feedback(reader_, node));
    } else if (node.name == "qti-rubric-block") {
      out.rubrics.push_back({std::string(node.attribute_or("view", "")), node});
    } else {
      other(node);
    }
  }

  TestPart part(XmlNode const& node) {
    TestPart out;
    begin(node, out);
    out.title = node.attribute_or("title", "");
    auto const navigation = node.attribute_or("navigation-mode", "nonlinear");
    auto const submission = node.attribute_or("submission-mode", "individual");
    if ((navigation != "linear" && navigation != "nonlinear") ||
        (submission != "individual" && submission != "simultaneous")) {
      reader_.error("bad-mode", node.line,
                    "navigation is linear or nonlinear, submission individual or simultaneous");
    }
    out.linear = navigation == "linear";
    out.simultaneous = submission == "simultaneous";
    for (auto const& child : node.children) {
      if (child.is_text || add_child(child, out.sections) || read_routed(reader_, child, out)) continue;
      if (child.name == "qti-test-feedback") {
        out.feedback.push_back(read_test_feedback(reader_, child));
      } else if (child.name == "qti-rubric-block") {
        out.rubrics.push_back({std::string(child.attribute_or("view", "")), child});
      } else {
        other(child);
      }
    }
    if (out.sections.empty())
      reader_.error("no-section", node.line, "part " + out.identifier + " has no section");
    return out;
  }

  // False when the element is neither a section nor a reference.
  bool add_child(XmlNode const& node, std::vector<SectionChild>& children) {
    if (node.name == "qti-assessment-section") {
      children.emplace_back(section(node));
    } else if (node.name == "qti-assessment-item-ref") {
      children.emplace_back(item_ref(node));
    } else if (node.name == "qti-assessment-section-ref") {
      SectionRef ref;
      begin(node, ref);
      ref.href = href(node, ref.identifier);
      ref.fixed = reader_.boolean(node, "fixed", false);
      ref.required = reader_.boolean(node, "required", false);
      for (auto const& child : node.children) {
        if (!child.is_text && !read_routed(reader_, child, ref)) other(child);
      }
      children.emplace_back(std::move(ref));
    } else {
      return false;
    }
    return true;
  }

  ItemRef item_ref(XmlNode const& node) {
    ItemRef ref;
    begin(node, ref);
    ref.file = reader_.file;
    ref.href = href(node, ref.identifier);
    ref.fixed = reader_.boolean(node, "fixed", false);
    ref.required = reader_.boolean(node, "required", false);
    ref.categories = read_words(node.attribute_or("category", ""));
    for (auto const& child : node.children) {
      if (child.is_text || read_routed(reader_, child, ref)) continue;
      if (child.name == "qti-weight") {
        ref.weights.push_back(read_weight(reader_, child));
      } else if (child.name == "qti-variable-mapping") {
        auto source = reader_.identifier(child, "source-identifier");
        ref.mappings.push_back({std::move(source), reader_.identifier(child, "target-identifier")});
      } else if (child.name == "qti-template-default") {
        ref.template_defaults.push_back({reader_.identifier(child, "template-identifier"), child});
      } else {
        other(child);
      }
    }
    return ref;
  }

  void begin(XmlNode const& node, Routed& out) {
    out.identifier = reader_.identifier(node, "identifier");
    out.line = node.line;
    if (!out.identifier.empty() && !identifiers_.insert(out.identifier).second) {
      reader_.error("duplicate-identifier", node.line,
                    "two parts, sections or items are called " + out.identifier);
    }
  }

  std::string href(XmlNode const& node, std::string const& identifier) {
    std::string out{trim(node.attribute_or("href", ""))};
    if (out.empty()) {
      reader_.error("missing-href", node.line, "the reference " + identifier + " has no href");
    }
    return out;
  }

  // What a selection says that no draw can fulfil (QTI 3 ASI, "Selection").
  void check_selection(Section const& section) {
    if (!section.select) return;
    std::size_t required = 0;
    for (auto const& child : section.children) {
      required += std::visit([](auto const& one) { return one.required ? 1U : 0U; }, child);
    }
    if (*section.select < required) {
      reader_.error("bad-select", section.line,
                    "section " + section.identifier + " selects fewer than it requires");
    } else if (!section.with_replacement && *section.select > section.children.size()) {
      reader_.warning("bad-select", section.line,
                      "section " + section.identifier + " selects more than it has; all are taken");
    }
  }

  void other(XmlNode const& node) {
    if (node.name == "qti-adaptive-selection") {
      reader_.error("adaptive-selection", node.line,
                    "qti-adaptive-selection needs an engine for computer adaptive tests, which is not here");
    } else if (node.name != "qti-stylesheet" && node.name != "qti-context-declaration" &&
               node.space != XmlSpace::other) {
      reader_.error("unknown-element", node.line, node.name + " is no part of a test of QTI 3.0");
    }
  }

  Reader& reader_;
  std::set<std::string> identifiers_;
};

}  // namespace

TestResult read_test(std::string_view bytes, std::string_view file) {
  auto document = read_qti(bytes, file);
  Reader reader{std::string(file), std::move(document.findings)};
  if (!document.root || !check_root(reader, *document.root, "qti-assessment-test")) {
    return {std::nullopt, std::move(reader.findings)};
  }
  Test test = TestReader(reader).test(*document.root);
  return {std::move(test), std::move(reader.findings)};
}

SectionResult read_section(std::string_view bytes, std::string_view file) {
  auto document = read_qti(bytes, file);
  Reader reader{std::string(file), std::move(document.findings)};
  if (!document.root || !check_root(reader, *document.root, "qti-assessment-section")) {
    return {std::nullopt, std::move(reader.findings)};
  }
  Section section = TestReader(reader).section(*document.root);
  return {std::move(section), std::move(reader.findings)};
}

Section in_place(Section section, SectionRef const& reference) {
  section.identifier = reference.identifier;
  section.fixed = section.fixed || reference.fixed;
  section.required = section.required || reference.required;
  section.pre_conditions.insert(section.pre_conditions.begin(), reference.pre_conditions.begin(),
                                reference.pre_conditions.end());
  section.branch_rules.insert(section.branch_rules.begin(), reference.branch_rules.begin(),
                              reference.branch_rules.end());
  section.control = reference.control.within(section.control);
  if (reference.time_limits) section.time_limits = reference.time_limits;
  return section;
}

}  // namespace proktor::qti
