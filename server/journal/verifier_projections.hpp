#pragma once
// Compares the projections of a journal with ones made anew from its log. Reads in short transactions; beside
// a running writer rows may move on meanwhile, which is told apart by their lsn. The verifier's thread.

#include "journal/sqlite.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace proktor::journal {

// expected: holds the projections of all entries up to `head_lsn`. `report` gets one sentence per difference.
Result<void> compare_projections(Database& journal, Database& expected, std::uint64_t head_lsn,
                                 std::function<void(std::string)> const& report);

}  // namespace proktor::journal
