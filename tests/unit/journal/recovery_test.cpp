#include "journal/entry.hpp"
#include "journal/schema.hpp"
#include "support.hpp"

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

namespace {

// Takes the newest entries and what came of them out of the database, as a write-ahead log that lost its tail
// does.
void lose_tail(std::filesystem::path const& directory, std::uint64_t keep) {
  auto database = Database::open(database_path(directory), Database::Mode::read_write);
  REQUIRE(database);
  REQUIRE(database->execute("DROP TRIGGER entry_kept"));
  REQUIRE(database->execute(("DELETE FROM entry WHERE lsn > " + std::to_string(keep)).c_str()));
  REQUIRE(database->execute("CREATE TRIGGER entry_kept BEFORE DELETE ON entry "
                            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"));
  REQUIRE(database->execute("UPDATE meta SET value = 0 WHERE key IN ('projection_version', 'checked_lsn')"));
}

// Byte offsets of the copy's records; the last is the end.
std::vector<std::size_t> offsets_of(std::string const& copy) {
  std::vector<std::size_t> offsets{copy_header_bytes};
  auto rest = std::string_view(copy).substr(copy_header_bytes);
  while (take_copy_record(rest)) offsets.push_back(copy.size() - rest.size());
  return offsets;
}

JournalHandle reopen(std::filesystem::path const& directory) {
  Bench bench;
  return bench.open(directory);
}

void check_whole(std::filesystem::path const& directory, std::uint64_t entries) {
  auto const report = verify(directory);
  INFO(test::text_of(report));
  CHECK(report.ok);
  CHECK(report.head.lsn == entries);
}

void forget_checks(std::filesystem::path const& directory) {
  auto database = Database::open(database_path(directory), Database::Mode::read_write);
  REQUIRE(database->execute("UPDATE meta SET value = 0 WHERE key = 'checked_lsn'"));
}

}  // namespace

TEST_CASE("a journal closed in order opens without repairs and goes on with the next lsn") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  Bench bench;
  auto const handle = bench.open(dir / "k");
  CHECK(handle.head.lsn == count);
  CHECK(handle.stream == test_stream);
  CHECK(handle.recovered + handle.copy_filled + handle.copy_repaired + handle.copy_cut_bytes == 0);
  CHECK(bench.append(handle.id, {{"note", "", "{}"}}).value().first_lsn == count + 1);
}

TEST_CASE("a tail that the database lost comes back from the copy, and is told") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto const before = read_all(dir / "k");
  lose_tail(dir / "k", count - 30);
  auto const handle = reopen(dir / "k");
  CHECK(handle.recovered == 30);
  CHECK(handle.head.lsn == count);
  CHECK(read_all(dir / "k") == before);
  check_whole(dir / "k", count);
}

TEST_CASE("a lost tail of thousands comes back, also when the copy ends in half a record") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k", 1, 1'500);
  auto const before = read_all(dir / "k");
  auto const copy = slurp(copy_path(dir / "k"));
  lose_tail(dir / "k", 3);
  spill(copy_path(dir / "k"), copy + copy.substr(copy_header_bytes, 40));
  auto const handle = reopen(dir / "k");
  CHECK(handle.recovered == count - 3);
  CHECK(handle.copy_cut_bytes == 40);
  CHECK(read_all(dir / "k") == before);
  CHECK(slurp(copy_path(dir / "k")) == copy);
  check_whole(dir / "k", count);
}

TEST_CASE("a copy that is missing, short, torn or damaged is made whole from the database") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto const copy = slurp(copy_path(dir / "k"));
  auto const offsets = offsets_of(copy);
  REQUIRE(offsets.size() == count + 1);

  std::filesystem::remove(copy_path(dir / "k"));
  CHECK(reopen(dir / "k").copy_filled == count);
  CHECK(slurp(copy_path(dir / "k")) == copy);

  spill(copy_path(dir / "k"), copy.substr(0, offsets[count - 5]));
  CHECK(reopen(dir / "k").copy_filled == 5);
  CHECK(slurp(copy_path(dir / "k")) == copy);

  spill(copy_path(dir / "k"), copy.substr(0, offsets[count - 5] + 3));
  auto const torn = reopen(dir / "k");
  CHECK(torn.copy_filled == 5);
  CHECK(torn.copy_cut_bytes == 3);
  CHECK(slurp(copy_path(dir / "k")) == copy);

  auto damaged = copy;
  for (auto const record : {std::size_t{4}, std::size_t{5}, std::size_t{17}})
    damaged[offsets[record] + 50] ^= 1;
  damaged[offsets[30]] ^= 0x40;  // a length
  spill(copy_path(dir / "k"), damaged);
  forget_checks(dir / "k");
  CHECK(reopen(dir / "k").copy_repaired == 4);
  CHECK(slurp(copy_path(dir / "k")) == copy);

  spill(copy_path(dir / "k"), copy + std::string(100, '\0'));
  CHECK(reopen(dir / "k").copy_cut_bytes == 100);
  CHECK(slurp(copy_path(dir / "k")) == copy);
  check_whole(dir / "k", count);
}

TEST_CASE("damage early in the copy does not cost the tail that only the copy still has") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto const before = read_all(dir / "k");
  auto copy = slurp(copy_path(dir / "k"));
  auto const offsets = offsets_of(copy);
  copy[offsets[10] + 60] ^= 1;
  spill(copy_path(dir / "k"), copy);
  lose_tail(dir / "k", count - 8);
  auto const handle = reopen(dir / "k");
  CHECK(handle.recovered == 8);
  CHECK(handle.copy_repaired == 1);
  CHECK(read_all(dir / "k") == before);
  check_whole(dir / "k", count);
}

TEST_CASE("a copy that tells another story is an error, and neither file is touched") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto copy = slurp(copy_path(dir / "k"));
  auto const offsets = offsets_of(copy);
  auto entries = read_all(dir / "k");
  bool const beyond_head = GENERATE(false, true);
  if (beyond_head) lose_tail(dir / "k", count - 2);
  // Another entry under a number that both have, or under one that only the copy has: sound, but of another
  // chain.
  auto forged = entries[count - 2];
  forged.bytes = std::string(forged.bytes.size(), ' ');
  forged.hash = entry_hash(beyond_head ? Bytes32{} : entries[count - 3].hash, forged);
  std::string record;
  append_copy_record(record, forged);
  copy.replace(offsets[count - 2], record.size(), record);
  spill(copy_path(dir / "k"), copy);
  forget_checks(dir / "k");
  {
    Bench bench;
    auto const opened = bench.writer->open(dir / "k");
    REQUIRE(opened.has_error());
    CHECK(opened.error() == Errc::journal_corrupt);
  }
  CHECK(slurp(copy_path(dir / "k")) == copy);
  CHECK(read_all(dir / "k").size() == count - (beyond_head ? 2 : 0));
}

TEST_CASE("a copy of another stream is refused") {
  TempDir dir;
  make_small_journal(dir / "k");
  spill(copy_path(dir / "k"), copy_header(Bytes16{7}) + "record");
  Bench bench;
  CHECK(bench.writer->open(dir / "k").error() == Errc::journal_corrupt);
}

TEST_CASE("a copy whose header never reached the disk is written again") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  spill(copy_path(dir / "k"), std::string(copy_header_bytes, '\0'));
  Bench bench;
  CHECK(bench.open(dir / "k").copy_filled == count);
}

TEST_CASE("a changed entry since the last check breaks the chain at the start") {
  TempDir dir;
  auto const count = make_small_journal(dir / "k");
  auto const change = [&](std::string const& sql) {
    auto database = Database::open(database_path(dir / "k"), Database::Mode::read_write);
    REQUIRE(database->execute("DROP TRIGGER IF EXISTS entry_fixed; DROP TRIGGER IF EXISTS entry_kept"));
    REQUIRE(database->execute(sql.c_str()));
  };
  forget_checks(dir / "k");
  change("UPDATE entry SET bytes = CAST(bytes || ' ' AS BLOB) WHERE lsn = " + std::to_string(count / 2));
  Bench bench;
  auto const opened = bench.writer->open(dir / "k");
  CHECK(opened.error() == Errc::chain_broken);
  CHECK(opened.error().detail == "lsn " + std::to_string(count / 2));
}

TEST_CASE("a half-made journal does not open, and can be made again") {
  TempDir dir;
  std::filesystem::create_directories(dir / "k");
  spill(dir / "k/journal.db.new", "half");
  Bench bench;
  CHECK(bench.writer->open(dir / "k").error() == Errc::not_found);
  CHECK(bench.writer->create(dir / "k", test_stream));
}
