// What a restored stream claims of the older one: believed with every field as it should be, and with none changed.
#include "upload_support.hpp"

#include "journal/entry.hpp"
#include "sync/pusat/lineage.hpp"
#include "sync/pusat/opener.hpp"
#include "sync/pusat/report.hpp"
#include "sync/pusat/segment_store.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <vector>

using namespace proktor;
using namespace proktor::pusat;
using namespace proktor::sync::testing;

namespace {

using Entries = std::vector<journal::Entry>;

Entries entries_of(TestJournal const& journal) {
  Entries entries;
  for (std::uint64_t lsn = 1; lsn <= journal.last(); ++lsn) {
    auto const line = journal.lines(lsn - 1, 1);
    entries.push_back(*journal::parse_feed_line(line.substr(0, line.size() - 1)));
  }
  return entries;
}

Result<std::optional<Continuation>> claim_of(Entries const& entries) {
  return read_continuation([&](auto const& callback) -> Result<void> {
    for (auto const& entry : entries) callback(entry);
    return {};
  });
}

void set_field(std::string& bytes, std::string const& name, std::string const& value) {
  auto const at = bytes.find("\"" + name + "\":");
  REQUIRE(at != std::string::npos);
  auto const from = at + name.size() + 3;
  bytes.replace(from, bytes.find_first_of(",}", from) - from, value);
}

}  // namespace

TEST_CASE("A claim with one field changed, in the restored entry or the first, is not believed") {
  TestJournal older("KOTAK-1", 71);
  older.add_people(2);
  older.add_attempt(1, 5);
  TestJournal once(older, 9, 72);
  once.add_attempt(2, 3);
  TestJournal const twice(once, once.last() - 2, 73);
  for (TestJournal const* journal : std::initializer_list<TestJournal const*>{&once, &twice}) {
    auto const entries = entries_of(*journal);
    auto const good = claim_of(entries);
    REQUIRE(good);
    REQUIRE(*good);
    CHECK((*good)->problem.empty());

    std::size_t restored = entries.size() - 1;
    while (entries[restored].kind != "restored") --restored;
    std::string const zeros = "\"" + std::string(32, '0') + "\"";
    std::vector<std::pair<char const*, std::function<void(Entries&)>>> const changes = {
        {"from another", [&](Entries& e) { set_field(e[restored].bytes, "from_stream", zeros); }},
        {"from none", [&](Entries& e) { set_field(e[restored].bytes, "from_stream", "\"x\""); }},
        {"another hash", [&](Entries& e) { set_field(e[restored].bytes, "hash", "\"" + std::string(64, '0') + "\""); }},
        {"no hash", [&](Entries& e) { set_field(e[restored].bytes, "hash", "7"); }},
        {"from nothing", [&](Entries& e) { set_field(e[restored].bytes, "lsn", "0"); }},
        {"another place", [&](Entries& e) { set_field(e[restored].bytes, "lsn", "3"); }},
        {"no place", [&](Entries& e) { set_field(e[restored].bytes, "lsn", "\"x\""); }},
        {"no restored entry", [&](Entries& e) { e[restored].kind = "note"; }},
        {"the first names another", [&](Entries& e) { set_field(e[0].bytes, "previous_stream", zeros); }},
        {"the first names none", [&](Entries& e) { set_field(e[0].bytes, "previous_stream", "\"\""); }},
        {"the first is no JSON", [&](Entries& e) { e[0].bytes = "{"; }},
        {"an entry changed", [&](Entries& e) { e[2].bytes += " "; }}};
    for (auto const& [what, change] : changes) {
      INFO(what);
      auto changed = entries;
      change(changed);
      auto const bad = claim_of(changed);
      REQUIRE(bad);
      // A stream that claims nothing at all is a stream of its own, not the older one's heir.
      if (*bad) CHECK_FALSE((*bad)->problem.empty());
    }
  }
}

TEST_CASE("Of two boxes restored from one the later continues it, and the other is named") {
  Place const place;
  auto const box = place.enrol("KOTAK-1");
  TestJournal older("KOTAK-1", 74);
  older.add_people(2);
  older.add_attempt(1, 8);
  // Which of the two is read first depends on their names.
  auto const seed = GENERATE(std::uint64_t{80}, std::uint64_t{81}, std::uint64_t{82}, std::uint64_t{83});
  TestJournal const early(older, 7, seed), late(older, 12, seed + 10);
  for (TestJournal const* journal : std::initializer_list<TestJournal const*>{&older, &early, &late}) {
    auto const folder = place / "pusat" / "segments" / hex(journal->stream());
    std::filesystem::create_directories(folder);
    auto const file = seal_range(*journal, box, 1, journal->last());
    REQUIRE(write_file(folder / stored_name(name_of(*journal, 1, journal->last()), hex(sha256(file))), file));
  }
  auto opener = Opener::create(place / "keys", place / "pusat");
  REQUIRE(opener);
  REQUIRE(opener->run_once());
  auto store = CentreStore::open_read_only(place / "pusat");
  REQUIRE(store);
  auto const rows = store->streams();
  REQUIRE(rows);
  auto const lineage = Lineage::read(*store, *rows);
  REQUIRE(lineage);
  REQUIRE(lineage->continued_by(older.stream()) != nullptr);
  CHECK(*lineage->continued_by(older.stream()) == late.stream());
  CHECK(lineage->continuation(late.stream())->problem.empty());
  CHECK(lineage->continuation(early.stream())->problem.find("later") != std::string::npos);
  auto const text = make_report({place / "pusat", false});
  REQUIRE(text);
  CHECK(text->find("TIDAK DIPERCAYA") != std::string::npos);
}
