// Real full disks: a small tmpfs, so only where the test may mount one.

#include "support.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

namespace {

// A file system of a few megabytes, and a file that fills what is left of it.
class SmallDisk {
 public:
  SmallDisk() {
    mounted_ = ::mount("tmpfs", dir_.path().c_str(), "tmpfs", 0, "size=6m") == 0;
    if (!mounted_) WARN("SKIPPED: this test needs to mount a tmpfs (root)");
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(dir_.path().c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return mounted_; }
  std::filesystem::path const& path() const { return dir_.path(); }

  void fill(std::size_t leave_bytes) {
    std::error_code ignored;
    auto const available = std::filesystem::space(path()).available;
    if (available <= leave_bytes) return;
    std::ofstream(path() / "ballast", std::ios::app | std::ios::binary)
        << std::string(available - leave_bytes, 'x');
  }
  void free() { std::filesystem::remove(path() / "ballast"); }

 private:
  TempDir dir_;
  bool mounted_ = false;
};

// The database on a disk with space, the copy on the small one. The last lsn.
std::uint64_t make_journal_with_copy_on(SmallDisk const& disk, std::filesystem::path const& directory) {
  auto const last = make_small_journal(directory);
  std::filesystem::copy_file(copy_path(directory), disk.path() / "journal.copy");
  std::filesystem::remove(copy_path(directory));
  std::filesystem::create_symlink(disk.path() / "journal.copy", copy_path(directory));
  return last;
}

}  // namespace

TEST_CASE("a full disk refuses in order, acknowledges nothing false, and goes on when there is space") {
  SmallDisk disk;
  if (!disk) return;
  std::vector<std::pair<int, Appended>> acknowledged;
  {
    Bench bench;
    auto const journal = bench.create(disk.path() / "k").id;
    disk.fill(700'000);
    int next = 0;
    int answered = 0;
    bool failed = false;
    int after_failure = 0;
    Error error{};
    auto const send = [&] {
      int const number = next++;
      auto const done = [&, number](Result<Appended> result) {
        ++answered;
        if (result) {
          if (failed) ++after_failure;
          acknowledged.emplace_back(number, *result);
        } else {
          failed = true;
          error = result.error();
        }
      };
      REQUIRE(bench.writer->append(journal, {{"note", std::to_string(number), std::string(3'000, 'x')}}, 0,
                                   done));
    };
    while (!failed) {
      for (int i = 0; i < 20; ++i) send();
      bench.owner.run_until([&] { return answered == next; });
      REQUIRE(next < 5'000);
    }
    CHECK(error == Errc::storage_full);
    CHECK(after_failure == 0);
    CHECK(acknowledged.size() > 20);
    CHECK(bench.writer->status(journal).storage_full);
    auto const durable = bench.writer->durable_lsn(journal);
    CHECK(durable == acknowledged.size());
    // Space alone is not enough: what was decided before the owner has read its state anew must not come in.
    disk.free();
    CHECK(bench.append(journal, {{"note", "early", "{}"}}).error() == Errc::storage_full);
    bench.writer->resume(journal);
    auto const resumed = bench.append(journal, {{"note", "again", "{}"}});
    REQUIRE(resumed);
    CHECK(resumed->first_lsn == durable + 1);
  }
  auto const entries = read_all(disk.path() / "k");
  for (auto const& [number, appended] : acknowledged) {
    REQUIRE(entries[appended.first_lsn - 1].subject == std::to_string(number));
  }
  CHECK(entries.back().subject == "again");
  {
    Bench bench;
    bench.open(disk.path() / "k");
  }
  auto const report = verify(disk.path() / "k");
  INFO(test::text_of(report));
  CHECK(report.ok);
}

TEST_CASE("without space for the copy entries are still acknowledged, and the copy catches up by itself") {
  SmallDisk disk;
  if (!disk) return;
  TempDir elsewhere;
  auto const directory = elsewhere / "k";
  auto const before = make_journal_with_copy_on(disk, directory);

  WriterOptions options;
  options.copy_retry_ms = 0;
  Bench bench(std::move(options));
  auto const handle = bench.open(directory);
  auto const id = handle.id;
  CHECK(handle.copy_filled == 0);
  disk.fill(0);
  for (int i = 1; i <= 50; ++i) {
    REQUIRE(bench.append(id, {{"note", std::to_string(i), std::string(500, 'x')}}));
  }
  CHECK(bench.writer->status(id).copy_behind);
  CHECK(bench.writer->durable_lsn(id) == before + 50);
  disk.free();
  REQUIRE(bench.append(id, {{"note", "51", "{}"}}));
  REQUIRE(bench.append(id, {}));
  CHECK_FALSE(bench.writer->status(id).copy_behind);
  REQUIRE(bench.append(id, {{"note", "52", "{}"}}));
  auto const report = verify(directory);
  INFO(test::text_of(report));
  CHECK(report.ok);
  CHECK(report.head.lsn == before + 52);
}

TEST_CASE("a stop in order brings a copy up to date for which there is space again") {
  SmallDisk disk;
  if (!disk) return;
  TempDir elsewhere;
  auto const directory = elsewhere / "k";
  auto const before = make_journal_with_copy_on(disk, directory);
  {
    Bench bench;
    auto const id = bench.open(directory).id;
    disk.fill(0);
    for (int i = 1; i <= 50; ++i) REQUIRE(bench.append(id, {{"note", std::to_string(i), std::string(500, 'x')}}));
    CHECK(bench.writer->status(id).copy_behind);
    disk.free();
  }
  auto const report = verify(directory);
  INFO(test::text_of(report));
  CHECK(report.ok);
  CHECK(report.head.lsn == before + 50);
}
