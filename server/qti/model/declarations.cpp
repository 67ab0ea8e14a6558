#include "qti/model/declarations.hpp"

#include "qti/model/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace proktor::qti {
namespace {

constexpr std::array<std::string_view, 4> built_in_variables{"completionStatus", "completion_status",
                                                             "numAttempts", "duration"};

bool is_number(std::string_view text, bool whole) {
  text = trim(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return false;
  char const* const end = text.data() + text.size();
  if (whole) {
    long long value = 0;
    auto const [at, code] = std::from_chars(text.data(), end, value);
    return code == std::errc{} && at == end;
  }
  double value = 0;
  auto const [at, code] = std::from_chars(text.data(), end, value);
  return code == std::errc{} && at == end;
}

bool fits(BaseType base, std::string_view text) {
  switch (base) {
    case BaseType::integer:
      return is_number(text, true);
    case BaseType::floating:
      return is_number(text, false);
    case BaseType::boolean: {
      auto const word = trim(text);
      return word == "true" || word == "false" || word == "1" || word == "0";
    }
    case BaseType::identifier:
      return is_identifier(trim(text));
    case BaseType::pair:
    case BaseType::directed_pair: {
      auto const words = trim(text);
      auto const gap = words.find_first_of(" \t\r\n");
      return gap != std::string_view::npos && is_identifier(trim(words.substr(gap)));
    }
    default:
      return true;
  }
}

// The values of a qti-default-value or qti-correct-response.
std::vector<std::string> read_values(Reader& reader, XmlNode const& holder, Declaration const& declaration) {
  std::vector<std::string> values;
  bool stray_text = false;
  bool any_value = false;
  for (auto const& child : holder.children) {
    if (child.is_text) {
      stray_text = stray_text || !trim(child.text).empty();
      continue;
    }
    if (child.name != "qti-value") {
      reader.error("expected-qti-value", child.line, holder.name + ": expected qti-value, got " + child.name);
      continue;
    }
    any_value = true;
    std::string value = child.all_text();
    if (trim(value).empty()) continue;  // an empty value is NULL
    if (!fits(declaration.base, value)) {
      reader.error("wrong-value-type", child.line,
                   holder.name + " of " + declaration.identifier + " has a value that is no " +
                       std::string(name(declaration.base)));
    }
    values.push_back(declaration.base == BaseType::string ? value : std::string(trim(value)));
  }
  if (stray_text || !any_value) {
    reader.error("expected-qti-value", holder.line,
                 holder.name + ": expected qti-value, got " + (stray_text ? "text" : "nothing"));
  }
  if (declaration.cardinality == Cardinality::single && values.size() > 1) {
    reader.error("wrong-cardinality", holder.line,
                 holder.name + " of " + declaration.identifier + " has " + std::to_string(values.size()) +
                     " values, but its cardinality is single");
  }
  return values;
}

struct ProcessingCheck {
  Reader& reader;
  Item const& item;

  bool declared(std::string_view identifier) const {
    auto const named = [&](Declaration const& declaration) { return declaration.identifier == identifier; };
    return std::ranges::any_of(item.responses, named) || std::ranges::any_of(item.outcomes, named) ||
           std::ranges::find(built_in_variables, identifier) != built_in_variables.end();
  }

  void check_reference(XmlNode const& node) const {
    auto const identifier = node.attribute("identifier");
    if (!identifier || node.name == "qti-base-value") return;
    if (!declared(*identifier)) {
      reader.warning("unknown-variable", node.line,
                     node.name + " names " + std::string(*identifier) + ", which is not declared");
      return;
    }
    auto const* response = item.response(*identifier);
    if (node.name == "qti-correct" && response != nullptr && response->correct.empty()) {
      reader.error("no-correct-response", node.line, std::string(*identifier) + " has no correct response");
    }
  }

  void check(XmlNode const& parent) const {
    for (auto const& child : parent.children) {
      if (child.is_text || child.space == XmlSpace::other || child.space == XmlSpace::mathml) continue;
      if (!is_processing_element(child.name)) {
        reader.error("unknown-processing-element", child.line, "unknown processing element " + child.name);
        continue;
      }
      check_reference(child);
      check(child);
    }
  }
};

}  // namespace

Declaration read_declaration(Reader& reader, XmlNode const& node) {
  Declaration declaration;
  declaration.node = &node;
  declaration.identifier = reader.identifier(node, "identifier");
  auto const cardinality = cardinality_from(node.attribute_or("cardinality", ""));
  if (!cardinality) {
    reader.error(
        "wrong-cardinality", node.line,
        declaration.identifier + ": cardinality is missing or not one of single, multiple, ordered, record");
  }
  declaration.cardinality = cardinality.value_or(Cardinality::single);
  auto const base_text = node.attribute_or("base-type", "");
  declaration.base = base_type_from(base_text).value_or(BaseType::none);
  if (declaration.base == BaseType::none &&
      (!base_text.empty() || declaration.cardinality != Cardinality::record)) {
    reader.error(
        "wrong-base-type", node.line,
        declaration.identifier + ": base-type \"" + std::string(base_text) + "\" is missing or unknown");
  }
  for (auto const& child : node.children) {
    if (child.name == "qti-default-value") declaration.defaults = read_values(reader, child, declaration);
    if (child.name == "qti-correct-response") declaration.correct = read_values(reader, child, declaration);
    if (child.name != "qti-mapping") continue;
    for (auto const& entry : child.children) {
      if (auto const key = entry.attribute("map-key")) declaration.map_keys.emplace_back(*key);
    }
  }
  return declaration;
}

void check_processing(Reader& reader, XmlNode const& processing, Item const& item) {
  ProcessingCheck{reader, item}.check(processing);
  auto const processing_template = processing.attribute_or("template", "");
  auto const last =
      processing_template.substr(std::min(processing_template.rfind('/') + 1, processing_template.size()));
  if (!last.starts_with("match_correct")) return;
  for (auto const& response : item.responses) {
    if (response.identifier == "RESPONSE" && response.correct.empty()) {
      reader.error("no-correct-response", processing.line, "RESPONSE has no correct response");
    }
  }
}

}  // namespace proktor::qti
