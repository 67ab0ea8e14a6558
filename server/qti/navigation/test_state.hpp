#pragma once
// What a test knows of its items while it runs, and the answers to the eight test expressions (QTI 3 ASI,
// "Expressions used only in outcomes processing"; "Variable", "VariableMapping", "Weight"). Of one session,
// or made from results that are already there; one thread. Values of items are borrowed, not held. Runs
// outcome processing on request.

#include "qti/expression/scope.hpp"
#include "qti/navigation/test_program.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace proktor::qti {

// One delivery of a reference that was selected for this candidate.
struct ItemState {
  std::size_t item = 0;  // in TestProgram::items()
  std::uint32_t instance = 1;
  bool attempted = false;
  bool responded = false;  // a response differs from its default
  double seconds = 0;
  std::span<Variable const> variables;  // of its session; empty: nothing is known of it
};

// Whether all responses match their correct ones; nullopt when one of them has none, or there are no
// responses.
std::optional<bool> all_correct(std::span<Variable const> variables);
Variable const* find_variable(std::span<Variable const> variables, std::string_view identifier);

class TestState final : public TestQueries {
 public:
  TestState(TestProgram const& program, std::uint64_t seed);

  std::vector<ItemState> items;      // in the order of delivery
  std::vector<double> part_seconds;  // spent in a part beside its items, by place of the part
  std::span<Variable const> outcomes() const { return outcomes_; }
  Variable const* outcome(std::string_view identifier) const { return find_variable(outcomes_, identifier); }

  // Outcome processing: outcomes return to their defaults, then the rules run. qti-exit-test ends this run of
  // the rules, not the test (QTI 3 ASI, "ExitTest").
  void process_outcomes();
  bool is_true(Expression const& expression);
  Value evaluate(Expression const& expression);

  double item_seconds(std::optional<std::size_t> section, std::optional<std::size_t> part) const;

  Value item_variable(std::string_view name, std::string_view weight) const override;
  Value item_default(std::string_view name) const override;
  Value item_correct(std::string_view name) const override;
  Value test_variables(ItemSubset const& subset, std::string_view variable, BaseType base,
                       std::string_view weight) const override;
  Value outcome_extreme(ItemSubset const& subset, std::string_view outcome, std::string_view weight,
                        bool maximum) const override;
  std::int64_t count(ItemSubset const& subset, ItemCount what) const override;

 private:
  struct Named {
    ItemState const* state = nullptr;
    std::string_view variable;
  };
  Named named(std::string_view name) const;
  bool within(ItemSubset const& subset, ItemState const& state) const;
  double weight_of(ItemState const& state, std::string_view weight) const;
  void tell_duration();

  TestProgram const& program_;
  std::uint64_t seed_;
  std::vector<Variable> outcomes_;
};

// The item's own name of what the test calls `variable` (QTI 3 ASI, "VariableMapping").
std::string_view mapped(ItemRef const& ref, std::string_view variable);

}  // namespace proktor::qti
