#pragma once
// An assessment result: what a candidate answered and what it was worth (QTI 3.0 Results Reporting,
// "assessmentResult"). Writing gives the same bytes for the same result; reading takes 2.0 to 3.0. Plain
// data; any thread. Knows no clock: date stamps are told. item_result.hpp fills one from a session.

#include "qti/model/declaration.hpp"
#include "qti/model/finding.hpp"
#include "qti/value/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

enum class SessionStatus {
  initial,
  pending_submission,
  pending_response_processing,  // answered, not yet scored by people
  pending_external_scoring,
  final_score
};
std::string_view name(SessionStatus status);  // "pendingSubmission"
std::optional<SessionStatus> session_status_from(std::string_view text);

// How far a candidate came with a response: tells "no answer" from "never seen".
enum class Answered { unknown, not_presented, presented, attempted, answered };

struct ResultVariable {
  std::string identifier;
  VariableKind kind = VariableKind::outcome;  // response, outcome, template_variable or context
  Value value;
  Value correct;                          // responses; written only when asked for
  Answered answered = Answered::unknown;  // responses
  std::optional<double> normal_maximum, normal_minimum, mastery_value;  // outcomes
  std::string external_scored;                                          // outcomes
};

struct ItemResultData {
  std::string identifier;
  std::optional<std::int64_t> sequence_index;
  std::string datestamp;  // xs:dateTime
  SessionStatus status = SessionStatus::initial;
  std::vector<ResultVariable> variables;  // written in this order
  std::string candidate_comment;

  ResultVariable const* variable(std::string_view variable_identifier) const;
};

struct TestResultData {
  std::string identifier;
  std::string datestamp;
  std::vector<ResultVariable> variables;
};

struct SessionIdentifier {
  std::string source;      // a URI: which system gave the identifier
  std::string identifier;  // an XML name
};

struct ResultContext {
  std::string sourced_id;  // of the candidate, an XML name; may be empty
  std::vector<SessionIdentifier> sessions;
};

struct AssessmentResult {
  ResultContext context;
  std::optional<TestResultData> test;
  std::vector<ItemResultData> items;

  ItemResultData const* item(std::string_view item_identifier) const;  // the first of this name
};

struct ResultOptions {
  bool correct_responses = false;  // keys leave the system only where that is wanted
};

// UTF-8, ends with a line feed. Characters that XML cannot hold become U+FFFD.
std::string write_assessment_result(AssessmentResult const& result, ResultOptions options = {});

struct ResultReading {
  std::optional<AssessmentResult> result;  // absent when there is an error among the findings
  Findings findings;
};

// Errors: those of read_xml, no-assessment-result, missing-identifier, wrong-cardinality, wrong-base-type,
// wrong-value-type, wrong-session-status.
ResultReading read_assessment_result(std::string_view bytes, std::string_view file);

}  // namespace proktor::qti
