#pragma once
// What only the whole can tell: ids used twice, references that resolve nowhere, seats taken twice, sittings
// on top of each other. Pure; one thread.

#include "provisioning/import/event.hpp"
#include "provisioning/import/finding.hpp"

namespace proktor::importing {

// A seat may be used again by another participant in another sitting; twice in one sitting of a room it may
// not.
void check_event(EventData const& event, Findings& findings);

}  // namespace proktor::importing
