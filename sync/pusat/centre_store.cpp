#include "sync/pusat/centre_store.hpp"

#include <algorithm>
#include <cstring>

namespace proktor::pusat {
namespace {

constexpr std::string_view schema = R"(
CREATE TABLE stream (
  stream TEXT PRIMARY KEY, box TEXT NOT NULL, organiser TEXT NOT NULL, event TEXT NOT NULL, opened INTEGER NOT NULL,
  hash BLOB NOT NULL, problem TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE opened_file (stream TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (stream, file)) STRICT, WITHOUT ROWID;
CREATE TABLE entry (
  stream TEXT NOT NULL, lsn INTEGER NOT NULL, at_ms INTEGER NOT NULL, term INTEGER NOT NULL, kind TEXT NOT NULL,
  version INTEGER NOT NULL, npsn TEXT NOT NULL, subject TEXT NOT NULL, bytes BLOB NOT NULL, hash BLOB NOT NULL,
  PRIMARY KEY (stream, lsn)) STRICT, WITHOUT ROWID;
CREATE TABLE attempt (
  stream TEXT NOT NULL, attempt TEXT NOT NULL, participant TEXT NOT NULL, test TEXT NOT NULL, events INTEGER NOT NULL,
  term INTEGER NOT NULL, n INTEGER NOT NULL, seq INTEGER NOT NULL, head BLOB NOT NULL, code TEXT NOT NULL,
  verdict TEXT NOT NULL, PRIMARY KEY (stream, attempt)) STRICT, WITHOUT ROWID)";

Bytes32 hash_of(std::string const& bytes) {
  Bytes32 hash{};
  std::memcpy(hash.data(), bytes.data(), std::min(bytes.size(), hash.size()));
  return hash;
}

}  // namespace

Result<CentreStore> CentreStore::open(std::filesystem::path const& data) {
  std::error_code failure;
  std::filesystem::create_directories(data, failure);
  auto database = Database::open(data / "centre.db", schema, centre_schema_version);
  if (!database) return database.error();
  return CentreStore(std::move(*database));
}

Result<CentreStore> CentreStore::open_read_only(std::filesystem::path const& data) {
  auto database = Database::open_read_only(data / "centre.db", schema, centre_schema_version);
  if (!database) return database.error();
  return CentreStore(std::move(*database));
}

Result<std::vector<StreamRow>> CentreStore::streams() {
  auto query = database_.prepare(
      "SELECT stream, box, organiser, event, opened, hash, problem FROM stream ORDER BY box, event, stream");
  if (!query) return query.error();
  std::vector<StreamRow> rows;
  for (;;) {
    auto const row = query->step();
    if (!row) return row.error();
    if (!*row) return rows;
    auto const stream = unhex16(query->text(0));
    if (!stream) return fail(Errc::storage_failed, "stream id");
    rows.push_back({*stream, query->text(1), query->text(2), query->text(3), query->natural(4),
                    hash_of(query->text(5)), query->text(6)});
  }
}

Result<void> CentreStore::each_entry(Bytes16 const& stream,
                                     std::function<void(journal::Entry const&)> const& callback) {
  auto query = database_.prepare(
      "SELECT lsn, at_ms, term, kind, version, npsn, subject, bytes, hash FROM entry WHERE stream = ? ORDER "
      "BY lsn");
  if (!query) return query.error();
  query->bind(1, hex(stream));
  for (;;) {
    auto const row = query->step();
    if (!row) return row.error();
    if (!*row) return {};
    journal::Entry entry;
    entry.lsn = query->natural(0);
    entry.at_ms = query->integer(1);
    entry.term = query->natural(2);
    entry.kind = query->text(3);
    entry.version = query->natural(4);
    entry.npsn = query->text(5);
    entry.subject = query->text(6);
    entry.bytes = query->text(7);
    entry.hash = hash_of(query->text(8));
    callback(entry);
  }
}

Result<std::vector<AttemptRow>> CentreStore::attempts() {
  auto query = database_.prepare("SELECT stream, attempt, term, n, seq FROM attempt ORDER BY attempt, stream");
  if (!query) return query.error();
  std::vector<AttemptRow> rows;
  for (;;) {
    auto const row = query->step();
    if (!row) return row.error();
    if (!*row) return rows;
    auto const stream = unhex16(query->text(0));
    if (!stream) return fail(Errc::storage_failed, "stream id");
    rows.push_back({*stream, query->text(1), {query->natural(2), query->natural(3)}, query->natural(4)});
  }
}

Result<Bytes32> CentreStore::hash_at(Bytes16 const& stream, std::uint64_t lsn) {
  auto query = database_.prepare("SELECT hash FROM entry WHERE stream = ? AND lsn = ?");
  if (!query) return query.error();
  auto const row = query->bind(1, hex(stream)).bind(2, lsn).step();
  if (!row) return row.error();
  if (!*row) return fail(Errc::not_found, "lsn " + std::to_string(lsn));
  return hash_of(query->text(0));
}

Result<std::set<std::string>> CentreStore::opened_files(Bytes16 const& stream) {
  auto query = database_.prepare("SELECT file FROM opened_file WHERE stream = ?");
  if (!query) return query.error();
  query->bind(1, hex(stream));
  std::set<std::string> files;
  for (;;) {
    auto const row = query->step();
    if (!row) return row.error();
    if (!*row) return files;
    files.insert(query->text(0));
  }
}

Result<void> CentreStore::put_stream(StreamRow const& stream) {
  auto put = database_.prepare("INSERT OR REPLACE INTO stream VALUES (?,?,?,?,?,?,?)");
  if (!put) return put.error();
  put->bind(1, hex(stream.stream)).bind(2, stream.box).bind(3, stream.organiser).bind(4, stream.event);
  return put->bind(5, stream.opened).bind_blob(6, text_of(stream.hash)).bind(7, stream.problem).run();
}

Result<void> CentreStore::put_entries(StreamRow const& stream, std::vector<journal::Entry> const& entries) {
  auto put = database_.prepare("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?)");
  if (!put) return put.error();
  for (journal::Entry const& entry : entries) {
    put->bind(1, hex(stream.stream)).bind(2, entry.lsn).bind(3, entry.at_ms).bind(4, entry.term);
    put->bind(5, entry.kind).bind(6, entry.version).bind(7, entry.npsn).bind(8, entry.subject);
    put->bind_blob(9, entry.bytes).bind_blob(10, text_of(entry.hash));
    if (auto const done = put->run(); !done) return done;
  }
  return {};
}

Result<void> CentreStore::put_verdicts(StreamRow const& stream, Replay const& replay,
                                       std::set<std::string> const& changed) {
  auto put = database_.prepare("INSERT OR REPLACE INTO attempt VALUES (?,?,?,?,?,?,?,?,?,?,?)");
  if (!put) return put.error();
  for (std::string const& id : changed) {
    AttemptReplay const& attempt = replay.attempts().at(id);
    auto const& [epoch, state] = *attempt.epochs.rbegin();
    put->bind(1, hex(stream.stream)).bind(2, id).bind(3, attempt.participant).bind(4, attempt.test);
    put->bind(5, attempt.events).bind(6, epoch.term).bind(7, epoch.n).bind(8, state.seq);
    put->bind_blob(9, text_of(state.head))
        .bind(10, attempt.finished ? attempt.finished->code : std::string());
    if (auto const done = put->bind(11, name_of(attempt.verdict())).run(); !done) return done;
  }
  return {};
}

Result<void> CentreStore::add(StreamRow const& stream, std::string const& file,
                              std::vector<journal::Entry> const& entries, Replay const& replay,
                              std::set<std::string> const& changed) {
  return database_.transaction([&]() -> Result<void> {
    if (auto const done = put_stream(stream); !done) return done;
    if (auto const done = put_entries(stream, entries); !done) return done;
    if (auto const done = put_verdicts(stream, replay, changed); !done) return done;
    auto opened = database_.prepare("INSERT INTO opened_file VALUES (?,?)");
    if (!opened) return opened.error();
    return opened->bind(1, hex(stream.stream)).bind(2, file).run();
  });
}

Result<void> CentreStore::set_problem(StreamRow const& stream) {
  return database_.transaction([&] { return put_stream(stream); });
}

}  // namespace proktor::pusat
