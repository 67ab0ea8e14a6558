#include "qti/results/assessment_result.hpp"

#include "qti/results/result_text.hpp"
#include "qti/value/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proktor::qti {
namespace {

constexpr std::string_view result_namespace = "http://www.imsglobal.org/xsd/imsqti_result_v3p0";

constexpr std::array<std::pair<SessionStatus, std::string_view>, 5> status_names{
    {{SessionStatus::initial, "initial"},
     {SessionStatus::pending_submission, "pendingSubmission"},
     {SessionStatus::pending_response_processing, "pendingResponseProcessing"},
     {SessionStatus::pending_external_scoring, "pendingExternalScoring"},
     {SessionStatus::final_score, "final"}}};

std::string_view element_of(VariableKind kind) {
  switch (kind) {
    case VariableKind::response:
      return "responseVariable";
    case VariableKind::template_variable:
      return "templateVariable";
    case VariableKind::context:
      return "contextVariable";
    case VariableKind::outcome:
    case VariableKind::built_in:
      break;
  }
  return "outcomeVariable";
}

// Elements with their attributes, indented by two; no state but what is open.
class Writer {
 public:
  Writer& open(std::string_view element) {
    indent();
    text_ += '<';
    text_ += element;
    return *this;
  }
  Writer& attribute(std::string_view name, std::string_view value) {
    text_ += ' ';
    text_ += name;
    text_ += "=\"";
    append_xml_text(text_, value, true);
    text_ += '"';
    return *this;
  }
  Writer& attribute(std::string_view name, std::optional<double> value) {
    return value ? attribute(name, to_text(*value, BaseType::floating)) : *this;
  }
  Writer& attribute_unless_empty(std::string_view name, std::string_view value) {
    return value.empty() ? *this : attribute(name, value);
  }
  void children() {
    text_ += ">\n";
    ++depth_;
  }
  void nothing() { text_ += "/>\n"; }
  void only_text(std::string_view element, std::string_view value) {
    text_ += '>';
    append_xml_text(text_, value, false);
    ((text_ += "</") += element) += ">\n";
  }
  void close(std::string_view element) {
    --depth_;
    indent();
    ((text_ += "</") += element) += ">\n";
  }
  std::string take() { return std::move(text_); }

 private:
  void indent() { text_.append(2 * depth_, ' '); }

  std::string text_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::size_t depth_ = 0;
};

void write_values(Writer& writer, Value const& value) {
  for (auto const& scalar : value) {
    writer.open("value").only_text("value", to_text(scalar, value.base()));
  }
  for (auto const& field : value.fields()) {
    for (auto const& scalar : field.value) {
      writer.open("value")
          .attribute("fieldIdentifier", field.name)
          .attribute_unless_empty("baseType", name(field.value.base()))
          .only_text("value", to_text(scalar, field.value.base()));
    }
  }
}

void write_holder(Writer& writer, std::string_view element, Value const& value) {
  writer.open(element);
  if (value.is_null()) return writer.nothing();
  writer.children();
  write_values(writer, value);
  writer.close(element);
}

void write_variable(Writer& writer, ResultVariable const& variable, ResultOptions options) {
  auto const element = element_of(variable.kind);
  writer.open(element)
      .attribute("identifier", variable.identifier)
      .attribute("cardinality", name(variable.value.cardinality()))
      .attribute_unless_empty("baseType", name(variable.value.base()));
  if (variable.kind == VariableKind::response) {
    writer.attribute_unless_empty("answeredStatus", answered_text(variable.answered));
    writer.children();
    if (options.correct_responses && !variable.correct.is_null()) {
      write_holder(writer, "correctResponse", variable.correct);
    }
    write_holder(writer, "candidateResponse", variable.value);
    return writer.close(element);
  }
  if (variable.kind == VariableKind::outcome) {
    writer.attribute("normalMaximum", variable.normal_maximum)
        .attribute("normalMinimum", variable.normal_minimum)
        .attribute("masteryValue", variable.mastery_value)
        .attribute_unless_empty("external-scored", variable.external_scored);
  }
  if (variable.value.is_null()) return writer.nothing();
  writer.children();
  write_values(writer, variable.value);
  writer.close(element);
}

void write_context(Writer& writer, ResultContext const& context) {
  writer.open("context").attribute_unless_empty("sourcedId", context.sourced_id);
  if (context.sessions.empty()) return writer.nothing();
  writer.children();
  for (auto const& session : context.sessions) {
    writer.open("sessionIdentifier")
        .attribute("sourceID", session.source)
        .attribute("identifier", session.identifier)
        .nothing();
  }
  writer.close("context");
}

void write_test(Writer& writer, TestResultData const& test, ResultOptions options) {
  writer.open("testResult").attribute("identifier", test.identifier).attribute("datestamp", test.datestamp);
  writer.children();
  for (auto const& variable : test.variables) write_variable(writer, variable, options);
  writer.close("testResult");
}

void write_item(Writer& writer, ItemResultData const& item, ResultOptions options) {
  writer.open("itemResult").attribute("identifier", item.identifier);
  if (item.sequence_index) writer.attribute("sequenceIndex", std::to_string(*item.sequence_index));
  writer.attribute("datestamp", item.datestamp).attribute("sessionStatus", name(item.status));
  writer.children();
  for (auto const& variable : item.variables) write_variable(writer, variable, options);
  if (!item.candidate_comment.empty()) {
    writer.open("candidateComment").only_text("candidateComment", item.candidate_comment);
  }
  writer.close("itemResult");
}

}  // namespace

std::string_view name(SessionStatus status) {
  return std::ranges::find(status_names, status, &std::pair<SessionStatus, std::string_view>::first)->second;
}

std::optional<SessionStatus> session_status_from(std::string_view text) {
  auto const found =
      std::ranges::find(status_names, text, &std::pair<SessionStatus, std::string_view>::second);
  return found == status_names.end() ? std::nullopt : std::optional(found->first);
}

ResultVariable const* ItemResultData::variable(std::string_view variable_identifier) const {
  auto const found = std::ranges::find(variables, variable_identifier, &ResultVariable::identifier);
  return found == variables.end() ? nullptr : &*found;
}

ItemResultData const* AssessmentResult::item(std::string_view item_identifier) const {
  auto const found = std::ranges::find(items, item_identifier, &ItemResultData::identifier);
  return found == items.end() ? nullptr : &*found;
}

std::string write_assessment_result(AssessmentResult const& result, ResultOptions options) {
  Writer writer;
  writer.open("assessmentResult").attribute("xmlns", result_namespace);
  writer.children();
  write_context(writer, result.context);
  if (result.test) write_test(writer, *result.test, options);
  for (auto const& item : result.items) write_item(writer, item, options);
  writer.close("assessmentResult");
  return writer.take();
}

}  // namespace proktor::qti
