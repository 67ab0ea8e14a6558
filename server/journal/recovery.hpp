#pragma once
// What happens when a journal is opened, before anything is served: the chain since the last recorded check
// is computed again, and database and copy are brought to the same head. The database's entries are never
// changed; the copy's sound records are never overwritten by others. The writer's thread.
//
//   copy behind, missing, torn or damaged   written again from the database
//   copy ahead, its chain going on          the missing entries are appended to the database: a lost tail
//   copy sound but different                journal_corrupt, nothing is changed

#include "journal/copy_file.hpp"
#include "journal/projector.hpp"
#include "journal/schema.hpp"

#include <vector>

namespace proktor::journal {

struct Reconciled {
  Head head{};
  std::uint64_t copy_lsn = 0;        // the last entry that the copy has: the head's, or less when the disk is full
  std::uint64_t recovered = 0;       // entries appended to the database
  std::uint64_t copy_filled = 0;     // entries appended to the copy
  std::uint64_t copy_repaired = 0;   // damaged records written again
  std::uint64_t copy_cut_bytes = 0;  // a torn tail
};

// Errors: chain_broken, journal_corrupt, storage_full, storage_failed, io_error.
Result<Reconciled> reconcile(Database& database, Projector& projector, CopyFile& copy, Bytes16 const& stream);

// Writes the records of all entries with lsn > after to the copy, from `offset` on; returns how many.
// After storage_full the copy ends behind a whole record or at `offset`.
Result<std::uint64_t> write_copy_from(Database& database, CopyFile& copy, std::uint64_t after,
                                      std::uint64_t offset);

// One transaction; the entries as they are, each following the one before.
Result<void> append_recovered(Database& database, Projector& projector, std::vector<Entry> const& entries);

}  // namespace proktor::journal
