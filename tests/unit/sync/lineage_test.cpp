// A box that was restored goes on under a new stream: the centre keeps both, tells of everybody once, and loses nothing
// that only the older stream has.
#include "world.hpp"

#include "journal/entry.hpp"
#include "sync/pusat/opener.hpp"
#include "sync/pusat/owners.hpp"
#include "sync/pusat/report.hpp"
#include "sync/pusat/segment_store.hpp"
#include "tests/support/result_text.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::pusat;
using namespace proktor::sync::testing;
namespace json = boost::json;

namespace {

struct Centre {
  Place place;
  sync::BoxFiles box = place.enrol("KOTAK-1");

  void send(TestJournal const& journal, sync::BoxFiles const& from, std::uint64_t last) const {
    auto const name = segment::segment_name({journal.stream(), 1, last});
    auto const folder = place / "pusat" / "segments" / hex(journal.stream());
    std::filesystem::create_directories(folder);
    REQUIRE(write_file(folder / stored_name(name, std::string(64, 'a')), seal_range(journal, from, 1, last)));
  }
  void send(TestJournal const& journal) const { send(journal, box, journal.last()); }
  json::object report() const {
    auto opener = Opener::create(place / "keys", place / "pusat");
    REQUIRE(opener);
    REQUIRE(opener->run_once());
    auto const text = make_report({place / "pusat", true});
    REQUIRE(text);
    return json::parse(*text).as_object();
  }
};

std::uint64_t number(json::value const& value) { return value.to_number<std::uint64_t>(); }

json::object stream_in(json::object const& report, Bytes16 const& stream) {
  for (auto const& one : report.at("streams").as_array())
    if (one.at("stream").as_string() == hex(stream)) return one.as_object();
  FAIL("no such stream in the report");
  return {};
}

std::vector<json::object> attempts_of(json::object const& stream) {
  std::vector<json::object> out;
  for (auto const& person : stream.at("schools").at(0).at("participants").as_array())
    for (auto const& attempt : person.at("attempts").as_array()) out.push_back(attempt.as_object());
  return out;
}

// lsn 2-5 people; 6-19 a whole attempt; 20-25 one of five lines; 26-32 another whole one.
void sitting(TestJournal& journal) {
  journal.add_people(2);
  journal.add_attempt(1, 11);
  journal.add_attempt(2, 5, false);
  journal.add_attempt(2, 4);
}

}  // namespace

TEST_CASE("The restored streams of the vectors are believed, and none of them with one byte changed") {
  auto const vectors =
      json::parse(*read_file(std::string(PROKTOR_SOURCE_DIR) + "/docs/vectors.json", 4'000'000)).at("journal");
  for (auto const& stream : vectors.at("restored").as_array()) {
    std::vector<journal::Entry> entries;
    for (auto const& one : stream.at("entries").as_array()) {
      auto const text = [&one](char const* key) { return std::string(one.at(key).as_string()); };
      entries.push_back({number(one.at("lsn")), one.at("at_ms").as_int64(), number(one.at("term")), text("kind"),
                         number(one.at("version")), text("npsn"), text("subject"), text("bytes"),
                         *unhex32(text("hash"))});
    }
    EachEntry const each = [&entries](auto const& callback) -> Result<void> {
      for (auto const& entry : entries) callback(entry);
      return {};
    };
    auto const good = read_continuation(each);
    REQUIRE(good);
    REQUIRE(*good);
    CHECK((*good)->problem.empty());
    CHECK(hex((*good)->previous) == std::string(stream.at("previous_stream").as_string()));
    CHECK((*good)->lsn == number(stream.at("through")));
    entries[2].bytes[10] = '~';
    auto const bad = read_continuation(each);
    REQUIRE(bad);
    CHECK_FALSE((*bad)->problem.empty());
  }
}

TEST_CASE("A restored box's participants are told of once, and what only the older stream has is shown") {
  Centre centre;
  TestJournal older("KOTAK-1", 1);
  sitting(older);
  TestJournal newer(older, 22, 2);  // the medium ended after two of the five lines
  auto const resent = journal::parse_feed_line(older.lines(22, 1).substr(0, older.lines(22, 1).size() - 1));
  REQUIRE(resent);
  newer.add(resent->kind, resent->subject, resent->bytes, resent->npsn);  // the page had the third one still
  centre.send(older);
  centre.send(newer);

  auto const report = centre.report();
  auto const& totals = report.at("totals");
  CHECK(number(totals.at("participants")) == 2);
  CHECK(number(totals.at("attempts")) == 3);
  CHECK(number(totals.at("matches")) == 2);
  CHECK(number(totals.at("open")) == 1);
  CHECK(number(totals.at("differs")) == 0);
  CHECK(number(totals.at("events")) == 12 + 3 + 5);
  CHECK(number(totals.at("only_in_older_stream")) == 2 + 5);

  auto const now = stream_in(report, newer.stream());
  CHECK(now.at("previous_stream").as_string() == hex(older.stream()));
  CHECK(number(now.at("continues_from")) == 22);
  CHECK(now.at("continuation_problem").as_string().empty());
  CHECK(attempts_of(now).size() == 2);
  auto const before = stream_in(report, older.stream());
  CHECK(before.at("continued_by").as_string() == hex(newer.stream()));
  auto const only = attempts_of(before);
  REQUIRE(only.size() == 1);
  CHECK(only.front().at("only_in_older_stream").as_bool());
  CHECK(only.front().at("verdict").as_string() == "matches");
  auto const& leftover = before.at("only_in_older_stream");
  CHECK(number(leftover.at("entries")) == older.last() - 22);
  CHECK(leftover.at("lines").as_object().size() == 2);
  CHECK(leftover.at("differences").as_array().empty());

  auto const text = make_report({centre.place / "pusat", false});
  REQUIRE(text);
  CHECK(text->find("dilanjutkan aliran " + hex(newer.stream())) != std::string::npos);
  CHECK(text->find("Jumlah: 3 pengerjaan") != std::string::npos);
}

TEST_CASE("A line that the two streams have with other bytes is named") {
  Centre centre;
  TestJournal older("KOTAK-1", 3);
  sitting(older);
  TestJournal newer(older, 22, 4);
  auto const line = journal::parse_feed_line(older.lines(22, 1).substr(0, older.lines(22, 1).size() - 1));
  REQUIRE(line);
  newer.add(line->kind, line->subject, R"({"v":1,"seq":3,"kind":"clear","item":"i1","t":9})", line->npsn);
  centre.send(older);
  centre.send(newer);
  auto const before = stream_in(centre.report(), older.stream());
  CHECK(before.at("only_in_older_stream").at("differences").as_array().size() == 1);
}

TEST_CASE("A box that was restored twice is one line of three streams, also when the middle one never arrived") {
  bool const middle_arrives = GENERATE(true, false);
  Centre centre;
  TestJournal first("KOTAK-1", 5);
  sitting(first);
  TestJournal second(first, 20, 6);
  second.add_attempt(1, 3);
  TestJournal third(second, 24, 7);
  for (auto const* journal : {&first, &second, &third})
    if (middle_arrives || journal != &second) centre.send(*journal);
  auto const report = centre.report();
  CHECK(stream_in(report, third.stream()).at("continuation_problem").as_string().empty());
  CHECK(stream_in(report, third.stream()).at("previous_stream").as_string() == hex(second.stream()));
  CHECK(stream_in(report, first.stream()).contains("continued_by") == middle_arrives);
  if (middle_arrives) CHECK(number(report.at("totals").at("attempts")) == 4);
}

TEST_CASE("A stream that claims one of another box, or a chain that is not its own, is shown and not believed") {
  Centre centre;
  TestJournal older("KOTAK-1", 8);
  sitting(older);
  centre.send(older);
  SECTION("another box") {
    auto const other = centre.place.enrol("KOTAK-2");
    TestJournal newer(older, 20, 11, {.box = "KOTAK-2"});
    centre.send(newer, other, newer.last());
    auto const stream = stream_in(centre.report(), newer.stream());
    CHECK(stream.at("continuation_problem").as_string() != "");
    CHECK_FALSE(stream_in(centre.report(), older.stream()).contains("continued_by"));
  }
  SECTION("other entries than the older stream's") {
    TestJournal other("KOTAK-1", 12);
    other.add_people(3);
    other.add_attempt(1, 14);
    TestJournal newer(other, 20, 13, {.previous = older.stream()});
    centre.send(newer);
    auto const stream = stream_in(centre.report(), newer.stream());
    CHECK(stream.at("continuation_problem").as_string() != "");
    CHECK(number(centre.report().at("totals").at("attempts")) == 3 + 1);
  }
}

TEST_CASE("Results come from the newest stream of a line, unless an older one's lines go on where the newer one's end") {
  Centre centre;
  TestJournal older("KOTAK-1", 17);
  sitting(older);
  auto const line = [&](std::uint64_t lsn) {
    auto const one = journal::parse_feed_line(older.lines(lsn - 1, 1).substr(0, older.lines(lsn - 1, 1).size() - 1));
    REQUIRE(one);
    return *one;
  };
  TestJournal newer(older, 22, 18);  // two of the five lines
  auto const resend = [&](std::uint64_t lsn) {
    auto const one = line(lsn);
    newer.add(one.kind, one.subject, one.bytes, one.npsn);
  };
  bool of_older = true;
  SECTION("the page was off: all five are the older stream's") {}
  SECTION("the page sent one of three again") { resend(23); }
  SECTION("the page sent all of them again") {
    for (std::uint64_t lsn = 23; lsn <= 25; ++lsn) resend(lsn);
    of_older = false;
  }
  SECTION("the page went on otherwise") {
    newer.add(line(23).kind, line(23).subject, R"({"v":1,"seq":3,"kind":"clear","item":"i1","t":9})", line(23).npsn);
    of_older = false;
  }
  centre.send(older);
  centre.send(newer);
  centre.report();
  auto store = CentreStore::open_read_only(centre.place / "pusat");
  REQUIRE(store);
  auto const rows = store->streams();
  REQUIRE(rows);
  auto const lineage = Lineage::read(*store, *rows);
  REQUIRE(lineage);
  auto const owners = find_owners(*store, *rows, *lineage);
  REQUIRE(owners);
  auto const attempt = line(20).subject;
  CHECK((owners->streams.at(attempt) == older.stream()) == of_older);
  CHECK(owners->split.empty());
}

TEST_CASE("An attempt in two boxes is given once and named") {
  Centre centre;
  TestJournal older("KOTAK-1", 14);
  sitting(older);
  TestJournal const newer(older, 22, 15);
  centre.send(older);
  centre.send(newer);
  auto const other = centre.place.enrol("KOTAK-2");
  TestJournal elsewhere("KOTAK-2", 16);  // the same attempt, begun on another box by a ticket
  elsewhere.add_people(2);
  auto const begun = journal::parse_feed_line(older.lines(5, 1).substr(0, older.lines(5, 1).size() - 1));
  REQUIRE(begun);
  elsewhere.add("epoch-restored", begun->subject,
                fmt::format(R"({{"participant":"0000000001","sesi":"s1","test":"literasi","term":0,"n":2,"parent":"{}","device":"","x":1}})",
                            hex(Bytes32{7})));
  centre.send(elsewhere, other, elsewhere.last());
  centre.report();

  auto store = CentreStore::open_read_only(centre.place / "pusat");
  REQUIRE(store);
  auto const rows = store->streams();
  REQUIRE(rows);
  auto const lineage = Lineage::read(*store, *rows);
  REQUIRE(lineage);
  auto const owners = find_owners(*store, *rows, *lineage);
  REQUIRE(owners);
  CHECK(owners->streams.size() == 3);
  CHECK(owners->streams.at(begun->subject) == elsewhere.stream());
  REQUIRE(owners->split.size() == 1);
  CHECK(owners->split.front().starts_with(begun->subject));
}
