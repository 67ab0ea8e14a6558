#pragma once
// From the variables of a session to what a result says of it. Pure; any thread. Does not write
// (assessment_result.hpp).

#include "qti/expression/scope.hpp"
#include "qti/results/assessment_result.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace proktor::qti {

struct ItemResultHead {
  std::string identifier;  // in a test, the reference's
  std::optional<std::int64_t> sequence_index;
  std::string datestamp;
  bool presented = false;     // the candidate saw it
  bool closed = false;        // no attempt will follow
  bool human_scored = false;  // ItemProgram::is_human_scored
};

// All variables in their order, keys included (writing leaves them out unless asked). An item that people
// score has no score yet: its outcomes marked external-scored, or all declared ones when none is marked, are
// left out.
ItemResultData item_result(std::span<Variable const> variables, ItemResultHead head);

// Of a test: its outcomes.
std::vector<ResultVariable> result_variables(std::span<Variable const> variables);

}  // namespace proktor::qti
