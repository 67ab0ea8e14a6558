#pragma once
// Reads participants.csv: the header by name, each cell as text, each field by its form. Does not check what
// points to event.toml; that is event_check. Pure; one thread.

#include "provisioning/import/event.hpp"
#include "provisioning/import/finding.hpp"

#include <string_view>
#include <vector>

namespace proktor::importing {

// Rows with a fault in one field are kept, so that the checks over the whole see them; every fault is a
// finding. A header at fault ends the reading: cells would be taken for something else.
std::vector<Participant> read_roster_file(std::string_view text, Findings& findings);

}  // namespace proktor::importing
