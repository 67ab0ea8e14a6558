#include "journal/schema.hpp"
#include "support.hpp"

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

namespace {

// SQL on a closed journal, past its triggers, which stand again afterwards.
void change(std::filesystem::path const& directory, std::string const& sql) {
  auto database = Database::open(database_path(directory), Database::Mode::read_write);
  REQUIRE(database);
  REQUIRE(database->execute("DROP TRIGGER entry_fixed"));
  REQUIRE(database->execute(sql.c_str()));
  REQUIRE(database->execute("CREATE TRIGGER entry_fixed BEFORE UPDATE ON entry "
                            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"));
  database->keep_log_on_close(false);
}

// An index whose definition is right and whose first rows are missing, as a lost page leaves it.
constexpr char const* forget_first_acts =
    "DROP INDEX act;"
    "CREATE INDEX act ON entry(lsn) WHERE kind NOT IN ('event', 'quarantine') AND lsn > 3;"
    "PRAGMA writable_schema = ON;"
    "UPDATE sqlite_schema SET sql = 'CREATE INDEX act ON entry(lsn) WHERE kind NOT IN (''event'', ''quarantine'')' "
    "WHERE name = 'act'";

// A journal as a kill leaves it: what was committed last stands in the write-ahead log alone.
void make_killed_journal(std::filesystem::path const& directory, std::filesystem::path const& to) {
  make_small_journal(directory);
  Bench bench;
  auto const journal = bench.open(directory).id;
  for (int i = 0; i < 20; ++i) REQUIRE(bench.append(journal, {{"note", "", "{}"}}));
  std::filesystem::copy(directory, to);
}

}  // namespace

TEST_CASE("rows that do not tell what the log tells are made anew before the journal is served") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto const sql = GENERATE(as<std::string>(), "UPDATE mark SET hwm = hwm - 1",
                            "UPDATE mark SET head = zeroblob(32)", "DELETE FROM mark WHERE hwm > 0",
                            "UPDATE latest SET lsn = lsn - 7 WHERE item = 'i3'", forget_first_acts);
  INFO(sql);
  change(dir / "k", sql);
  CHECK_FALSE(verify(dir / "k").ok);
  {
    Bench bench;
    CHECK(bench.open(dir / "k").projections_rebuilt);
  }
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK(report.ok);
  Bench bench;
  CHECK_FALSE(bench.open(dir / "k").projections_rebuilt);
}

TEST_CASE("an old act or a newest answer that was changed is found at the start") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto const entries = read_all(dir / "k");
  auto const act = GENERATE(true, false);
  auto const hit = std::find_if(entries.begin() + (act ? 0 : 19), entries.end(),
                                [&](Entry const& entry) { return entry.kind == (act ? "attempt" : "event"); });
  REQUIRE(hit != entries.end());
  change(dir / "k", "UPDATE entry SET bytes = CAST(bytes || ' ' AS BLOB) WHERE lsn = " + std::to_string(hit->lsn));
  Bench bench;
  auto const opened = bench.writer->open(dir / "k");
  REQUIRE(opened.has_error());
  CHECK(opened.error() == Errc::chain_broken);
  CHECK(opened.error().detail == "lsn " + std::to_string(hit->lsn));
}

TEST_CASE("a journal that is refused is left as it was, its write-ahead log too") {
  TempDir dir;
  make_killed_journal(dir / "k", dir / "killed");
  auto damaged = slurp(database_path(dir / "killed"));
  auto const at = damaged.find("\"participant\"");
  REQUIRE(at != std::string::npos);
  bool const whole_file = GENERATE(false, true);
  if (whole_file) damaged.clear();
  if (!whole_file) damaged[at + 3] ^= 1;
  spill(database_path(dir / "killed"), damaged);
  auto const log = slurp(dir / "killed/journal.db-wal");
  REQUIRE(log.size() > 4'096);
  {
    Bench bench;
    auto const opened = bench.writer->open(dir / "killed");
    REQUIRE(opened.has_error());
    CHECK(opened.error() == (whole_file ? Errc::journal_corrupt : Errc::chain_broken));
  }
  CHECK(slurp(database_path(dir / "killed")) == damaged);
  CHECK(slurp(dir / "killed/journal.db-wal") == log);
}

TEST_CASE("entries that the database lost and the copy never had are told by their number") {
  TempDir dir;
  make_killed_journal(dir / "k", dir / "killed");
  auto const entries = read_all(dir / "killed");
  auto const copy = slurp(copy_path(dir / "killed"));
  std::string last;
  append_copy_record(last, entries.back());
  spill(copy_path(dir / "killed"), copy.substr(0, copy.size() - 5 * last.size()));
  spill(dir / "killed/journal.db-wal", "");
  Bench bench;
  auto const handle = bench.open(dir / "killed");
  CHECK(handle.recovered == 15);
  CHECK(handle.lost == 5);
  CHECK(handle.head.lsn == entries.size() - 5);
  // The next acknowledgement starts from what is there.
  REQUIRE(bench.append(handle.id, {{"note", "", "{}"}}));
  bench.writer->stop();
  Bench again;
  CHECK(again.open(dir / "killed").lost == 0);
}

TEST_CASE("a damaged journal.mark tells nothing and is made anew") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto mark = slurp(mark_path(dir / "k"));
  mark[30] ^= 0x10;
  spill(mark_path(dir / "k"), mark);
  Bench bench;
  CHECK(bench.open(dir / "k").lost == 0);
  CHECK(bench.writer->durable_lsn({}) == count);
}

TEST_CASE("the verifier finds a changed schema and an index of acts that lacks one") {
  TempDir dir;
  make_small_journal(dir / "k");
  bool const index = GENERATE(true, false);
  change(dir / "k", index ? forget_first_acts : "DROP TRIGGER entry_kept");
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK(names(report, index ? "projection" : "database"));
}

TEST_CASE("an index that names another line is not believed") {
  TempDir dir;
  make_small_journal(dir / "k", 1);
  Pupil pupil(0);
  auto reader = Reader::open(dir / "k");
  REQUIRE(reader->find_event(pupil.id(), pupil.epoch(), false, 5).value());
  change(dir / "k", "UPDATE event_index SET lsn = lsn + 1 WHERE seq = 5");
  CHECK(reader->find_event(pupil.id(), pupil.epoch(), false, 5).error() == Errc::journal_corrupt);
  std::uint64_t seen = 0;
  auto const read = reader->read_events(pupil.id(), pupil.epoch(), false, [&](Entry const&) { ++seen; });
  CHECK(read.error() == Errc::journal_corrupt);
  CHECK(seen == 4);
}
