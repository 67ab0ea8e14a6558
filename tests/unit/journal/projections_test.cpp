#include "journal/projector.hpp"
#include "journal/schema.hpp"
#include "support.hpp"

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

namespace {

// All rows of the projections as text.
std::string dump(std::filesystem::path const& directory) {
  auto database = Database::open(database_path(directory), Database::Mode::read_only);
  REQUIRE(database);
  std::string out;
  for (auto const* sql :
       {"SELECT 'i', quote(attempt), term, n, quarantine, seq, lsn FROM event_index ORDER BY 2,3,4,5,6",
        "SELECT 'l', quote(attempt), item, kind, lsn, '', '' FROM latest ORDER BY 2,3,4",
        "SELECT 'm', quote(attempt), term||'.'||n||'.'||quarantine, hwm, quote(head), bytes||'/'||events, "
        "last_lsn"
        " FROM mark ORDER BY 2,3"}) {
    auto statement = database->prepare(sql);
    REQUIRE(statement);
    while (statement->step().value()) {
      for (int column = 0; column < 7; ++column) out.append(statement->text(column)).append("|");
      out.append("\n");
    }
  }
  return out;
}

core::NewEntry quarantined(Pupil& pupil, std::string const& item) {
  return pupil.line(R"("kind":"answer","item":")" + item + R"(","value":{"r1":"q"},"t":5)", {}, "quarantine");
}

// Random but repeatable acts of a few pupils.
void play(Bench& bench, JournalId journal, std::uint64_t seed, int steps) {
  SplitMix64 random(seed);
  std::vector<Pupil> pupils;
  std::vector<Pupil> superseded;
  for (std::uint8_t p = 0; p < 5; ++p) {
    pupils.emplace_back(p);
    REQUIRE(bench.append(journal, {pupils.back().begin()}));
  }
  for (int step = 0; step < steps; ++step) {
    auto& pupil = pupils[random.below(pupils.size())];
    auto const item = "i" + std::to_string(random.below(6) + 1);
    auto const quoted = R"("item":")" + item + R"(",)";
    core::NewEntries entries;
    switch (random.below(9)) {
      case 0:
        entries = {pupil.line(R"("kind":"clear",)" + quoted + R"("t":1)")};
        break;
      case 1:
        entries = {pupil.line(R"("kind":"flag",)" + quoted + R"("value":true,"t":1)")};
        break;
      case 2:
        entries = {pupil.line(R"("kind":"visit",)" + quoted + R"("t":1)")};
        break;
      case 3:
        entries = {pupil.answer(item, "late", "late")};
        break;
      case 4:
        entries = {pupil.answer(item, "timeless", "time"), {"alive", "", R"({"x":1})"}};
        break;
      case 5:
        superseded.push_back(pupil), entries = {pupil.take_over()};
        break;
      case 6:
        if (!superseded.empty()) entries = {quarantined(superseded.back(), item)};
        break;
      default:
        entries = {pupil.answer(item, "a"), pupil.answer(item, "b" + std::to_string(step))};
    }
    REQUIRE(bench.writer->append(journal, std::move(entries), 0, nullptr));
    if (random.below(20) == 0) REQUIRE(bench.append(journal, {}));
  }
  REQUIRE(bench.append(journal, {}));
}

}  // namespace

TEST_CASE("projections made anew from the log are the ones that the writer kept, row for row") {
  std::uint64_t const seed = GENERATE(1U, 2U, 3U);
  INFO("seed " << seed);
  TempDir dir;
  {
    Bench bench;
    play(bench, bench.create(dir / "k").id, seed, 400);
  }
  auto const kept = dump(dir / "k");
  CHECK(std::count(kept.begin(), kept.end(), '\n') > 100);
  {
    auto database = Database::open(database_path(dir / "k"), Database::Mode::read_write);
    REQUIRE(database);
    REQUIRE(database->execute("UPDATE mark SET hwm = hwm + 1; DELETE FROM latest"));
    CHECK(dump(dir / "k") != kept);
    REQUIRE(rebuild_projections(*database));
  }
  CHECK(dump(dir / "k") == kept);
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK(report.ok);
}

TEST_CASE("projections of another version are made anew when the journal is opened") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto const kept = dump(dir / "k");
  {
    auto database = Database::open(database_path(dir / "k"), Database::Mode::read_write);
    REQUIRE(database);
    REQUIRE(
        database->execute("UPDATE meta SET value = 999 WHERE key = 'projection_version';"
                          "DROP TABLE latest; CREATE TABLE latest(other INTEGER)"));
  }
  {
    Bench bench;
    CHECK(bench.open(dir / "k").projections_rebuilt);
  }
  CHECK(dump(dir / "k") == kept);
  Bench bench;
  CHECK_FALSE(bench.open(dir / "k").projections_rebuilt);
}

TEST_CASE("a journal of a newer schema is refused and left alone") {
  TempDir dir;
  make_small_journal(dir / "k");
  {
    auto database = Database::open(database_path(dir / "k"), Database::Mode::read_write);
    REQUIRE(database->execute("UPDATE meta SET value = 2 WHERE key = 'schema_version'"));
  }
  Bench bench;
  CHECK(bench.writer->open(dir / "k").error() == Errc::schema_newer);
  CHECK(Reader::open(dir / "k").error() == Errc::schema_newer);
}

TEST_CASE("the log refuses to be changed through SQL") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto database = Database::open(database_path(dir / "k"), Database::Mode::read_write);
  CHECK(database->execute("UPDATE entry SET bytes = x'00' WHERE lsn = 3").has_error());
  CHECK(database->execute("DELETE FROM entry WHERE lsn = 3").has_error());
}

TEST_CASE("the latest answer, flag and visit of an attempt leave out flagged lines and the quarantine") {
  TempDir dir;
  Bench bench;
  auto const journal = bench.create(dir / "k").id;
  Pupil pupil(1);
  REQUIRE(bench.append(journal, {pupil.begin()}));                                                  // 1
  REQUIRE(bench.append(journal, {pupil.answer("i1", "c1"), pupil.answer("i1", "c2")}));             // 2 3
  REQUIRE(bench.append(journal, {pupil.answer("i1", "c3", "late value")}));                         // 4
  REQUIRE(bench.append(journal, {pupil.answer("i2", "c1", "time")}));                               // 5
  REQUIRE(bench.append(journal, {pupil.line(R"("kind":"clear","item":"i2","t":1)")}));              // 6
  REQUIRE(bench.append(journal, {pupil.line(R"("kind":"flag","item":"i1","value":true,"t":1)")}));  // 7
  REQUIRE(bench.append(journal, {pupil.line(R"("kind":"visit","item":"i2","t":1)")}));              // 8
  Pupil old = pupil;
  REQUIRE(bench.append(journal, {pupil.take_over()}));                                 // 9
  REQUIRE(bench.append(journal, {quarantined(old, "i1")}));                            // 10
  REQUIRE(bench.append(journal, {pupil.line(R"("kind":"submit","t":1)", "closed")}));  // 11
  auto reader = Reader::open(dir / "k");
  REQUIRE(reader);
  std::map<std::pair<std::string, LatestKind>, std::uint64_t> latest;
  REQUIRE(reader->read_latest([&](LatestRow const& row) {
    CHECK(row.attempt == pupil.id());
    latest[{row.item, row.kind}] = row.entry.lsn;
  }));
  CHECK(latest ==
        std::map<std::pair<std::string, LatestKind>, std::uint64_t>{{{"", LatestKind::visit}, 8},
                                                                    {{"", LatestKind::submit}, 11},
                                                                    {{"", LatestKind::late}, 4},
                                                                    {{"i1", LatestKind::answer}, 3},
                                                                    {{"i1", LatestKind::flag}, 7},
                                                                    {{"i2", LatestKind::answer}, 6}});
  auto const marks = reader->read_marks();
  REQUIRE(marks);
  REQUIRE(marks->size() == 3);
  CHECK((*marks)[0].hwm == 7);
  CHECK((*marks)[0].events == 7);
  CHECK((*marks)[1].quarantine);
  CHECK((*marks)[1].hwm == 8);
  CHECK((*marks)[1].head == old.head());
  CHECK((*marks)[1].events == 1);
  CHECK((*marks)[2].epoch == core::Epoch{0, 2});
  CHECK((*marks)[2].head == pupil.head());
  CHECK((*marks)[2].last_lsn == 11);
}

TEST_CASE("a reader finds events by epoch and seq, and acts without events") {
  TempDir dir;
  Bench bench;
  auto const journal = bench.create(dir / "k").id;
  Pupil pupil(1);
  REQUIRE(bench.append(journal, {{"genesis", "k", "{}"}, pupil.begin()}));
  core::NewEntries lines;
  for (int i = 0; i < 5'000; ++i) lines.push_back(pupil.answer("i1", std::to_string(i)));
  REQUIRE(bench.append(journal, lines));
  REQUIRE(bench.append(journal, {pupil.finish()}));
  auto reader = Reader::open(dir / "k");
  REQUIRE(reader);
  CHECK(reader->stream() == test_stream);
  CHECK(reader->head().value().lsn == 5'003);
  std::vector<std::string> acts;
  REQUIRE(reader->read_acts([&](Entry const& entry) { acts.push_back(entry.kind); }));
  CHECK(acts == std::vector<std::string>{"genesis", "attempt", "finished"});
  std::size_t seen = 0;
  REQUIRE(reader->read_events(pupil.id(), pupil.epoch(), false,
                              [&](Entry const& entry) { CHECK(entry.bytes == lines[seen++].bytes); }));
  CHECK(seen == 5'000);
  CHECK(reader->find_event(pupil.id(), pupil.epoch(), false, 17).value()->bytes == lines[16].bytes);
  CHECK_FALSE(reader->find_event(pupil.id(), pupil.epoch(), false, 5'001).value().has_value());
  CHECK_FALSE(reader->find_event(pupil.id(), {0, 2}, false, 1).value().has_value());
  std::uint64_t first = 0;
  CHECK(
      reader->read_entries(4'000, 10, [&](Entry const& e) { first = first == 0 ? e.lsn : first; }).value() ==
      10);
  CHECK(first == 4'001);
  CHECK(reader->read_entries(5'003, 10, [](Entry const&) {}).value() == 0);
}
