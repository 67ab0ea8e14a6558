#pragma once
// Compares a ledger of acknowledgements with the journal, over the control socket of the running box: every
// acknowledged event must be there with the bytes that the chain says. Blocking.

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::drill {

struct Verdict {
  std::uint64_t acknowledged = 0;  // distinct events in the ledger
  std::uint64_t epochs = 0;
  std::uint64_t missing = 0;    // not in the journal
  std::uint64_t different = 0;  // there, but with other bytes
  std::vector<std::string> examples{};

  bool holds() const { return missing == 0 && different == 0; }
};

// Errors: not_found, bad_json (a broken ledger), unreachable, remote_refused.
Result<Verdict> verify_ledger(std::filesystem::path const& ledger, std::filesystem::path const& control);

}  // namespace proktor::drill
