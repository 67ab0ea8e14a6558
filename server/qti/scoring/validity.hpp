#pragma once
// Whether a bound response keeps to the limits of its interaction: number of choices, uses of each, pattern mask,
// range of a slider, plays (QTI 3 ASI, "Interactions": what makes a valid response). Pure; any thread.

#include "qti/model/interaction.hpp"

#include <boost/json/value.hpp>

namespace proktor::qti {

// input: what the candidate gave, for the pattern mask, which looks at the text as typed. An order that says nothing
// of how many takes all choices or none.
bool keeps_limits(Interaction const& interaction, Value const& response, boost::json::value const& input);

}  // namespace proktor::qti
