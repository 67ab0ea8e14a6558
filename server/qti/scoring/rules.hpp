#pragma once
// The rules of processing, compiled: response processing and template processing of an item, outcome processing of a
// test (QTI 3 ASI, "Response Processing", "Template Processing", "Outcome Processing"). Immutable after compiling;
// any thread. Reads no file itself (fragments.hpp asks its caller).

#include "qti/expression/expression.hpp"
#include "qti/scoring/fragments.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace proktor::qti {

constexpr std::size_t rule_depth_max = 60;

enum class Processing { response, templates, outcome };

struct Rule;

struct Branch {
  std::optional<Expression> when;  // nothing: else
  std::vector<Rule> rules;
};

struct Rule {
  enum class Kind { condition, group, set_value, set_correct, set_default, lookup, constraint, exit };
  Kind kind = Kind::group;
  std::uint32_t slot = 0;                // of the variable that is set
  std::optional<Expression> expression;  // of what is set, looked up or must hold
  std::vector<Branch> branches;          // of a condition
  std::vector<Rule> rules;               // of a group
};

// The rules inside `holder` (qti-response-processing, qti-template-processing, qti-outcome-processing or a fragment).
// Errors, beside those of expression.hpp: unknown-processing-element, wrong-operands, wrong-variable-kind,
// wrong-cardinality, wrong-base-type, missing-table, missing-fragment, too-many-fragments, rules-too-deep.
std::vector<Rule> compile_rules(Reader& reader, XmlNode const& holder, Processing processing, Names const& names,
                                Fragments& fragments);

enum class Ended { ran, exited, constraint_failed };

// Runs rules in order. scope.variables and `variables` are the same variables.
Ended run(std::span<Rule const> rules, std::span<Variable> variables, Scope& scope);

// `from` as a value of the variable's type: numbers are converted (towards zero where it is an integer), whatever does
// not fit is NULL.
Value converted(Value from, Declaration const& to);

// By the outcome's match or interpolation table.
Value looked_up(LookupTable const& table, Value const& source, Declaration const& outcome);

}  // namespace proktor::qti
