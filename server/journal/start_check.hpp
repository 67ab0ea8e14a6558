#pragma once
// Before a journal is served: the rows that the exam's state is loaded from, held against the log. The database's thread.
//
//   every act and every newest answer is the entry that the chain names    or chain_broken: the log itself is damaged
//   rows stand in order, and their sums hold                               or the projections are made anew
//   acts and marked lines together are all entries there are               or the projections are made anew
//
// What only older entries hold is the verifier's, which runs behind.

#include "base/bytes.hpp"
#include "journal/sqlite.hpp"

namespace proktor::journal {

// False: the projections do not tell what the log tells. Errors: chain_broken, journal_corrupt, storage_failed.
Result<bool> projections_hold(Database& database, Bytes16 const& stream);

}  // namespace proktor::journal
