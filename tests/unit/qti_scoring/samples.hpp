#pragma once
// Items of our own for the scoring tests, put together from parts.

#include "qti/scoring/item_session.hpp"
#include "qti/value/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti::samples {

inline std::string item(std::string_view inside, std::string_view attributes = "") {
  return "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"I1\" title=\"t\" "
         "time-dependent=\"false\" " + std::string(attributes) + ">" + std::string(inside) + "</qti-assessment-item>";
}

inline std::string response(std::string_view type, std::string_view inside = "", std::string_view name = "RESPONSE") {
  return "<qti-response-declaration identifier=\"" + std::string(name) + "\" " + std::string(type) + ">" +
         std::string(inside) + "</qti-response-declaration>";
}

inline std::string outcome(std::string_view name, std::string_view type, std::string_view inside = "") {
  return "<qti-outcome-declaration identifier=\"" + std::string(name) + "\" " + std::string(type) + ">" +
         std::string(inside) + "</qti-outcome-declaration>";
}

inline std::string values(std::string_view holder, std::vector<std::string_view> const& list) {
  std::string text = "<" + std::string(holder) + ">";
  for (auto const value : list) text += "<qti-value>" + std::string(value) + "</qti-value>";
  return text + "</" + std::string(holder) + ">";
}

inline std::string processing(std::string_view rules) {
  return "<qti-response-processing>" + std::string(rules) + "</qti-response-processing>";
}

inline std::string set(std::string_view outcome_name, std::string_view expression) {
  return "<qti-set-outcome-value identifier=\"" + std::string(outcome_name) + "\">" + std::string(expression) +
         "</qti-set-outcome-value>";
}

inline std::string base(std::string_view type, std::string_view value) {
  return "<qti-base-value base-type=\"" + std::string(type) + "\">" + std::string(value) + "</qti-base-value>";
}

inline std::string variable(std::string_view name) {
  return "<qti-variable identifier=\"" + std::string(name) + "\"/>";
}

inline constexpr std::string_view single_identifier = "cardinality=\"single\" base-type=\"identifier\"";
inline constexpr std::string_view multiple_identifier = "cardinality=\"multiple\" base-type=\"identifier\"";
inline constexpr std::string_view single_float = "cardinality=\"single\" base-type=\"float\"";
inline constexpr std::string_view single_integer = "cardinality=\"single\" base-type=\"integer\"";
inline constexpr std::string_view single_string = "cardinality=\"single\" base-type=\"string\"";

inline ItemProgram::Compiled compile(std::string const& document, std::map<std::string, std::string> files = {}) {
  return compile_item(document, "items/i.xml", [&](std::string_view path) -> std::optional<std::string> {
    auto const found = files.find(std::string(path));
    if (found == files.end()) return std::nullopt;
    return found->second;
  });
}

// The codes of the errors, in order.
inline std::vector<std::string> errors(std::string const& document, std::map<std::string, std::string> files = {}) {
  std::vector<std::string> codes;
  for (auto const& finding : compile(document, std::move(files)).findings) {
    if (finding.severity == Severity::error) codes.push_back(finding.code);
  }
  return codes;
}

// What `name` is after submitting `responses`, as JSON text; the codes of the errors when the item is refused.
inline std::string scored(std::string const& document, std::string_view responses, std::string_view name = "SCORE",
                          std::map<std::string, std::string> files = {}) {
  auto const compiled = compile(document, files);
  if (!compiled.program) {
    std::string codes;
    for (auto const& code : errors(document, std::move(files))) codes += code + " ";
    return codes;
  }
  ItemSession session(compiled.program, {});
  session.submit(boost::json::parse(responses).as_object());
  return boost::json::serialize(to_json(session.value(name)));
}

}  // namespace proktor::qti::samples
