#include "qti/navigation/test_results.hpp"

#include "qti/navigation/test_report.hpp"

#include <algorithm>
#include <deque>

namespace proktor::qti {
namespace {

// A result's variables as a session would hold them; the declarations they point to live here too.
struct Recorded {
  std::vector<Declaration> declarations;
  std::vector<Variable> variables;
};

Recorded recorded(ItemResultData const& item) {
  Recorded out;
  for (auto const& variable : item.variables) {
    Declaration declaration;
    declaration.identifier = variable.identifier;
    // numAttempts and duration are reported as responses, but are none.
    bool const built_in = variable.identifier == "numAttempts" || variable.identifier == "duration";
    declaration.kind = built_in ? VariableKind::built_in : variable.kind;
    declaration.cardinality = variable.value.cardinality();
    declaration.base = variable.value.base();
    declaration.correct = variable.correct;
    out.declarations.push_back(std::move(declaration));
  }
  for (std::size_t i = 0; i < item.variables.size(); ++i) {
    out.variables.push_back({&out.declarations[i], item.variables[i].value, {}, item.variables[i].correct});
  }
  return out;
}

}  // namespace

boost::json::object outcomes_of(TestProgram const& program, AssessmentResult const& result) {
  TestState state(program, 1);
  std::deque<Recorded> kept;
  for (auto const& item : result.items) {
    auto const place = program.find_item(item.identifier);
    if (!place) continue;
    auto const& record = kept.emplace_back(recorded(item));
    ItemState one;
    one.item = *place;
    one.instance = 1 + static_cast<std::uint32_t>(std::ranges::count(state.items, *place, &ItemState::item));
    one.attempted = item.status != SessionStatus::initial;
    one.responded = std::ranges::any_of(record.variables, [](Variable const& variable) {
      return variable.declaration->kind == VariableKind::response && !variable.value.is_null();
    });
    double seconds = 0;
    if (auto const* duration = find_variable(record.variables, "duration"); duration != nullptr) {
      if (duration->value.as_number(seconds)) one.seconds = seconds;
    }
    one.variables = record.variables;
    state.items.push_back(one);
  }
  state.process_outcomes();
  return outcomes_json(state.outcomes());
}

}  // namespace proktor::qti
