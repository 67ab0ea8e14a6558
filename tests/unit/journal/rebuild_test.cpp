#include "journal/rebuild.hpp"

#include "journal/durable_mark.hpp"
#include "journal/schema.hpp"
#include "support.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

namespace fs = std::filesystem;

namespace {

constexpr Bytes16 new_stream{9, 9, 9, 9};

// Entries as a second medium would give them.
class Listed final : public EntrySource {
 public:
  Listed(std::vector<Entry> entries, Bytes16 const& stream) : entries_(std::move(entries)), stream_(stream) {}
  std::string_view name() const override { return "medium"; }
  std::optional<Bytes16> stream() const override { return stream_; }
  void rewind() override { at_ = 0; }
  std::optional<Entry> next() override {
    return at_ < entries_.size() ? std::optional<Entry>(entries_[at_++]) : std::nullopt;
  }

 private:
  std::vector<Entry> entries_;
  Bytes16 stream_;
  std::size_t at_ = 0;
};

EntrySources one(std::vector<Entry> entries, Bytes16 const& stream = test_stream) {
  EntrySources sources;
  sources.push_back(std::make_unique<Listed>(std::move(entries), stream));
  return sources;
}

// Overwrites 64 bytes in the middle of each page but the first two.
void scratch_pages(fs::path const& path, std::size_t from_page, std::size_t to_page) {
  auto bytes = slurp(path);
  for (std::size_t page = from_page; page < to_page && (page + 1) * 4096 <= bytes.size(); ++page)
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(page * 4096), 64, '\xff');
  spill(path, bytes);
}

// Everything of the old log stands in the new one at its place, and the new journal is whole.
void check_rebuilt(fs::path const& directory, std::vector<Entry> const& old, Rebuilt const& rebuilt) {
  auto const report = verify(directory);
  INFO(test::text_of(report));
  CHECK(report.ok);
  CHECK(report.stream == new_stream);
  auto const now = read_all(directory);
  REQUIRE(now.size() == rebuilt.from.head.lsn + 1);
  REQUIRE(rebuilt.from.head.lsn <= old.size());
  auto const genesis = boost::json::parse(now[0].bytes).as_object();
  CHECK(genesis.at("previous_stream").as_string() == hex(test_stream));
  CHECK(genesis.at("stream").as_string() == hex(new_stream));
  for (std::size_t i = 1; i < rebuilt.from.head.lsn; ++i) {
    auto same = now[i];
    same.hash = old[i].hash;
    CHECK(same == old[i]);
  }
  auto const note = boost::json::parse(now.back().bytes).as_object();
  CHECK(now.back().kind == "restored");
  CHECK(note.at("hash").as_string() == hex(old[rebuilt.from.head.lsn - 1].hash));
}

}  // namespace

TEST_CASE("a journal is made again from the copy alone, and from a second medium alone") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto const old = read_all(dir / "k");
  bool const from_copy = GENERATE(true, false);
  fs::remove(database_path(dir / "k"));
  if (!from_copy) fs::remove(copy_path(dir / "k"));
  auto const done = rebuild_in_place(dir / "k", from_copy ? EntrySources() : one(old), new_stream, 7);
  REQUIRE(done);
  CHECK(done->from.head.lsn == count);
  CHECK(done->from.sources == std::vector<std::string>{from_copy ? "copy" : "medium"});
  check_rebuilt(dir / "k", old, *done);
  Bench bench;
  CHECK(bench.open(dir / "k").head.lsn == count + 1);
}

TEST_CASE("a database with damaged pages, a copy with a hole and a medium with the beginning give all together") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k", 20, 60);
  auto const old = read_all(dir / "k");
  auto const pages = fs::file_size(database_path(dir / "k")) / 4096;
  scratch_pages(database_path(dir / "k"), 2, pages / 3);
  auto copy = slurp(copy_path(dir / "k"));
  std::fill_n(copy.begin() + static_cast<std::ptrdiff_t>(copy.size() / 2), 5'000, '\0');
  copy.resize(copy.size() - copy.size() / 8);
  spill(copy_path(dir / "k"), copy);
  // Alone, neither reaches the end.
  for (int part = 0; part < 2; ++part) {
    EntrySources alone;
    alone.push_back(part == 0 ? database_rows(dir / "k") : copy_records(dir / "k"));
    auto const chain = find_chain(alone, test_stream);
    CHECK((!chain || chain->head.lsn < count));
  }
  auto const begin = std::vector<Entry>(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(count / 4));
  auto const done = rebuild_in_place(dir / "k", one(begin), new_stream, 7);
  REQUIRE(done);
  CHECK(done->from.head.lsn == count);
  check_rebuilt(dir / "k", old, *done);
  CHECK(fs::exists(database_path(dir / "k").string() + ".damaged-1"));
  CHECK(slurp(copy_path(dir / "k").string() + ".damaged-1") == copy);
}

TEST_CASE("two sources that go on differently are never joined, and nothing is changed") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto other = read_all(dir / "k");
  auto& last = other.back();
  last.bytes = "{}";
  last.hash = entry_hash(other[other.size() - 2].hash, last);
  auto const before = slurp(database_path(dir / "k"));
  auto const done = rebuild_in_place(dir / "k", one(other), new_stream, 7);
  REQUIRE_FALSE(done);
  CHECK(done.error() == Errc::journal_corrupt);
  CHECK(slurp(database_path(dir / "k")) == before);
  CHECK_FALSE(fs::exists(database_path(dir / "k").string() + ".damaged-1"));
}

TEST_CASE("what a second stream holds is not mixed in, and without any beginning nothing is made") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto const old = read_all(dir / "k");
  fs::remove(database_path(dir / "k"));
  spill(copy_path(dir / "k"), copy_header(test_stream));
  auto done = rebuild_in_place(dir / "k", one(old, new_stream), Bytes16{1}, 7);
  CHECK_FALSE(done);
  done = rebuild_in_place(dir / "k", one({old.begin() + 1, old.end()}), Bytes16{1}, 7);
  CHECK_FALSE(done);
  CHECK_FALSE(fs::exists(database_path(dir / "k")));
}

TEST_CASE("a rebuild that was cut short behind its last file is finished at the next start, at any step") {
  TempDir dir;
  make_small_journal(dir / "k");
  auto const old = read_all(dir / "k");
  fs::copy(dir / "k", dir / "new", fs::copy_options::recursive);
  auto const done = rebuild_in_place(dir / "new", {}, new_stream, 7);
  REQUIRE(done);
  int const step = GENERATE(0, 1, 2, 3);
  auto const target = dir / "k";
  fs::copy(database_path(dir / "new"), database_path(target).string() + ".rebuilt");
  fs::copy(copy_path(dir / "new"), copy_path(target).string() + ".rebuilt");
  if (step > 0) fs::rename(database_path(target), database_path(target).string() + ".damaged-1");
  if (step > 1) fs::rename(copy_path(target), copy_path(target).string() + ".damaged-1");
  if (step > 2) fs::rename(copy_path(target).string() + ".rebuilt", copy_path(target));
  REQUIRE(finish_rebuild(target));
  check_rebuilt(target, old, *done);
  REQUIRE(finish_rebuild(target));
  CHECK(verify(target).ok);
}

TEST_CASE("a tail that only the second medium has is appended as it was; another history is refused") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto ahead = read_all(dir / "k");
  Entry more = ahead.back();
  more.lsn = count + 1;
  more.hash = entry_hash(ahead.back().hash, more);
  ahead.push_back(more);
  Listed source(ahead, test_stream);
  auto const appended = append_tail(dir / "k", source);
  REQUIRE(appended);
  CHECK(*appended == 1);
  {
    Bench bench;
    CHECK(bench.open(dir / "k").head == Head{count + 1, more.hash});
  }
  CHECK(verify(dir / "k").ok);
  ahead.back().bytes = "{}";
  ahead.back().hash = entry_hash(ahead[count - 1].hash, ahead.back());
  Listed other(ahead, test_stream);
  CHECK_FALSE(append_tail(dir / "k", other));
  CHECK(read_all(dir / "k").back() == more);
}

TEST_CASE("what a mark, a spooled segment or a receipt tells of and database and copy lack is a lost tail") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto const stream = hex(test_stream);
  CHECK(lost_tail(dir / "k").value() == 0);
  auto const name = [&](std::uint64_t last) { return fmt::format("000000000001-{:012}", last); };
  auto const spool = spool_path(dir / "k") / stream;
  fs::create_directories(spool);
  spill(spool / (stream + "-" + name(count) + ".segment"), "");
  spill(receipts_path(dir / "k") / (name(count) + ".receipt"), "");
  spill(spool / "catatan.txt", "");
  CHECK(lost_tail(dir / "k").value() == 0);
  SECTION("a segment") { spill(spool / (stream + "-" + name(count + 2) + ".segment"), ""); }
  SECTION("a receipt") { spill(receipts_path(dir / "k") / (name(count + 2) + ".receipt"), ""); }
  SECTION("the mark") { REQUIRE(DurableMark::open(dir / "k", test_stream).value().write(count + 2)); }
  CHECK(lost_tail(dir / "k").value() == 2);
  REQUIRE(rebuild_in_place(dir / "k", {}, new_stream, 7));
  CHECK(lost_tail(dir / "k").value() == 0);
  CHECK(verify(dir / "k").ok);
}
