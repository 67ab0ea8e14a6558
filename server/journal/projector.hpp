#pragma once
// Keeps the projections of one database in step with its log: event_index, latest, mark. The same code runs
// in the writer's transaction, in a rebuild and in the verifier, so a rebuild gives the same rows. It reads
// the log's entries only as they are handed to it, in order. The thread of its database.

#include "journal/entry.hpp"
#include "journal/journal.hpp"
#include "journal/sqlite.hpp"

#include <unordered_map>
#include <vector>

namespace proktor::journal {

class Projector {
 public:
  static Result<Projector> prepare(Database& database);

  // Inside a transaction, entry by entry in the order of lsn. An entry whose subject or bytes cannot be read
  // is left out: the log keeps it, verify names it.
  Result<void> add(Entry const& entry);

  // Writes the marks that moved: once per batch, before its COMMIT.
  Result<void> flush();

  // After a rollback: what is remembered may not be on disk.
  void forget();

  // The mark as it stands, moved or not; nothing when there is none.
  Result<std::optional<Mark>> find_mark(core::AttemptId const& attempt, core::Epoch epoch, bool quarantine);

 private:
  struct Key {
    core::AttemptId attempt;
    core::Epoch epoch;
    bool quarantine;
    bool operator==(Key const&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(Key const& key) const;
  };
  struct Kept {
    Mark mark;
    bool moved = false;
  };

  Projector(Statement index, Statement latest, Statement write_mark, Statement read_mark);
  Result<Kept*> load(Key const& key);  // nullptr: there is none
  Result<Kept*> load_or_make(Key const& key);
  Kept* make(Key const& key, Mark mark);
  Result<void> add_event(Entry const& entry, bool quarantine);
  Result<void> add_latest(Entry const& entry, core::EventSubject const& subject);
  Result<void> point(core::AttemptId const& attempt, std::string_view item, LatestKind kind,
                     std::uint64_t lsn);
  Result<void> add_epoch(Entry const& entry);

  Statement index_;
  Statement latest_;
  Statement write_mark_;
  Statement read_mark_;
  std::unordered_map<Key, Kept, KeyHash> marks_;
  std::vector<Key> moved_;
};

// A row of PROKTOR_MARK_COLUMNS. Errors: journal_corrupt, its check does not hold.
#define PROKTOR_MARK_COLUMNS "attempt, term, n, quarantine, hwm, head, bytes, events, last_lsn, row_check"
Result<Mark> mark_at(Statement const& row);

std::int64_t latest_check(std::string_view attempt, std::string_view item, std::int64_t kind, std::uint64_t lsn);

// Drops the projections and makes them from the log, in transactions of bounded size. Cut short, it starts
// over at the next open. Nobody may write meanwhile.
Result<void> rebuild_projections(Database& database);

}  // namespace proktor::journal
