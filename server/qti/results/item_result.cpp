#include "qti/results/item_result.hpp"

#include <algorithm>
#include <utility>

namespace proktor::qti {
namespace {

// numAttempts and duration are response variables, completionStatus is an outcome (QTI 3 ASI, "Built-in
// variables").
VariableKind kind_in_results(Declaration const& declaration) {
  if (declaration.kind != VariableKind::built_in) return declaration.kind;
  return declaration.base == BaseType::identifier ? VariableKind::outcome : VariableKind::response;
}

ResultVariable result_variable(Variable const& variable) {
  auto const& declaration = *variable.declaration;
  ResultVariable result;
  result.identifier = declaration.identifier;
  result.kind = kind_in_results(declaration);
  result.value = variable.value;
  result.correct = variable.correct;
  // An expression may leave a value without a type; the declaration knows it.
  result.value.retype(declaration.cardinality, declaration.base);
  result.normal_maximum = declaration.normal_maximum;
  result.normal_minimum = declaration.normal_minimum;
  result.mastery_value = declaration.mastery_value;
  result.external_scored = declaration.external_scored;
  return result;
}

std::int64_t attempts_of(std::span<Variable const> variables) {
  for (auto const& variable : variables) {
    bool const is_count = variable.declaration->kind == VariableKind::built_in &&
                          variable.declaration->base == BaseType::integer;
    if (auto const* attempts = variable.value.as_integer(); is_count && attempts != nullptr) return *attempts;
  }
  return 0;
}

Answered answered_of(Variable const& variable, bool presented, std::int64_t attempts) {
  if (!variable.value.is_null()) return Answered::answered;
  if (!presented) return Answered::not_presented;
  return attempts > 0 ? Answered::attempted : Answered::presented;
}

SessionStatus status_of(ItemResultHead const& head) {
  if (!head.presented) return SessionStatus::initial;
  if (!head.closed) return SessionStatus::pending_submission;
  return head.human_scored ? SessionStatus::pending_response_processing : SessionStatus::final_score;
}

bool is_declared_outcome(Variable const& variable) {
  return variable.declaration->kind == VariableKind::outcome;
}

}  // namespace

ItemResultData item_result(std::span<Variable const> variables, ItemResultHead head) {
  ItemResultData item;
  item.status = status_of(head);
  item.identifier = std::move(head.identifier);
  item.sequence_index = head.sequence_index;
  item.datestamp = std::move(head.datestamp);
  bool const some_marked = std::ranges::any_of(variables, [](Variable const& variable) {
    return is_declared_outcome(variable) && !variable.declaration->external_scored.empty();
  });
  auto const attempts = attempts_of(variables);
  for (auto const& variable : variables) {
    bool const marked = !some_marked || !variable.declaration->external_scored.empty();
    if (head.human_scored && is_declared_outcome(variable) && marked) continue;
    auto result = result_variable(variable);
    if (variable.declaration->kind == VariableKind::response) {
      result.answered = answered_of(variable, head.presented, attempts);
    }
    item.variables.push_back(std::move(result));
  }
  return item;
}

std::vector<ResultVariable> result_variables(std::span<Variable const> variables) {
  std::vector<ResultVariable> results;
  results.reserve(variables.size());
  for (auto const& variable : variables) results.push_back(result_variable(variable));
  return results;
}

}  // namespace proktor::qti
