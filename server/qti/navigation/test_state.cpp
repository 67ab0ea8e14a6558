#include "qti/navigation/test_state.hpp"

#include "qti/delivery/shuffle.hpp"

#include <algorithm>
#include <charconv>

namespace proktor::qti {
namespace {

constexpr std::string_view duration_name = "duration";

bool any_of(std::vector<std::string> const& wanted, std::vector<std::string> const& has) {
  return std::ranges::any_of(wanted,
                             [&](auto const& one) { return std::ranges::find(has, one) != has.end(); });
}

Value seconds(double value) {
  return Value::single(BaseType::duration, value);
}

// An outcome begins at its default; without one a number at 0, anything else at NULL.
Value initial_value(Declaration const& declaration) {
  bool const zero = declaration.default_value.is_null() && declaration.cardinality == Cardinality::single;
  if (zero && declaration.base == BaseType::integer) return Value::integer(0);
  if (zero && declaration.base == BaseType::floating) return Value::floating(0);
  return declaration.default_value;
}

// "Q01.2.SCORE" after "Q01": the number of the delivery, and what is left.
std::optional<std::pair<std::uint32_t, std::string_view>> numbered(std::string_view rest) {
  auto const dot = rest.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  std::uint32_t number = 0;
  auto const [end, code] = std::from_chars(rest.data(), rest.data() + dot, number);
  if (code != std::errc{} || end != rest.data() + dot || number == 0) return std::nullopt;
  return std::pair{number, rest.substr(dot + 1)};
}

}  // namespace

std::optional<bool> all_correct(std::span<Variable const> variables) {
  bool any = false, all = true;
  for (auto const& variable : variables) {
    if (variable.declaration->kind != VariableKind::response) continue;
    if (variable.correct.is_null()) return std::nullopt;
    any = true;
    all = all && same(variable.value, variable.correct);
  }
  return any ? std::optional(all) : std::nullopt;
}

Variable const* find_variable(std::span<Variable const> variables, std::string_view identifier) {
  auto const found = std::ranges::find_if(
      variables, [&](Variable const& one) { return one.declaration->identifier == identifier; });
  return found == variables.end() ? nullptr : &*found;
}

std::string_view mapped(ItemRef const& ref, std::string_view variable) {
  for (auto const& mapping : ref.mappings) {
    if (mapping.target == variable) return mapping.source;
  }
  return variable;
}

TestState::TestState(TestProgram const& program, std::uint64_t seed)
    : part_seconds(program.parts().size()), program_(program), seed_(seed) {
  for (auto const& declaration : program.outcomes()) {
    auto const& initial = declaration.default_value;
    outcomes_.push_back({&declaration, initial_value(declaration), initial, {}});
  }
}

void TestState::process_outcomes() {
  for (auto& outcome : outcomes_) outcome.value = initial_value(*outcome.declaration);
  tell_duration();
  auto random = generator_for(seed_, "outcomes");
  Scope scope{outcomes_, random, this};
  run(program_.outcome_rules(), outcomes_, scope);
}

Value TestState::evaluate(Expression const& expression) {
  tell_duration();
  auto random = generator_for(seed_, "rule");
  Scope scope{outcomes_, random, this};
  return expression.evaluate(scope);
}

bool TestState::is_true(Expression const& expression) {
  auto const value = evaluate(expression);
  auto const* truth = value.as_boolean();
  return truth != nullptr && *truth;
}

void TestState::tell_duration() {
  outcomes_.back().value = seconds(item_seconds({}, {}));
}

double TestState::item_seconds(std::optional<std::size_t> section, std::optional<std::size_t> part) const {
  double sum = 0;
  for (auto const& state : items) {
    auto const& item = program_.items()[state.item];
    bool const counts = (!part || item.part == *part) &&
                        (!section || std::ranges::find(item.sections, *section) != item.sections.end());
    if (counts) sum += state.seconds;
  }
  for (std::size_t place = 0; !section && place < part_seconds.size(); ++place) {
    if (!part || place == *part) sum += part_seconds[place];
  }
  return sum;
}

// An identifier may hold points itself, so every reading is tried. Without a number, of several deliveries
// the last that was attempted counts when they are submitted together; otherwise there is no telling, and the
// value is NULL.
TestState::Named TestState::named(std::string_view name) const {
  for (auto dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
    auto const place = program_.find_item(name.substr(0, dot));
    if (!place) continue;
    auto rest = name.substr(dot + 1);
    auto const number = numbered(rest);
    Named found{nullptr, number ? number->second : rest};
    std::size_t deliveries = 0;
    for (auto const& state : items) {
      if (state.item != *place || (number && state.instance != number->first)) continue;
      ++deliveries;
      if (found.state == nullptr || state.attempted || !found.state->attempted) found.state = &state;
    }
    bool const together = program_.parts()[program_.items()[*place].part].simultaneous;
    if (deliveries > 1 && !together) found.state = nullptr;
    return found;
  }
  return {};
}

Value TestState::item_variable(std::string_view name, std::string_view weight) const {
  auto const found = named(name);
  if (found.state != nullptr) {
    if (found.variable == duration_name) return seconds(found.state->seconds);
    auto const& ref = *program_.items()[found.state->item].ref;
    auto const* variable = find_variable(found.state->variables, mapped(ref, found.variable));
    if (variable == nullptr) return {};
    double number = 0;
    if (weight.empty() || !is_numeric(variable->value.base()) || !variable->value.as_number(number)) {
      return variable->value;
    }
    return Value::floating(number * weight_of(*found.state, weight));
  }
  auto const dot = name.rfind('.');
  if (dot == std::string_view::npos || name.substr(dot + 1) != duration_name) return {};
  if (auto const section = program_.find_section(name.substr(0, dot))) {
    return seconds(item_seconds(section, {}));
  }
  if (auto const part = program_.find_part(name.substr(0, dot))) return seconds(item_seconds({}, part));
  return {};
}

Value TestState::item_default(std::string_view name) const {
  auto const found = named(name);
  if (found.state == nullptr) return {};
  auto const& ref = *program_.items()[found.state->item].ref;
  auto const* variable = find_variable(found.state->variables, mapped(ref, found.variable));
  return variable == nullptr ? Value() : variable->default_value;
}

Value TestState::item_correct(std::string_view name) const {
  auto const found = named(name);
  if (found.state == nullptr) return {};
  auto const& ref = *program_.items()[found.state->item].ref;
  auto const* variable = find_variable(found.state->variables, mapped(ref, found.variable));
  return variable == nullptr ? Value() : variable->correct;
}

bool TestState::within(ItemSubset const& subset, ItemState const& state) const {
  auto const& item = program_.items()[state.item];
  if (!subset.section.empty()) {
    bool const inside = std::ranges::any_of(item.sections, [&](std::size_t section) {
      return program_.sections()[section].identifier == subset.section;
    });
    // Some authors name a part or a single reference, which the standard does not forbid.
    if (!inside && item.identifier != subset.section &&
        program_.parts()[item.part].identifier != subset.section) {
      return false;
    }
  }
  if (!subset.include.empty() && !any_of(subset.include, item.ref->categories)) return false;
  return !any_of(subset.exclude, item.ref->categories);
}

double TestState::weight_of(ItemState const& state, std::string_view weight) const {
  for (auto const& one : program_.items()[state.item].ref->weights) {
    if (one.identifier == weight) return one.value;
  }
  return 1;  // "If no matching definition is found the weight is assumed to be 1.0"
}

Value TestState::test_variables(ItemSubset const& subset, std::string_view variable, BaseType base,
                                std::string_view weight) const {
  std::vector<Value const*> found;
  std::vector<double> weights;
  bool all_integers = true;
  for (auto const& state : items) {
    if (!within(subset, state)) continue;
    auto const* one = find_variable(state.variables, mapped(*program_.items()[state.item].ref, variable));
    if (one == nullptr || one->value.is_null() || one->declaration->cardinality != Cardinality::single)
      continue;
    auto const its = one->declaration->base;
    if (base == BaseType::none ? !is_numeric(its) : its != base) continue;
    all_integers = all_integers && its == BaseType::integer;
    found.push_back(&one->value);
    weights.push_back(weight_of(state, weight));
  }
  bool const numbers = base == BaseType::none || is_numeric(base);
  auto const result_base =
      !numbers ? base : (all_integers && weight.empty() ? BaseType::integer : BaseType::floating);
  Value out(Cardinality::multiple, result_base);
  for (std::size_t i = 0; i < found.size(); ++i) {
    double number = 0;
    if (result_base == BaseType::floating && found[i]->as_number(number)) {
      out.add(number * (weight.empty() ? 1 : weights[i]));
    } else {
      out.add((*found[i])[0]);
    }
  }
  return out;
}

Value TestState::outcome_extreme(ItemSubset const& subset, std::string_view outcome, std::string_view weight,
                                 bool maximum) const {
  Value out(Cardinality::multiple, BaseType::floating);
  for (auto const& state : items) {
    if (!within(subset, state)) continue;
    auto const& item = program_.items()[state.item];
    auto const* declaration = item.program ? item.program->declaration(mapped(*item.ref, outcome)) : nullptr;
    auto const extreme = declaration == nullptr || declaration->cardinality != Cardinality::single
                             ? std::nullopt
                             : (maximum ? declaration->normal_maximum : declaration->normal_minimum);
    if (extreme) {
      out.add(*extreme * (weight.empty() ? 1 : weight_of(state, weight)));
    } else if (maximum) {
      return Value(Cardinality::multiple, BaseType::floating);
    }
  }
  return out;
}

std::int64_t TestState::count(ItemSubset const& subset, ItemCount what) const {
  std::int64_t counted = 0;
  for (auto const& state : items) {
    if (!within(subset, state)) continue;
    bool counts = what == ItemCount::selected || state.attempted;
    if (what == ItemCount::responded) counts = state.attempted && state.responded;
    if (what == ItemCount::correct) counts = all_correct(state.variables) == std::optional(true);
    if (what == ItemCount::incorrect) {
      counts = state.attempted && all_correct(state.variables) == std::optional(false);
    }
    if (counts) ++counted;
  }
  return counted;
}

}  // namespace proktor::qti
