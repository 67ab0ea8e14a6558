#pragma once
// Which stream an attempt's result comes from. Reads the centre's store; one thread.

#include "sync/pusat/lineage.hpp"

#include <map>
#include <string>
#include <vector>

namespace proktor::pusat {

// The newest of a line of streams, or an older one whose lines of the same epoch go on where the newer one's end; where
// streams that do not continue each other have the attempt, the one with the newest epoch, and a person is told.
struct Owners {
  std::map<std::string, Bytes16, std::less<>> streams{};  // by attempt
  std::vector<std::string> split{};
};

// For the attempts of these streams. Errors: storage_failed.
Result<Owners> find_owners(CentreStore& store, std::vector<StreamRow> const& streams, Lineage const& lineage);

}  // namespace proktor::pusat
