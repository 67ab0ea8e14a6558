#include "journal/schema.hpp"

#include "base/deliberate_fault.hpp"

#include <algorithm>
#include <string>

namespace proktor::journal {
namespace {

constexpr char const* log_tables = R"(
CREATE TABLE entry(
  lsn INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, term INTEGER NOT NULL, kind TEXT NOT NULL,
  version INTEGER NOT NULL, npsn TEXT NOT NULL, subject TEXT NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TABLE meta(key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
)";

constexpr char const* projection_tables = R"(
DROP INDEX IF EXISTS act;
DROP TABLE IF EXISTS event_index;
DROP TABLE IF EXISTS latest;
DROP TABLE IF EXISTS mark;
CREATE INDEX act ON entry(lsn) WHERE kind NOT IN ('event', 'quarantine');
CREATE TABLE event_index(
  attempt BLOB NOT NULL, term INTEGER NOT NULL, n INTEGER NOT NULL, quarantine INTEGER NOT NULL,
  seq INTEGER NOT NULL, lsn INTEGER NOT NULL, PRIMARY KEY(attempt, term, n, quarantine, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE latest(
  attempt BLOB NOT NULL, item TEXT NOT NULL, kind INTEGER NOT NULL, lsn INTEGER NOT NULL,
  row_check INTEGER NOT NULL, PRIMARY KEY(attempt, item, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE mark(
  attempt BLOB NOT NULL, term INTEGER NOT NULL, n INTEGER NOT NULL, quarantine INTEGER NOT NULL,
  hwm INTEGER NOT NULL, head BLOB NOT NULL, bytes INTEGER NOT NULL, events INTEGER NOT NULL,
  last_lsn INTEGER NOT NULL, row_check INTEGER NOT NULL, PRIMARY KEY(attempt, term, n, quarantine)
) STRICT, WITHOUT ROWID;
)";

template <std::size_t Size>
bool copy_bytes(std::string_view from, std::array<std::uint8_t, Size>& to) {
  if (from.size() != Size) return false;
  std::copy(from.begin(), from.end(), to.begin());
  return true;
}

Result<std::int64_t> meta_number(Database& database, std::string_view key) {
  return database.query_number("SELECT value FROM meta WHERE key = '" + std::string(key) + "'");
}

Result<std::string> meta_bytes(Database& database, std::string_view key) {
  auto statement = database.prepare("SELECT value FROM meta WHERE key = ?");
  if (!statement) return statement.error();
  auto const row = statement->bind(1, key).step();
  if (!row) return row.error();
  return *row ? std::string(statement->text(0)) : std::string();
}

Result<void> set_meta(Database& database, std::string_view key, std::int64_t number,
                      std::string_view bytes = {}) {
  auto statement = database.prepare("INSERT OR REPLACE INTO meta VALUES(?, ?)");
  if (!statement) return statement.error();
  statement->bind(1, key);
  bytes.empty() ? statement->bind(2, number) : statement->bind_blob(2, bytes);
  return statement->run();
}

Result<void> set_version(Database& database, std::int64_t version) {
  return set_meta(database, "projection_version", version);
}

}  // namespace

Result<void> create_schema(Database& database, Bytes16 const& stream) {
  auto transaction = Transaction::begin(database, true);
  if (!transaction) return transaction.error();
  if (auto done = database.execute(log_tables); !done) return done;
  if (auto done = set_meta(database, "schema_version", schema_version); !done) return done;
  if (auto done = set_meta(database, "stream", 0, text_of(stream)); !done) return done;
  if (auto done = recreate_projections(database); !done) return done;
  if (auto done = mark_projections_current(database); !done) return done;
  return transaction->commit();
}

Result<void> recreate_projections(Database& database) {
  if (auto done = database.execute(projection_tables); !done) return done;
  return set_version(database, 0);
}

Result<void> mark_projections_current(Database& database) {
  return set_version(database, projection_version);
}

Result<bool> projections_current(Database& database) {
  auto const version = meta_number(database, "projection_version");
  if (!version) return version.error();
  return *version == projection_version;
}

Result<void> configure_writer(Database& database) {
  constexpr int synchronous = has_fault(DurabilityFault::synchronous_normal) ? 1 : 2;
  auto const pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=" + std::to_string(synchronous);
  if (auto done = database.execute(pragmas.c_str()); !done) return done;
  auto mode = database.prepare("PRAGMA journal_mode");
  if (!mode) return mode.error();
  auto const row = mode->step();
  if (!row) return row.error();
  auto const full = database.query_number("PRAGMA synchronous");
  if (!full) return full.error();
  if (mode->text(0) != "wal" || *full != synchronous) return fail(Errc::storage_failed, "no WAL on this file system");
  mode->reset();
  database.watch_wal();
  return {};
}

Result<Bytes16> read_stream(Database& database) {
  auto const tables =
      database.query_number("SELECT count(*) FROM sqlite_schema WHERE name IN ('entry', 'meta')");
  if (!tables) return tables.error();
  if (*tables != 2) return fail(Errc::journal_corrupt, "not a journal");
  auto const version = meta_number(database, "schema_version");
  if (!version) return version.error();
  if (*version > schema_version) return fail(Errc::schema_newer, "schema " + std::to_string(*version));
  auto const stream = meta_bytes(database, "stream");
  if (!stream) return stream.error();
  Bytes16 out{};
  if (*version != schema_version || !copy_bytes(*stream, out))
    return fail(Errc::journal_corrupt, "not a journal");
  return out;
}

Result<Head> read_head(Database& database, Bytes16 const& stream) {
  auto statement = database.prepare("SELECT lsn, hash FROM entry ORDER BY lsn DESC LIMIT 1");
  if (!statement) return statement.error();
  auto const row = statement->step();
  if (!row) return row.error();
  Head head{0, genesis_hash(stream)};
  if (!*row) return head;
  head.lsn = statement->count(0);
  if (!copy_bytes(statement->text(1), head.hash)) return fail(Errc::journal_corrupt, "hash of the head");
  return head;
}

Result<Checked> read_checked(Database& database, Bytes16 const& stream) {
  Checked checked{{0, genesis_hash(stream)}, copy_header_bytes};
  auto const lsn = meta_number(database, "checked_lsn");
  if (!lsn) return lsn.error();
  auto const hash = meta_bytes(database, "checked_hash");
  if (!hash) return hash.error();
  auto const bytes = meta_number(database, "checked_copy_bytes");
  if (!bytes) return bytes.error();
  if (*lsn == 0) return checked;
  if (!copy_bytes(*hash, checked.head.hash)) return fail(Errc::journal_corrupt, "checked hash");
  checked.head.lsn = static_cast<std::uint64_t>(*lsn);
  checked.copy_bytes = static_cast<std::uint64_t>(*bytes);
  return checked;
}

Result<void> write_checked(Database& database, Checked const& checked) {
  if (auto done = set_meta(database, "checked_lsn", static_cast<std::int64_t>(checked.head.lsn)); !done)
    return done;
  if (auto done = set_meta(database, "checked_hash", 0, text_of(checked.head.hash)); !done) return done;
  return set_meta(database, "checked_copy_bytes", static_cast<std::int64_t>(checked.copy_bytes));
}

RowCheck& RowCheck::add(std::string_view text) {
  for (auto const byte : bytes_of(text)) value_ = (value_ ^ byte) * 1'099'511'628'211U;
  return add(std::uint64_t{text.size()});
}

RowCheck& RowCheck::add(std::uint64_t number) {
  for (unsigned shift = 0; shift < 64; shift += 8) value_ = (value_ ^ (number >> shift & 0xffU)) * 1'099'511'628'211U;
  return *this;
}

Entry entry_at(Statement const& statement) {
  Entry entry;
  entry.lsn = statement.count(0);
  entry.at_ms = statement.number(1);
  entry.term = statement.count(2);
  entry.kind = statement.text(3);
  entry.version = statement.count(4);
  entry.npsn = statement.text(5);
  entry.subject = statement.text(6);
  entry.bytes = statement.text(7);
  // A hash of another length cannot be right; all zeros then fails every check of the chain.
  copy_bytes(statement.text(8), entry.hash);
  return entry;
}

void bind_entry(Statement& statement, Entry const& entry) {
  statement.bind(1, entry.lsn)
      .bind(2, entry.at_ms)
      .bind(3, entry.term)
      .bind(4, entry.kind)
      .bind(5, entry.version);
  statement.bind(6, entry.npsn)
      .bind(7, entry.subject)
      .bind_blob(8, entry.bytes)
      .bind_blob(9, text_of(entry.hash));
}

}  // namespace proktor::journal
