#pragma once
// Reads event.toml (docs: provisioning/demo/event.toml is the example) field by field. Does not look at other
// files and does not check what points where; that is event_check. Pure; one thread.

#include "provisioning/import/event.hpp"
#include "provisioning/import/finding.hpp"

#include <string_view>

namespace proktor::importing {

// Fills everything of `event` but the participants. Every fault becomes a finding.
void read_event_file(std::string_view text, EventData& event, Findings& findings);

}  // namespace proktor::importing
