#pragma once
// What one item can come to: every response that its interactions allow is submitted to a session of its own.
// Pure; any thread. Used by the panel check alone.

#include "qti/navigation/test_program.hpp"
#include "qti/navigation/test_state.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace proktor::qti {

struct ResponsePlan;  // scoring/item_parts.hpp

// A session after one response, or after none.
struct ItemEnd {
  bool attempted = false;
  bool responded = false;
  std::vector<Variable> variables;
};

struct PossibleEnds {
  std::vector<ItemEnd>
      ends;            // different by outcomes, by being right and by being answered; the first is no answer
  std::string unsure;  // why there may be more; empty: these are all
};

PossibleEnds possible_ends(CompiledItem const& item, bool simultaneous);

// The inputs tried for one response (DESIGN 14's form), NULL first. unsure: as above.
std::vector<boost::json::value> possible_inputs(ResponsePlan const& plan, Declaration const& declaration,
                                                std::vector<std::string> const& constants,
                                                std::string& unsure);

}  // namespace proktor::qti
