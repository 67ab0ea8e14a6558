#pragma once
// A journal against what the second medium holds of it (docs/protocol.md, "Second medium"): every entry there must be the
// log's. What the medium lacks at its end is told, and no fault. Reads only; one thread.

#include "base/result.hpp"
#include "provisioning/verify/verify.hpp"

#include <filesystem>

namespace proktor::verify {

// `medium`: the stick's folder (with proktor-cadangan/ in it). Adds findings of the part "medium" and
// `report.medium`.
void check_medium(std::filesystem::path const& data, std::filesystem::path const& medium, JournalReport& report);

}  // namespace proktor::verify
