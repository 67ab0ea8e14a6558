#pragma once
// Tests made of text: items worth 0 or 1 (or by a mapping), and helpers that go through a test. One thread.

#include "qti/navigation/test_loader.hpp"
#include "qti/navigation/test_session.hpp"

#include <catch2/catch.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace proktor::qti::test {

inline std::string const space = "xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'";

// A choice of A (right), B, C. points: a map-response template with these instead.
inline std::string item(std::string const& id, std::map<std::string, double> const& points = {},
                        std::string const& outcome = "SCORE", std::string const& scored = "") {
  std::string mapping, rules =
                           "<qti-response-processing template='https://purl.imsglobal.org/spec/qti/v3p0/"
                           "rptemplates/match_correct.xml'/>";
  for (auto const& [key, value] : points) {
    mapping += "<qti-map-entry map-key='" + key + "' mapped-value='" + std::to_string(value) + "'/>";
  }
  if (!points.empty() || outcome != "SCORE") {
    mapping = mapping.empty() ? "<qti-map-entry map-key='A' mapped-value='1'/>" : mapping;
    mapping = "<qti-mapping default-value='0'>" + mapping + "</qti-mapping>";
    rules = "<qti-response-processing><qti-set-outcome-value identifier='" + outcome +
            "'><qti-map-response identifier='RESPONSE'/></qti-set-outcome-value></qti-response-processing>";
  }
  return "<qti-assessment-item " + space + " identifier='" + id +
         "' title='t' adaptive='false' time-dependent='false'><qti-response-declaration "
         "identifier='RESPONSE' "
         "cardinality='single' base-type='identifier'><qti-correct-response><qti-value>A</qti-value>"
         "</qti-correct-response>" +
         mapping + "</qti-response-declaration><qti-outcome-declaration identifier='" + outcome +
         "' cardinality='single' base-type='float' normal-maximum='1' " + scored +
         "/><qti-item-body><qti-choice-interaction response-identifier='RESPONSE' max-choices='1'>"
         "<qti-simple-choice identifier='A'>a</qti-simple-choice><qti-simple-choice identifier='B'>b"
         "</qti-simple-choice><qti-simple-choice "
         "identifier='C'>c</qti-simple-choice></qti-choice-interaction>"
         "</qti-item-body>" +
         rules + "</qti-assessment-item>";
}

// Every "x.xml" is item("x") unless a file says otherwise.
struct Bank {
  std::map<std::string, std::string, std::less<>> files;

  LoadedTest load(std::string const& inside) {
    files["test.xml"] =
        "<qti-assessment-test " + space + " identifier='T' title='t'>" + inside + "</qti-assessment-test>";
    return load_test("test.xml", [this](std::string_view path) -> std::optional<std::string> {
      if (auto const found = files.find(path); found != files.end()) return found->second;
      if (path.find("missing") != std::string_view::npos) return std::nullopt;
      return item(std::string(path.substr(0, path.rfind('.'))));
    });
  }

  std::shared_ptr<TestProgram const> program(std::string const& inside) {
    auto loaded = load(inside);
    for (auto const& finding : loaded.findings) {
      if (finding.severity == Severity::error) FAIL(to_text(finding));
    }
    return loaded.program;
  }
};

inline std::string outcome(std::string const& id, std::string const& base = "float",
                           std::string const& more = "") {
  return "<qti-outcome-declaration identifier='" + id + "' cardinality='single' base-type='" + base + "'>" +
         more + "</qti-outcome-declaration>";
}
inline std::string ref(std::string const& id, std::string const& inside = "",
                       std::string const& attributes = "") {
  return "<qti-assessment-item-ref identifier='" + id + "' href='" + id + ".xml' " + attributes + ">" +
         inside + "</qti-assessment-item-ref>";
}
inline std::string section(std::string const& id, std::string const& inside,
                           std::string const& attributes = "") {
  return "<qti-assessment-section identifier='" + id + "' title='t' visible='true' " + attributes + ">" +
         inside + "</qti-assessment-section>";
}
inline std::string part(std::string const& id, std::string const& mode, std::string const& inside) {
  auto const dash = mode.find('-');
  return "<qti-test-part identifier='" + id + "' navigation-mode='" + mode.substr(0, dash) +
         "' submission-mode='" + mode.substr(dash + 1) + "'>" + inside + "</qti-test-part>";
}
inline std::string variable(std::string const& id) {
  return "<qti-variable identifier='" + id + "'/>";
}
inline std::string number(std::string const& value, std::string const& base = "float") {
  return "<qti-base-value base-type='" + base + "'>" + value + "</qti-base-value>";
}
inline std::string compare(std::string const& op, std::string const& left, std::string const& right) {
  return "<qti-" + op + ">" + left + right + "</qti-" + op + ">";
}
inline std::string when(std::string const& condition) {
  return "<qti-pre-condition>" + condition + "</qti-pre-condition>";
}
inline std::string branch(std::string const& target, std::string const& condition) {
  return "<qti-branch-rule target='" + target + "'>" + condition + "</qti-branch-rule>";
}
inline std::string total(std::string const& attributes = "") {
  return "<qti-sum><qti-test-variables variable-identifier='SCORE' " + attributes + "/></qti-sum>";
}
inline std::string set(std::string const& id, std::string const& value) {
  return "<qti-set-outcome-value identifier='" + id + "'>" + value + "</qti-set-outcome-value>";
}
inline std::string processing(std::string const& rules) {
  return "<qti-outcome-processing>" + rules + "</qti-outcome-processing>";
}

inline Step answer(std::string const& choice, std::string const& select = "", double seconds = 0) {
  Step step;
  step.select = select;
  step.duration_seconds = seconds;
  step.responses = boost::json::object{{"RESPONSE", choice}};
  return step;
}
inline Step go_on(double seconds = 0) {
  Step step;
  step.next = true;
  step.duration_seconds = seconds;
  return step;
}
inline Step end_part() {
  Step step;
  step.end_part = true;
  return step;
}

inline std::optional<std::string> read_from_disk(std::string_view path) {
  std::ifstream file{std::string(path), std::ios::binary};
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

inline std::string joined(std::vector<std::string> const& words) {
  std::string out;
  for (auto const& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

inline double score(TestSession const& session, std::string_view outcome_name = "SCORE") {
  double value = -1;
  auto const* variable = session.state().outcome(outcome_name);
  REQUIRE(variable != nullptr);
  variable->value.as_number(value);
  return value;
}

}  // namespace proktor::qti::test
