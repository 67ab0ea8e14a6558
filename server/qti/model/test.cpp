#include "qti/model/test.hpp"

#include "qti/model/qti2.hpp"
#include "qti/model/reader.hpp"

#include <charconv>
#include <cmath>
#include <set>

namespace proktor::qti {
namespace {

constexpr double max_time_seconds_limit = 7.0 * 24 * 3600;

class TestReader {
 public:
  explicit TestReader(Reader& reader) : reader_(reader) {}

  Test test(XmlNode const& root) {
    Test out;
    out.identifier = reader_.identifier(root, "identifier");
    out.title = root.attribute_or("title", "");
    for (auto const& node : root.children) {
      if (node.is_text) continue;
      if (node.name == "qti-test-part") {
        out.parts.push_back(part(node));
      } else if (node.name == "qti-time-limits") {
        out.duration_ms = max_time_ms(node);
      } else {
        beside(node);
      }
    }
    if (out.parts.empty()) reader_.error("no-test-part", root.line, "the test has no part");
    return out;
  }

  Section section(XmlNode const& node) {
    Section out;
    out.identifier = reader_.identifier(node, "identifier");
    require_unique(node, out.identifier);
    out.title = node.attribute_or("title", "");
    out.visible = reader_.boolean(node, "visible", true);
    out.fixed = reader_.boolean(node, "fixed", false);
    out.required = reader_.boolean(node, "required", false);
    out.keep_together = reader_.boolean(node, "keep-together", true);
    out.line = node.line;
    for (auto const& child : node.children) {
      if (child.is_text) continue;
      if (child.name == "qti-selection") {
        out.select = reader_.count(child, "select", 0);
        if (reader_.boolean(child, "with-replacement", false)) {
          reader_.error("selection-with-replacement", child.line,
                        "selection with replacement is not done yet");
        }
      } else if (child.name == "qti-ordering") {
        out.shuffle = reader_.boolean(child, "shuffle", false);
      } else if (!add_child(child, out.children)) {
        beside(child);
      }
    }
    return out;
  }

 private:
  TestPart part(XmlNode const& node) {
    TestPart out;
    out.identifier = reader_.identifier(node, "identifier");
    require_unique(node, out.identifier);
    out.linear = node.attribute_or("navigation-mode", "nonlinear") == "linear";
    out.simultaneous = node.attribute_or("submission-mode", "individual") == "simultaneous";
    if (out.linear) {
      reader_.warning_once("navigation-linear", node.line,
                           "linear navigation is not enforced; pupils may go back");
    }
    for (auto const& child : node.children) {
      if (child.is_text) continue;
      if (!add_child(child, out.sections)) beside(child);
    }
    if (out.sections.empty())
      reader_.error("no-section", node.line, "part " + out.identifier + " has no section");
    return out;
  }

  // False when the element is neither a section nor a reference.
  bool add_child(XmlNode const& node, std::vector<SectionChild>& children) {
    if (node.name == "qti-assessment-section") {
      children.emplace_back(section(node));
      return true;
    }
    bool const item = node.name == "qti-assessment-item-ref";
    if (!item && node.name != "qti-assessment-section-ref") return false;
    std::string identifier = reader_.identifier(node, "identifier");
    require_unique(node, identifier);
    std::string href{trim(node.attribute_or("href", ""))};
    if (href.empty())
      reader_.error("missing-href", node.line, "the reference " + identifier + " has no href");
    if (!item) {
      children.emplace_back(SectionRef{std::move(identifier), std::move(href), node.line});
      return true;
    }
    ItemRef ref;
    ref.identifier = std::move(identifier);
    ref.href = std::move(href);
    ref.fixed = reader_.boolean(node, "fixed", false);
    ref.required = reader_.boolean(node, "required", false);
    ref.line = node.line;
    for (auto const& child : node.children) {
      if (!child.is_text) beside(child);
    }
    children.emplace_back(std::move(ref));
    return true;
  }

  void require_unique(XmlNode const& node, std::string const& identifier) {
    if (!identifiers_.insert(identifier).second) {
      reader_.error("duplicate-identifier", node.line,
                    "two parts, sections or items are called " + identifier);
    }
  }

  // Elements that do not hold items: what they would do, and whether leaving it out changes the test.
  void beside(XmlNode const& node) {
    if (node.name == "qti-pre-condition" || node.name == "qti-branch-rule" ||
        node.name == "qti-adaptive-selection") {
      reader_.error("routing-not-done", node.line,
                    node.name + " would choose what comes next, which is not done yet");
    } else if (node.name == "qti-time-limits") {
      reader_.warning_once("time-limits-inside", node.line, "time limits below the test are not kept");
    } else if (node.name == "qti-rubric-block") {
      reader_.info_once("rubric-not-shown", node.line, "rubric blocks of a test or section are not shown");
    } else if (node.name == "qti-test-feedback") {
      reader_.info_once("feedback-not-shown", node.line, "test feedback is not shown");
    } else if (node.name == "qti-template-default") {
      reader_.warning_once("template-default", node.line, "template defaults are not used");
    } else if (!is_silent(node)) {
      reader_.error("unknown-element", node.line, node.name + " is no part of a test of QTI 3.0");
    }
  }

  static bool is_silent(XmlNode const& node) {
    return node.name == "qti-outcome-declaration" || node.name == "qti-outcome-processing" ||
           node.name == "qti-item-session-control" || node.name == "qti-weight" ||
           node.name == "qti-variable-mapping" || node.name == "qti-stylesheet" ||
           node.name == "qti-context-declaration" || node.space == XmlSpace::other;
  }

  std::uint64_t max_time_ms(XmlNode const& node) {
    auto const text = node.attribute("max-time");
    if (!text) return 0;
    auto const digits = trim(*text);
    double seconds = 0;
    auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
    if (code != std::errc{} || end != digits.data() + digits.size() || !(seconds >= 0) ||
        seconds > max_time_seconds_limit) {
      reader_.error("bad-number", node.line,
                    "max-time=\"" + std::string(*text) + "\" is not a number of seconds");
      return 0;
    }
    return static_cast<std::uint64_t>(std::llround(seconds * 1000));
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
  test.file = file;
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

}  // namespace proktor::qti
