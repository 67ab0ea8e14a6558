#pragma once
// The tables of journal.db. `entry` is frozen and append-only; the projections carry one version and are
// dropped and made anew when it changes, never migrated; `meta` names the stream and the versions. Writer's
// thread, or a tool that holds the data lock.

#include "journal/entry.hpp"
#include "journal/journal.hpp"
#include "journal/sqlite.hpp"

#include <string_view>

namespace proktor::journal {

constexpr std::int64_t schema_version = 1;
constexpr std::int64_t projection_version = 2;

// The columns that entry_at() expects, in order.
#define PROKTOR_ENTRY_COLUMNS "e.lsn, e.at_ms, e.term, e.kind, e.version, e.npsn, e.subject, e.bytes, e.hash"

// Makes all tables and names the stream, in one transaction.
Result<void> create_schema(Database& database, Bytes16 const& stream);

// Empties and makes the projection tables and the index of acts; their version in `meta` is 0 until mark_projections_current().
Result<void> recreate_projections(Database& database);
Result<void> mark_projections_current(Database& database);
Result<bool> projections_current(Database& database);

// WAL, synchronous=FULL: verified, since SQLite answers a refused pragma with success. Errors:
// storage_failed.
Result<void> configure_writer(Database& database);

// Errors: schema_newer, journal_corrupt (not a journal).
Result<Bytes16> read_stream(Database& database);
Result<Head> read_head(Database& database, Bytes16 const& stream);

// Up to where chain and copy were last seen to hold: `hash` of `lsn`, and the size of the copy up to there.
struct Checked {
  Head head{};
  std::uint64_t copy_bytes = copy_header_bytes;
};
Result<Checked> read_checked(Database& database, Bytes16 const& stream);
Result<void> write_checked(Database& database, Checked const& checked);

// Rows that a state is loaded from carry a check over their other columns: one changed byte does not pass unseen.
class RowCheck {
 public:
  RowCheck& add(std::string_view text);
  RowCheck& add(std::uint64_t number);
  std::int64_t value() const { return static_cast<std::int64_t>(value_); }

 private:
  std::uint64_t value_ = 14'695'981'039'346'656'037U;  // FNV-1a
};

Entry entry_at(Statement const& statement);  // a row of PROKTOR_ENTRY_COLUMNS
void bind_entry(Statement& statement, Entry const& entry);
constexpr std::string_view insert_entry_sql =
    "INSERT INTO entry(lsn, at_ms, term, kind, version, npsn, subject, bytes, hash) "
    "VALUES(?,?,?,?,?,?,?,?,?)";

}  // namespace proktor::journal
