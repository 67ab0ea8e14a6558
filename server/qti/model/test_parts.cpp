#include "qti/model/test_parts.hpp"

#include <charconv>
#include <cmath>

namespace proktor::qti {
namespace {

constexpr double max_time_seconds_limit = 7.0 * 24 * 3600;

std::optional<double> seconds(Reader& reader, XmlNode const& node, std::string_view attribute) {
  auto const text = node.attribute(attribute);
  if (!text) return std::nullopt;
  auto const digits = trim(*text);
  double value = 0;
  auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code != std::errc{} || end != digits.data() + digits.size() || !(value >= 0) ||
      value > max_time_seconds_limit) {
    reader.error("bad-number", node.line,
                 std::string(attribute) + "=\"" + std::string(*text) + "\" is not a number of seconds");
    return std::nullopt;
  }
  return value;
}

std::optional<bool> maybe(Reader& reader, XmlNode const& node, std::string_view attribute) {
  if (!node.attribute(attribute)) return std::nullopt;
  return reader.boolean(node, attribute, false);
}

}  // namespace

SessionControl SessionControl::within(SessionControl const& outer) const {
  SessionControl out = *this;
  if (!out.max_attempts) out.max_attempts = outer.max_attempts;
  if (!out.show_feedback) out.show_feedback = outer.show_feedback;
  if (!out.allow_review) out.allow_review = outer.allow_review;
  if (!out.show_solution) out.show_solution = outer.show_solution;
  if (!out.allow_comment) out.allow_comment = outer.allow_comment;
  if (!out.allow_skipping) out.allow_skipping = outer.allow_skipping;
  if (!out.validate_responses) out.validate_responses = outer.validate_responses;
  return out;
}

TimeLimits read_time_limits(Reader& reader, XmlNode const& node) {
  TimeLimits out;
  out.min_seconds = seconds(reader, node, "min-time");
  out.max_seconds = seconds(reader, node, "max-time");
  out.allow_late = reader.boolean(node, "allow-late-submission", false);
  if (out.min_seconds && out.max_seconds && *out.min_seconds > *out.max_seconds) {
    reader.error("bad-number", node.line, "min-time is longer than max-time");
  }
  return out;
}

SessionControl read_session_control(Reader& reader, XmlNode const& node) {
  SessionControl out;
  if (node.attribute("max-attempts")) out.max_attempts = reader.count(node, "max-attempts", 1);
  out.show_feedback = maybe(reader, node, "show-feedback");
  out.allow_review = maybe(reader, node, "allow-review");
  out.show_solution = maybe(reader, node, "show-solution");
  out.allow_comment = maybe(reader, node, "allow-comment");
  out.allow_skipping = maybe(reader, node, "allow-skipping");
  out.validate_responses = maybe(reader, node, "validate-responses");
  return out;
}

Weight read_weight(Reader& reader, XmlNode const& node) {
  Weight out{reader.identifier(node, "identifier"), 1};
  auto const text = trim(node.attribute_or("value", ""));
  auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), out.value);
  if (code != std::errc{} || end != text.data() + text.size() || !std::isfinite(out.value)) {
    reader.error("bad-number", node.line, "weight " + out.identifier + " has no number as its value");
    out.value = 1;
  }
  return out;
}

TestFeedback read_test_feedback(Reader& reader, XmlNode const& node) {
  TestFeedback out;
  out.identifier = reader.identifier(node, "identifier");
  out.outcome = reader.identifier(node, "outcome-identifier");
  out.title = node.attribute_or("title", "");
  auto const access = node.attribute_or("access", "atEnd");
  auto const shown = node.attribute_or("show-hide", "show");
  if ((access != "atEnd" && access != "during") || (shown != "show" && shown != "hide")) {
    reader.error("bad-mode", node.line, "test feedback is shown atEnd or during, and is show or hide");
  }
  out.at_end = access != "during";
  out.show = shown != "hide";
  out.node = node;
  return out;
}

std::vector<std::string> read_words(std::string_view list) {
  std::vector<std::string> out;
  while (!(list = trim(list)).empty()) {
    auto const end = list.find_first_of(" \t\r\n");
    out.emplace_back(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end);
  }
  return out;
}

bool read_routed(Reader& reader, XmlNode const& node, Routed& out) {
  if (node.name == "qti-pre-condition") {
    out.pre_conditions.push_back({{}, node, reader.file});
  } else if (node.name == "qti-branch-rule") {
    auto target = reader.identifier(node, "target");
    out.branch_rules.push_back({std::move(target), node, reader.file});
  } else if (node.name == "qti-item-session-control") {
    out.control = read_session_control(reader, node);
  } else if (node.name == "qti-time-limits") {
    out.time_limits = read_time_limits(reader, node);
  } else {
    return false;
  }
  return true;
}

}  // namespace proktor::qti
