#pragma once
// Checks one journal from end to end: the chain, the projections against the log, every attempt's chain and
// closing code, journal.copy against the database, SQLite's own quick_check. Reads only, in short
// transactions: beside a running writer (on the pool) or on a stopped box. Prints nothing; the signatures of
// receipts are the caller's.

#include "base/result.hpp"
#include "journal/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::journal {

constexpr std::size_t findings_max = 100;  // a damaged journal need not list every row

struct Finding {
  std::string part;  // "chain", "projection", "attempt", "copy", "receipt", "database"
  std::uint64_t lsn = 0;
  std::string text;  // English, for the technician's terminal; ids, never names or answers
};

// A `receipt` entry: what the centre acknowledged. Its hash has been checked against the log.
struct ReceiptRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Bytes32 hash{};
};

struct Report {
  bool ok = true;
  std::vector<Finding> findings{};
  Bytes16 stream{};
  Head head{};  // up to here everything was checked
  std::uint64_t events = 0;
  std::uint64_t attempts = 0;
  std::vector<ReceiptRange> receipts{};
};

// Errors only when nothing could be read at all: not_found, schema_newer, storage_failed, journal_corrupt.
Result<Report> verify_journal(std::filesystem::path const& directory);

// SQLite's quick_check alone, table by table on a connection of its own, beside a running writer: indexes and free pages,
// which a reader of the chain does not meet. 0.05 s of CPU for 130,000 entries (31 MB); the longest read, of the log, 0.03 s,
// with a cold cache 0.2 s. Errors: journal_corrupt (what is wrong), and those of opening.
Result<void> check_pages(std::filesystem::path const& directory);

}  // namespace proktor::journal
