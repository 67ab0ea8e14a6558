#include "journal/entry.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"

#include "tests/support/result_text.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

using namespace proktor;
using namespace proktor::journal;

namespace {

boost::json::object const& vectors() {
  static auto const all = [] {
    auto const text = read_file(PROKTOR_SOURCE_DIR "/docs/vectors.json", 4U << 20U);
    REQUIRE(text);
    return boost::json::parse(*text).as_object().at("journal").as_object();
  }();
  return all;
}

std::string text(boost::json::object const& object, char const* key) {
  auto const& value = object.at(key).as_string();
  return {value.data(), value.size()};
}

Entry entry_of(boost::json::object const& object) {
  Entry entry;
  entry.lsn = object.at("lsn").to_number<std::uint64_t>();
  entry.at_ms = object.at("at_ms").to_number<TimeMs>();
  entry.term = object.at("term").to_number<std::uint64_t>();
  entry.kind = text(object, "kind");
  entry.version = object.at("version").to_number<std::uint64_t>();
  entry.npsn = text(object, "npsn");
  entry.subject = text(object, "subject");
  entry.bytes = text(object, "bytes");
  entry.hash = unhex32(text(object, "hash")).value();
  return entry;
}

Entry sample() {
  Entry entry{7, 1'795'390'000'000, 0, "event", 1, "69900001", "a 0.1 2 3", "{\"v\":1,\n\"x\":\"\\u00e9\"}",
              {}};
  entry.hash = entry_hash(genesis_hash({}), entry);
  return entry;
}

}  // namespace

TEST_CASE("hashes, feed lines and copy records are those of the protocol's vectors") {
  auto const stream = unhex16(text(vectors(), "stream")).value();
  auto previous = genesis_hash(stream);
  CHECK(hex(previous) == text(vectors(), "previous_of_first"));
  auto copy = copy_header(stream);
  CHECK(copy.size() == copy_header_bytes);
  std::size_t seen = 0;
  for (auto const& value : vectors().at("entries").as_array()) {
    auto const& object = value.as_object();
    auto const entry = entry_of(object);
    INFO("lsn " << entry.lsn);
    CHECK(hex(entry_hash(previous, entry)) == hex(entry.hash));
    CHECK(feed_line(entry) == text(object, "feed"));
    auto const parsed = parse_feed_line(text(object, "feed"));
    REQUIRE(parsed);
    CHECK(*parsed == entry);
    std::string record;
    append_copy_record(record, entry);
    CHECK(hex(bytes_of(record)) == text(object, "record"));
    std::string_view rest = record;
    CHECK(take_copy_record(rest) == entry);
    CHECK(rest.empty());
    copy.append(record);
    previous = entry.hash;
    ++seen;
  }
  CHECK(seen > 5);
  CHECK(hex(sha256(copy)) == text(vectors().at("copy").as_object(), "sha256"));
}

TEST_CASE("strings of the feed are escaped exactly as the vectors say") {
  for (auto const& value : vectors().at("feed_strings").as_array()) {
    auto entry = sample();
    entry.subject = text(value.as_object(), "text");
    auto const line = feed_line(entry);
    INFO(line);
    CHECK(line.find("\"subject\":" + text(value.as_object(), "escaped") + ",") != std::string::npos);
    auto const parsed = parse_feed_line(line);
    REQUIRE(parsed);
    CHECK(parsed->subject == entry.subject);
  }
}

TEST_CASE("a feed line with any other spelling is refused") {
  auto const line = feed_line(sample());
  REQUIRE(parse_feed_line(line));
  auto const with = [&](std::string const& from, std::string const& to) {
    auto changed = line;
    auto const at = changed.find(from);
    REQUIRE(at != std::string::npos);
    return changed.replace(at, from.size(), to);
  };
  for (auto const& bad :
       {with("\"lsn\":7", "\"lsn\":07"), with("\"lsn\":7", "\"lsn\": 7"), with("\"lsn\":7", "\"lsn\":-7"),
        with("event", "\\u0065vent"), with("\\n", "\\u000a"), with("\\n", "\n"), with("a 0.1", "a\\/0.1"),
        with("\"version\":1,", ""), with("69900001", "\xff"), line + " ", line.substr(0, line.size() - 1),
        std::string()}) {
    INFO(bad);
    CHECK(parse_feed_line(bad).has_error());
  }
  for (std::size_t size = 0; size < line.size(); ++size)
    CHECK(parse_feed_line(line.substr(0, size)).has_error());
}

TEST_CASE("a copy record with any bit flipped or any byte missing is no record") {
  std::string record;
  append_copy_record(record, sample());
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    auto damaged = record;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    std::string_view data = damaged;
    CHECK_FALSE(take_copy_record(data).has_value());
    CHECK(data.size() == record.size());
  }
  for (std::size_t size = 0; size < record.size(); ++size) {
    auto data = std::string_view(record).substr(0, size);
    CHECK_FALSE(take_copy_record(data).has_value());
  }
}

TEST_CASE("every field of an entry and the hash before it move its hash") {
  auto const base = sample();
  auto const previous = genesis_hash({});
  auto const changed = [&](auto change) {
    auto entry = base;
    change(entry);
    return entry_hash(previous, entry);
  };
  CHECK(changed([](Entry& e) { e.lsn ^= 1; }) != base.hash);
  CHECK(changed([](Entry& e) { e.at_ms ^= 1; }) != base.hash);
  CHECK(changed([](Entry& e) { e.term ^= 1; }) != base.hash);
  CHECK(changed([](Entry& e) { e.version ^= 1; }) != base.hash);
  CHECK(changed([](Entry& e) { e.kind += 'x'; }) != base.hash);
  CHECK(changed([](Entry& e) { e.bytes += 'x'; }) != base.hash);
  CHECK(changed([](Entry& e) { e.npsn = e.subject.substr(0, 1), e.subject.erase(0, 1); }) != base.hash);
  CHECK(entry_hash(genesis_hash({1}), base) != base.hash);
  CHECK(changed([](Entry& e) { e.hash = {}; }) == base.hash);
}
