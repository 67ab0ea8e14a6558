#pragma once
// Outcome processing of a test, compiled (QTI 3 ASI, "OutcomeProcessing"): conditions, setting, looking up,
// leaving. Immutable; any thread. Holds no values: the session's outcomes are given.

#include "qti/expression/expression.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace proktor::qti {

struct OutcomeRule;  // outcome_rules.cpp

class OutcomeRules {
 public:
  // processing: qti-outcome-processing. Errors: unknown-rule, unknown-variable, missing-table,
  // wrong-operands.
  static std::optional<OutcomeRules> compile(Reader& reader, XmlNode const& processing, Names const& names);

  // Outcomes first return to their defaults (QTI 3 ASI, "OutcomeProcessing"), then the rules run.
  // scope.variables must be `variables`. True when a rule left the test.
  bool run(Scope& scope, std::span<Variable> variables) const;

 private:
  std::shared_ptr<std::vector<OutcomeRule> const> rules_;
};

}  // namespace proktor::qti
