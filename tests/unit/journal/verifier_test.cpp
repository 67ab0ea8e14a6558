#include "journal/schema.hpp"
#include "support.hpp"

#include <atomic>
#include <thread>

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

namespace {

void change(std::filesystem::path const& directory, std::string const& sql) {
  auto database = Database::open(database_path(directory), Database::Mode::read_write);
  REQUIRE(database);
  REQUIRE(database->execute("DROP TRIGGER IF EXISTS entry_fixed; DROP TRIGGER IF EXISTS entry_kept"));
  REQUIRE(database->execute(sql.c_str()));
}

}  // namespace

TEST_CASE("verify holds a sound journal for sound and counts what is in it") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k", 3, 20);
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK(report.ok);
  CHECK(report.findings.empty());
  CHECK(report.head.lsn == count);
  CHECK(report.attempts == 3);
  CHECK(report.events == 3 * 21);
  CHECK(report.stream == test_stream);
  CHECK(verify_journal(dir / "nowhere").error() == Errc::not_found);
}

TEST_CASE("the pages alone are checked beside a writer: what no reader of the log meets is found") {
  TempDir dir;
  make_small_journal(dir / "k");
  CHECK(check_pages(dir / "k").has_value());
  change(dir / "k", "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = "
                    "(SELECT rootpage FROM sqlite_schema WHERE name = 'mark') WHERE name = 'event_index'");
  auto const found = check_pages(dir / "k");
  REQUIRE_FALSE(found.has_value());
  CHECK(found.error() == Errc::journal_corrupt);
  CHECK_FALSE(found.error().detail.empty());
}

TEST_CASE("verify names what was changed behind the journal's back") {
  struct Case {
    char const* sql;
    char const* part;
  };
  auto const c = GENERATE(
      Case{"UPDATE entry SET bytes = CAST(replace(bytes, 'c3', 'c4') AS BLOB) WHERE lsn = 6", "chain"},
      Case{"UPDATE entry SET hash = x'00' WHERE lsn = 6", "chain"},
      Case{"UPDATE entry SET at_ms = at_ms + 1 WHERE lsn = 2", "chain"},
      Case{"DELETE FROM entry WHERE lsn = 6", "chain"},
      Case{"DELETE FROM entry WHERE lsn = (SELECT max(lsn) FROM entry)", "copy"},
      Case{"UPDATE event_index SET lsn = lsn + 1 WHERE seq = 2", "projection"},
      Case{"UPDATE event_index SET lsn = lsn + 1024 WHERE seq = 2", "projection"},
      Case{"UPDATE latest SET lsn = lsn + 1024 WHERE item = 'i1'", "projection"},
      Case{"UPDATE mark SET last_lsn = last_lsn + 1024", "projection"},
      Case{"DELETE FROM event_index WHERE seq = 2", "projection"},
      Case{
          "INSERT INTO event_index SELECT attempt, 9, n, quarantine, seq, lsn FROM event_index WHERE seq = 2",
          "projection"},
      Case{"UPDATE latest SET lsn = lsn - 1 WHERE item = 'i1'", "projection"},
      Case{"DELETE FROM latest WHERE item = 'i1'", "projection"},
      Case{"UPDATE mark SET hwm = hwm + 1", "projection"}, Case{"UPDATE mark SET head = x'00'", "projection"},
      Case{"UPDATE mark SET bytes = bytes + 1", "projection"}, Case{"DELETE FROM mark", "projection"});
  INFO(c.sql);
  TempDir dir;
  make_small_journal(dir / "k");
  change(dir / "k", c.sql);
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK_FALSE(report.ok);
  CHECK(names(report, c.part));
}

TEST_CASE("verify recomputes attempts: gaps, foreign lines, wrong ends and wrong codes are named") {
  Pupil pupil(1);
  auto const begin = pupil.begin();
  auto const first = pupil.answer("i1", "c1");
  auto const second = pupil.answer("i1", "c2");
  auto finished = pupil.finish();
  auto const with = [&](std::string const& from, std::string const& to) {
    auto changed = finished;
    auto const at = changed.bytes.find(from);
    REQUIRE(at != std::string::npos);
    changed.bytes.replace(at, from.size(), to);
    return changed;
  };
  auto foreign = second;
  foreign.bytes = R"({"v":1,"seq":7,"kind":"leave","t":5})";
  auto no_code = with(closing_code(pupil.head()), "");
  std::vector<std::pair<core::NewEntries, bool>> const cases = {
      {{begin, first, second, finished}, true},
      {{begin, first, second, no_code}, true},
      {{begin, second}, false},
      {{begin, first, first}, false},
      {{begin, first, foreign}, false},
      {{begin, first, finished}, false},
      {{begin, first, second, with("\"seq\":2", "\"seq\":3")}, false},
      {{begin, first, second, with(hex(pupil.head()).substr(0, 8), "00000000")}, false},
      {{begin, first, second, with(closing_code(pupil.head()).substr(0, 4), "0000")}, false},
      {{{"event", "no subject", first.bytes}}, false}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    TempDir dir;
    {
      Bench bench;
      REQUIRE(bench.append(bench.create(dir / "k").id, cases[i].first));
    }
    auto const report = verify(dir / "k");
    INFO("case " << i << "\n" << test::text_of(report));
    CHECK(report.ok == cases[i].second);
    CHECK(names(report, "attempt") == !cases[i].second);
  }
}

TEST_CASE("verify compares receipts with the log they speak of") {
  TempDir dir;
  Bench bench;
  auto const journal = bench.create(dir / "k").id;
  REQUIRE(bench.append(journal, {{"a", "", "{}"}, {"b", "", "{}"}, {"c", "", "{}"}}));
  auto const entries = read_all(dir / "k");
  auto const receipt = [&](Bytes32 const& hash) {
    return core::NewEntry{"receipt", hex(test_stream),
                          R"({"first":1,"last":2,"hash":")" + hex(hash) + R"(","at":5})"};
  };
  REQUIRE(bench.append(journal, {receipt(entries[1].hash)}));
  auto report = verify(dir / "k");
  CHECK(report.ok);
  REQUIRE(report.receipts.size() == 1);
  CHECK(report.receipts[0].last == 2);
  REQUIRE(bench.append(journal, {receipt(entries[2].hash)}));
  report = verify(dir / "k");
  CHECK(names(report, "receipt"));
}

TEST_CASE("verify sees damage of the copy, and a copy that is gone") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto const copy = slurp(copy_path(dir / "k"));
  auto damaged = copy;
  damaged[copy.size() / 2] ^= 1;
  spill(copy_path(dir / "k"), damaged);
  auto report = verify(dir / "k");
  CHECK(names(report, "copy"));
  CHECK(report.findings.size() == 1);
  spill(copy_path(dir / "k"), copy.substr(0, copy.size() / 2));
  CHECK(names(verify(dir / "k"), "copy"));
  spill(copy_path(dir / "k"), copy + "xyz");
  CHECK(names(verify(dir / "k"), "copy"));
  std::filesystem::remove(copy_path(dir / "k"));
  CHECK(names(verify(dir / "k"), "copy"));
}

TEST_CASE(
    "every byte of the database that holds an entry is watched: random flips are found or hit unused space") {
  std::uint64_t const seed = 20261121;
  INFO("seed " << seed);
  SplitMix64 random(seed);
  TempDir dir;
  make_small_journal(dir / "k", 2, 40);
  auto const path = database_path(dir / "k");
  auto const sound = slurp(path);
  auto const entries = read_all(dir / "k");
  int found = 0;
  for (int i = 0; i < 120; ++i) {
    auto damaged = sound;
    auto const at = random.below(damaged.size());
    damaged[at] = static_cast<char>(damaged[at] ^ 1 << random.below(8));
    spill(path, damaged);
    std::filesystem::remove(path.string() + "-wal");
    std::filesystem::remove(path.string() + "-shm");
    auto const report = verify_journal(dir / "k");
    if (!report || !report->ok) {
      ++found;
      continue;
    }
    INFO("offset " << at);
    CHECK(read_all(dir / "k") == entries);
  }
  CHECK(found > 40);
}

TEST_CASE("verify finds nothing wrong beside a writer at work") {
  TempDir dir;
  Bench bench;
  auto const journal = bench.create(dir / "k").id;
  std::atomic<bool> stop = false;
  std::atomic<bool> sound = true;
  std::atomic<std::uint64_t> appended = 0;
  std::thread verifying([&] {
    // On a slow disk verifying is the quicker of the two: it goes on until the writer has moved beside it.
    for (int i = 0; i < 30 || appended <= 10; ++i) {
      auto const report = verify_journal(dir / "k");
      if (!report || !report->ok) {
        stop = true;
        sound = false;
        std::fprintf(stderr, "%s\n",
                     report ? test::text_of(*report).c_str() : describe(report.error()).c_str());
        return;
      }
    }
    stop = true;
  });
  Pupil pupil(1);
  REQUIRE(bench.append(journal, {pupil.begin()}));
  while (!stop) {
    REQUIRE(bench.append(journal, {pupil.answer("i1", "c"), pupil.answer("i2", "c")}));
    ++appended;
  }
  verifying.join();
  CHECK(sound);
  CHECK(appended > 10);
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK(report.ok);
}
