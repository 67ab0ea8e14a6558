#include "qti/results/assessment_result.hpp"

#include "qti/model/reader.hpp"
#include "qti/model/xml.hpp"
#include "qti/results/result_text.hpp"
#include "qti/value/text.hpp"

#include <array>
#include <utility>

namespace proktor::qti {
namespace {

constexpr std::array<std::pair<std::string_view, VariableKind>, 4> variable_elements{
    {{"responseVariable", VariableKind::response},
     {"outcomeVariable", VariableKind::outcome},
     {"templateVariable", VariableKind::template_variable},
     {"contextVariable", VariableKind::context}}};

std::string required(Reader& reader, XmlNode const& node, std::string_view attribute) {
  auto const value = node.attribute_or(attribute, "");
  if (value.empty()) {
    reader.error("missing-identifier", node.line, node.name + " has no " + std::string(attribute));
  }
  return std::string(value);
}

std::optional<double> number_attribute(XmlNode const& node, std::string_view attribute) {
  auto const scalar = scalar_from(BaseType::floating, node.attribute_or(attribute, ""));
  return scalar ? std::optional(std::get<double>(*scalar)) : std::nullopt;
}

// One value element, of the type of its variable or, in a record, of its own.
std::optional<Scalar> read_scalar(Reader& reader, XmlNode const& node, BaseType base) {
  auto scalar = scalar_from(base, node.all_text());
  if (!scalar) {
    reader.error("wrong-value-type", node.line, "a value that is no " + std::string(name(base)));
  }
  return scalar;
}

bool is_empty(XmlNode const& node, BaseType base) {
  auto const text = node.all_text();
  return base == BaseType::string ? text.empty() : text.find_first_not_of(" \t\r\n") == std::string::npos;
}

Value read_record(Reader& reader, XmlNode const& holder) {
  std::vector<Field> fields;
  for (auto const& node : holder.children) {
    if (node.name != "value") continue;
    auto const base = base_type_from(node.attribute_or("baseType", "")).value_or(BaseType::string);
    Field field{required(reader, node, "fieldIdentifier"), Value{Cardinality::single, base}};
    if (!is_empty(node, base)) {
      if (auto scalar = read_scalar(reader, node, base)) field.value.add(std::move(*scalar));
    }
    fields.push_back(std::move(field));
  }
  return Value::record(std::move(fields));
}

Value read_value(Reader& reader, XmlNode const& holder, Cardinality cardinality, BaseType base) {
  if (cardinality == Cardinality::record) return read_record(reader, holder);
  Value value{cardinality, base};
  for (auto const& node : holder.children) {
    if (node.name != "value" || is_empty(node, base)) continue;
    if (auto scalar = read_scalar(reader, node, base)) value.add(std::move(*scalar));
  }
  if (cardinality == Cardinality::single && value.size() > 1) {
    reader.error("wrong-cardinality", holder.line, "a single variable with several values");
  }
  return value;
}

ResultVariable read_variable(Reader& reader, XmlNode const& node, VariableKind kind) {
  ResultVariable variable;
  variable.identifier = required(reader, node, "identifier");
  variable.kind = kind;
  auto const cardinality = cardinality_from(node.attribute_or("cardinality", "single"));
  if (!cardinality) {
    reader.error("wrong-cardinality", node.line, variable.identifier + " has a cardinality that is none");
  }
  auto const base_text = node.attribute_or("baseType", "");
  auto const base = base_type_from(base_text);
  if (!base && !base_text.empty()) {
    reader.error("wrong-base-type", node.line, variable.identifier + " has a base type that is none");
  }
  if (!cardinality || (!base && !base_text.empty())) return variable;
  auto const type = base.value_or(*cardinality == Cardinality::record ? BaseType::none : BaseType::string);
  bool const is_response = kind == VariableKind::response;
  auto const* given = is_response ? node.child("candidateResponse") : &node;
  variable.value =
      given != nullptr ? read_value(reader, *given, *cardinality, type) : Value{*cardinality, type};
  if (auto const* correct = node.child("correctResponse"); is_response && correct != nullptr) {
    variable.correct = read_value(reader, *correct, *cardinality, type);
  }
  variable.answered = answered_from(node.attribute_or("answeredStatus", ""));
  variable.normal_maximum = number_attribute(node, "normalMaximum");
  variable.normal_minimum = number_attribute(node, "normalMinimum");
  variable.mastery_value = number_attribute(node, "masteryValue");
  variable.external_scored = std::string(node.attribute_or("external-scored", ""));
  return variable;
}

std::vector<ResultVariable> read_variables(Reader& reader, XmlNode const& holder) {
  std::vector<ResultVariable> variables;
  for (auto const& node : holder.children) {
    for (auto const& [element, kind] : variable_elements) {
      if (node.name == element) variables.push_back(read_variable(reader, node, kind));
    }
  }
  return variables;
}

ItemResultData read_item_result(Reader& reader, XmlNode const& node) {
  ItemResultData item;
  item.identifier = required(reader, node, "identifier");
  item.datestamp = std::string(node.attribute_or("datestamp", ""));
  auto const status_text = node.attribute_or("sessionStatus", "final");
  auto const status = session_status_from(status_text);
  if (!status) {
    reader.error("wrong-session-status", node.line, "unknown session status " + std::string(status_text));
  }
  item.status = status.value_or(SessionStatus::final_score);
  if (auto const index = scalar_from(BaseType::integer, node.attribute_or("sequenceIndex", ""))) {
    item.sequence_index = std::get<std::int64_t>(*index);
  }
  item.variables = read_variables(reader, node);
  if (auto const* comment = node.child("candidateComment")) item.candidate_comment = comment->all_text();
  return item;
}

ResultContext read_context(XmlNode const& root) {
  ResultContext context;
  auto const* node = root.child("context");
  if (node == nullptr) return context;
  context.sourced_id = std::string(node->attribute_or("sourcedId", ""));
  for (auto const& child : node->children) {
    if (child.name != "sessionIdentifier") continue;
    context.sessions.push_back(
        {std::string(child.attribute_or("sourceID", "")), std::string(child.attribute_or("identifier", ""))});
  }
  return context;
}

}  // namespace

ResultReading read_assessment_result(std::string_view bytes, std::string_view file) {
  auto xml = read_xml(bytes, file);
  if (!xml.root) return {std::nullopt, std::move(xml.findings)};
  Reader reader{std::string(file), std::move(xml.findings)};
  auto const& root = *xml.root;
  if (root.name != "assessmentResult") {
    reader.error("no-assessment-result", root.line, "the root is " + root.name + ", not assessmentResult");
    return {std::nullopt, std::move(reader.findings)};
  }
  AssessmentResult result;
  result.context = read_context(root);
  if (auto const* test = root.child("testResult")) {
    result.test =
        TestResultData{required(reader, *test, "identifier"),
                       std::string(test->attribute_or("datestamp", "")), read_variables(reader, *test)};
  }
  for (auto const& node : root.children) {
    if (node.name == "itemResult") result.items.push_back(read_item_result(reader, node));
  }
  ResultReading reading;
  if (!has_errors(reader.findings)) reading.result = std::move(result);
  reading.findings = std::move(reader.findings);
  return reading;
}

}  // namespace proktor::qti
