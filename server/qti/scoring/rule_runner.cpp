#include "qti/scoring/rules.hpp"

#include "qti/value/fault.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace proktor::qti {
namespace {

constexpr double int64_limit = 9'223'372'036'854'775'808.0;  // 2^63
constexpr std::array<std::string_view, 4> completion_states{"completed", "incomplete", "not_attempted", "unknown"};

bool holds(Expression const& condition, Scope& scope) {
  if constexpr (has_fault(Fault::null_condition_true)) return condition.evaluate(scope).is_null() || condition.is_true(scope);
  return condition.is_true(scope);
}

std::optional<Scalar> number_as(Scalar const& from, BaseType to) {
  if (auto const* whole = std::get_if<std::int64_t>(&from)) {
    return to == BaseType::integer ? from : Scalar(static_cast<double>(*whole));
  }
  auto const* number = std::get_if<double>(&from);
  if (number == nullptr) return std::nullopt;
  if (to == BaseType::floating) return from;
  auto const whole = std::trunc(*number);
  if (!(whole >= -int64_limit && whole < int64_limit)) return std::nullopt;
  return Scalar(static_cast<std::int64_t>(whole));
}

// Whether a scalar is stored as this base type stores its own.
bool is_stored_as(Scalar const& scalar, BaseType base) {
  switch (base) {
    case BaseType::boolean:
      return std::holds_alternative<bool>(scalar);
    case BaseType::integer:
      return std::holds_alternative<std::int64_t>(scalar);
    case BaseType::floating:
    case BaseType::duration:
      return std::holds_alternative<double>(scalar);
    case BaseType::point:
      return std::holds_alternative<Point>(scalar);
    case BaseType::pair:
    case BaseType::directed_pair:
      return std::holds_alternative<Pair>(scalar);
    default:
      return std::holds_alternative<std::string>(scalar);
  }
}

void set(Variable& variable, Value value) {
  if (variable.declaration->kind == VariableKind::built_in) {
    auto const* text = value.as_text();
    if (text == nullptr || std::ranges::find(completion_states, *text) == completion_states.end()) return;
  }
  variable.value = std::move(value);
  variable.was_set = true;
}

Ended run_one(Rule const& rule, std::span<Variable> variables, Scope& scope) {
  switch (rule.kind) {
    case Rule::Kind::condition:
      for (auto const& branch : rule.branches) {
        if (!branch.when || holds(*branch.when, scope)) return run(branch.rules, variables, scope);
      }
      return Ended::ran;
    case Rule::Kind::group:
      return run(rule.rules, variables, scope);
    case Rule::Kind::exit:
      return Ended::exited;
    case Rule::Kind::constraint:
      return holds(*rule.expression, scope) ? Ended::ran : Ended::constraint_failed;
    default:
      break;
  }
  auto& variable = variables[rule.slot];
  auto const& declaration = *variable.declaration;
  auto value = rule.expression->evaluate(scope);
  switch (rule.kind) {
    case Rule::Kind::set_correct:
      variable.correct = converted(std::move(value), declaration);
      break;
    case Rule::Kind::set_default:
      variable.default_value = converted(std::move(value), declaration);
      break;
    case Rule::Kind::lookup:
      variable.value = looked_up(*declaration.table, value, declaration);
      break;
    default:
      set(variable, converted(std::move(value), declaration));
      break;
  }
  return Ended::ran;
}

}  // namespace

Value converted(Value from, Declaration const& to) {
  Value none(to.cardinality, to.base);
  if (from.is_null() || from.cardinality() != to.cardinality) return none;
  if (to.cardinality == Cardinality::record || from.base() == to.base) return from;
  Value out(to.cardinality, to.base);
  for (auto const& scalar : from) {
    auto number = is_numeric(to.base) ? number_as(scalar, to.base) : std::nullopt;
    if (number) {
      out.add(std::move(*number));
    } else if (!is_numeric(to.base) && is_stored_as(scalar, to.base)) {
      out.add(scalar);
    } else {
      return none;
    }
  }
  return out;
}

Value looked_up(LookupTable const& table, Value const& source, Declaration const& outcome) {
  double number = 0;
  if (source.as_number(number)) {
    for (auto const& entry : table.entries) {
      bool const exact = number == entry.source;
      bool const includes = entry.include_boundary && !has_fault(Fault::interpolation_boundary_excluded);
      bool const found = table.interpolation ? (exact ? includes : entry.source < number) : exact;
      if (found) return entry.target;
    }
  }
  return table.default_value.is_null() ? Value(outcome.cardinality, outcome.base) : table.default_value;
}

Ended run(std::span<Rule const> rules, std::span<Variable> variables, Scope& scope) {
  for (auto const& rule : rules) {
    if (auto const ended = run_one(rule, variables, scope); ended != Ended::ran) return ended;
  }
  return Ended::ran;
}

}  // namespace proktor::qti
