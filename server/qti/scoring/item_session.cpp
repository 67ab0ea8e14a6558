#include "qti/scoring/item_session.hpp"

#include "qti/delivery/shuffle.hpp"
#include "qti/scoring/item_parts.hpp"
#include "qti/scoring/validity.hpp"
#include "qti/value/fault.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

using Parts = ItemProgram::Parts;

// Own streams, so that what processing draws moves no choice (delivery draws from the identifier itself).
SplitMix64 stream(std::uint64_t seed, ItemProgram const& program, std::string_view purpose) {
  return generator_for(seed, program.identifier() + '\n' + std::string(purpose));
}

// "A numeric outcome without a default starts at 0" (QTI 3 ASI, "OutcomeDeclaration").
Value first_value(Variable const& variable) {
  auto const& declaration = *variable.declaration;
  bool const zero = declaration.kind == VariableKind::outcome && variable.default_value.is_null() &&
                    declaration.cardinality == Cardinality::single && is_numeric(declaration.base) &&
                    !has_fault(Fault::numeric_outcome_null);
  if (!zero) return variable.default_value;
  return declaration.base == BaseType::integer ? Value::integer(0) : Value::floating(0);
}

bool is_true(Value const& value) {
  auto const* flag = value.as_boolean();
  return flag != nullptr && *flag;
}

}  // namespace

ItemSession::ItemSession(std::shared_ptr<ItemProgram const> program, ItemSessionSettings settings)
    : program_(std::move(program)), settings_(std::move(settings)), random_(stream(settings_.seed, *program_, "response")) {
  declare();
  if (program_->has_templates()) process_templates();
  for (auto& variable : variables_) {
    if (variable.declaration->kind != VariableKind::template_variable) variable.value = first_value(variable);
  }
  variables_[Parts::completion_status].value = Value::identifier("not_attempted");
  variables_[Parts::attempts].value = Value::integer(0);
  variables_[Parts::duration].value = Value::single(BaseType::duration, 0.0);
}

// Every variable as its declaration says; templates as the test says where it does.
void ItemSession::declare() {
  auto const& declarations = program_->parts().declarations;
  variables_.clear();
  variables_.reserve(declarations.size());
  for (auto const& declaration : declarations) {
    variables_.push_back(
        {&declaration, declaration.default_value, declaration.default_value, declaration.correct});
  }
  for (auto const& [identifier, value] : settings_.template_defaults) {
    auto const slot = program_->parts().slots.find(identifier);
    if (slot == program_->parts().slots.end()) continue;
    auto& variable = variables_[slot->second];
    if (variable.declaration->kind != VariableKind::template_variable) continue;
    variable.default_value = converted(value, *variable.declaration);
    variable.value = variable.default_value;
  }
}

// Until all constraints hold; when they never do, the defaults stand (QTI 3 ASI, "TemplateConstraint").
void ItemSession::process_templates() {
  auto random = stream(settings_.seed, *program_, "template");
  std::uint32_t steps_left = evaluation_steps_max;
  for (std::uint32_t tries = 0; tries < template_tries_max && steps_left > 0; ++tries) {
    Scope scope{variables_, random, nullptr, steps_left, false};
    auto const ended = run(program_->parts().template_rules, variables_, scope);
    steps_left = scope.steps_left;
    if (ended != Ended::constraint_failed && !scope.exhausted) return;
    declare();
  }
}

Submission ItemSession::submit(boost::json::object const& responses, double duration_seconds) {
  bool const adaptive = program_->is_adaptive();
  bool const none_left = !adaptive && settings_.max_attempts != 0 && attempts_ >= settings_.max_attempts;
  if (state_ == SessionState::closed || none_left) return {};
  std::vector<Value> bound(variables_.size());
  bool const valid = bind_responses(responses, bound);
  if (!valid && settings_.validate_responses) return {false, false};

  for (auto const& plan : program_->parts().responses) variables_[plan.slot].value = std::move(bound[plan.slot]);
  valid_ = valid;
  ++attempts_;
  variables_[Parts::attempts].value = Value::integer(attempts_);
  variables_[Parts::duration].value = Value::single(BaseType::duration, duration_seconds);
  if (attempts_ == 1) variables_[Parts::completion_status].value = Value::identifier("unknown");
  if (!adaptive) {
    for (auto& variable : variables_) {
      if (variable.declaration->kind != VariableKind::outcome) continue;
      variable.value = first_value(variable);
      variable.was_set = false;
    }
  }
  if (valid) process_responses();
  auto const* status = variables_[Parts::completion_status].value.as_text();
  bool const completed = adaptive && status != nullptr && *status == "completed";
  bool const used_up = !adaptive && settings_.max_attempts != 0 && attempts_ >= settings_.max_attempts;
  state_ = completed || used_up ? SessionState::closed : SessionState::interacting;
  return {true, valid};
}

// True when all could be bound and keep to their limits.
bool ItemSession::bind_responses(boost::json::object const& responses, std::vector<Value>& bound) const {
  bool valid = true;
  static boost::json::value const nothing;
  for (auto const& plan : program_->parts().responses) {
    auto const& declaration = program_->parts().declarations[plan.slot];
    auto const* given = responses.if_contains(declaration.identifier);
    auto& value = bound[plan.slot];
    if (given == nullptr && plan.takes_text && !value.is_null()) continue;
    if (given == nullptr && !plan.interaction && !plan.takes_text) {
      value = variables_[plan.slot].default_value;
      continue;
    }
    auto policy = settings_.binding;
    policy.radix = plan.radix;
    auto result = bind(given == nullptr ? nothing : *given, declaration.cardinality, declaration.base, policy);
    value = std::move(result.value);
    valid = valid && result.valid;
    if (!plan.interaction) continue;
    if (plan.interaction->kind == InteractionKind::end_attempt && value.is_null()) value = Value::boolean(false);
    valid = keeps_limits(*plan.interaction, value, given == nullptr ? nothing : *given) && valid;
    if (plan.text_slot && given != nullptr && given->is_string()) {
      bound[*plan.text_slot] = Value::string(std::string(given->get_string()));
    }
  }
  return valid;
}

void ItemSession::process_responses() {
  Scope scope{variables_, random_, nullptr, evaluation_steps_max, false};
  run(program_->parts().response_rules, variables_, scope);
}

void ItemSession::end() {
  state_ = SessionState::closed;
}

Variable const* ItemSession::variable(std::string_view identifier) const {
  auto const slot = program_->parts().slots.find(identifier);
  return slot == program_->parts().slots.end() ? nullptr : &variables_[slot->second];
}

Value const& ItemSession::value(std::string_view identifier) const {
  static Value const none;
  auto const* found = variable(identifier);
  return found == nullptr ? none : found->value;
}

bool ItemSession::is_responded() const {
  return std::ranges::any_of(program_->parts().responses, [&](ResponsePlan const& plan) {
    auto const& variable = variables_[plan.slot];
    bool const pressed = plan.interaction && plan.interaction->kind == InteractionKind::end_attempt;
    if (variable.value.is_null() || (pressed && !is_true(variable.value))) return false;
    return variable.default_value.is_null() || !same(variable.value, variable.default_value);
  });
}

bool ItemSession::is_correct() const {
  bool any = false;
  for (auto const& plan : program_->parts().responses) {
    auto const& variable = variables_[plan.slot];
    if (variable.correct.is_null()) continue;
    if (variable.value.is_null() || !same(variable.value, variable.correct)) return false;
    any = true;
  }
  return any;
}

std::vector<std::string> ItemSession::feedback() const {
  std::vector<std::string> shown;
  for (auto const& plan : program_->parts().feedback) {
    auto const& outcome = variables_[plan.outcome].value;
    bool const named = std::ranges::any_of(outcome, [&](Scalar const& scalar) {
      auto const* text = std::get_if<std::string>(&scalar);
      return text != nullptr && *text == plan.identifier;
    });
    if (named == plan.shows) shown.push_back(plan.identifier);
  }
  return shown;
}

}  // namespace proktor::qti
