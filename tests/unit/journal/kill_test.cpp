// A process that appends is killed at any moment, again and again; whatever it was told to be durable is
// there.

#include "support.hpp"

#include <atomic>
#include <future>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

namespace {

constexpr char const* child_test = "child: appends until it is killed";
constexpr int kills = 50;
constexpr std::size_t in_flight_max = 40;

struct Ack {
  std::uint64_t pupil, seq, lsn;
};

// What is on disk of each pupil: the child goes on from there.
std::vector<Pupil> pupils_on_disk(std::filesystem::path const& directory) {
  auto reader = Reader::open(directory);
  std::vector<Pupil> pupils;
  for (std::uint8_t p = 0; p < 4; ++p) {
    Pupil pupil(p);
    pupil.begin();
    if (reader) {
      // The lines are a function of their number, so the chain is played again.
      std::uint64_t count = 0;
      REQUIRE(reader->read_events(pupil.id(), pupil.epoch(), false, [&](Entry const&) { ++count; }));
      while (pupil.seq() < count) pupil.answer("i1", "c" + std::to_string(pupil.seq()));
    }
    pupils.push_back(pupil);
  }
  return pupils;
}

[[noreturn]] void append_for_ever(std::filesystem::path const& directory, int acks_fd) {
  WriterOptions options;
  std::atomic<std::size_t> in_flight = 0;
  options.post_to_owner = [](std::function<void()> task) { task(); };
  options.on_fatal = [](Error const&) { std::_Exit(3); };
  options.checkpoint_bytes = 200'000;  // so that kills also hit checkpoints
  SystemClock clock;
  Writer writer(std::move(options), clock);
  auto opened = writer.open(directory);
  if (!opened) std::_Exit(4);
  auto pupils = pupils_on_disk(directory);
  for (std::size_t turn = 0;; ++turn) {
    auto const number = turn % pupils.size();
    auto& pupil = pupils[number];
    core::NewEntries entries;
    if (pupil.seq() == 0) entries.push_back(pupil.begin());
    entries.push_back(pupil.answer("i1", "c" + std::to_string(pupil.seq())));
    for (auto now = in_flight.load(); now >= in_flight_max; now = in_flight.load()) in_flight.wait(now);
    ++in_flight;
    auto const done = [&, number, seq = pupil.seq()](Result<Appended> result) {
      if (!result) std::_Exit(5);
      Ack const ack{number, seq, result->last_lsn};
      if (::write(acks_fd, &ack, sizeof ack) != sizeof ack) std::_Exit(6);
      --in_flight;
      in_flight.notify_one();
    };
    if (!writer.append(opened->id, std::move(entries), 0, done)) std::_Exit(7);
  }
}

struct Child {
  pid_t pid;
  int acks_fd;
};

Child start_child(std::filesystem::path const& directory) {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  auto const pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::fcntl(ends[1], F_SETFD, 0);
    ::setenv("PROKTOR_TEST_DIRECTORY", directory.c_str(), 1);
    ::setenv("PROKTOR_TEST_ACKS", std::to_string(ends[1]).c_str(), 1);
    ::execl("/proc/self/exe", "test_journal", child_test, nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  return {pid, ends[0]};
}

// Reads `count` acknowledgements, kills the child in the midst of its work, and takes what else it had said.
std::vector<Ack> kill_after(Child child, std::size_t count) {
  std::vector<Ack> acks;
  Ack ack{};
  while (acks.size() < count && ::read(child.acks_fd, &ack, sizeof ack) == sizeof ack) acks.push_back(ack);
  ::kill(child.pid, SIGKILL);
  while (::read(child.acks_fd, &ack, sizeof ack) == sizeof ack) acks.push_back(ack);
  ::close(child.acks_fd);
  int status = 0;
  REQUIRE(::waitpid(child.pid, &status, 0) == child.pid);
  REQUIRE(WIFSIGNALED(status));
  return acks;
}

}  // namespace

TEST_CASE("child: appends until it is killed", "[.child]") {
  auto const* directory = std::getenv("PROKTOR_TEST_DIRECTORY");
  auto const* acks = std::getenv("PROKTOR_TEST_ACKS");
  if (directory == nullptr || acks == nullptr) return;  // not started by the test below
  append_for_ever(directory, std::atoi(acks));
}

TEST_CASE("after fifty kills in the midst of appending every acknowledged entry is there", "[slow]") {
  std::uint64_t const seed = SystemRandom().next_u64();
  INFO("seed " << seed);
  SplitMix64 random(seed);
  TempDir dir;
  {
    Bench bench;
    bench.create(dir / "k");
  }
  std::size_t acknowledged = 0;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> lsns;
  for (int kill = 0; kill < kills; ++kill) {
    for (auto const& ack : kill_after(start_child(dir / "k"), random.below(120) + 1)) {
      lsns[{ack.pupil, ack.seq}] = ack.lsn;
      ++acknowledged;
    }
  }
  CHECK(lsns.size() == acknowledged);
  CHECK(acknowledged > kills);
  std::uint64_t recovered = 0;
  {
    Bench bench;
    recovered = bench.open(dir / "k").recovered;
  }
  CHECK(recovered == 0);
  auto const entries = read_all(dir / "k");
  std::size_t missing = 0;
  for (auto const& [key, lsn] : lsns) {
    Pupil const pupil(static_cast<std::uint8_t>(key.first));
    auto const subject = core::format_subject({pupil.id(), pupil.epoch(), key.second, 1'000, {}});
    if (lsn > entries.size() || entries[lsn - 1].subject != subject) ++missing;
  }
  CHECK(missing == 0);
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK(report.ok);
}
