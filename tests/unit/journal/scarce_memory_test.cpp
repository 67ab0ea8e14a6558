// Memory that runs out inside SQLite, at each place: what was acknowledged stays, what is read is right or an error.
#include "support.hpp"

#include "journal/rebuild.hpp"
#include "journal/schema.hpp"
#include "tests/support/sqlite_memory.hpp"

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;
using proktor::testing::at_allocations;
using proktor::testing::Allocations;
using proktor::testing::SqliteMemory;

namespace fs = std::filesystem;

namespace {

// A writer in this thread that stops at its first fatal error, as the process would.
class Program {
 public:
  Program() {
    WriterOptions options;
    options.own_thread = false;
    options.post_to_owner = [](std::function<void()> const& task) { task(); };
    options.on_fatal = [](Error const&) {};
    options.checkpoint_bytes = options.checkpoint_restart_bytes = 1;
    writer.emplace(std::move(options), clock);
  }
  bool append(JournalId id, core::NewEntries entries) {
    bool acknowledged = false;
    std::ignore = writer->append(id, std::move(entries), 0, [&](Result<Appended> done) { acknowledged = done.has_value(); });
    while (writer->step()) {
    }
    return acknowledged;
  }
  ManualClock clock;
  std::optional<Writer> writer;
};

core::NewEntries one_attempt(std::uint8_t number) {
  Pupil pupil(number);
  core::NewEntries entries{pupil.begin(), pupil.answer("i1", "c1"), pupil.answer("i2", "c2", "late")};
  entries.push_back(pupil.take_over());
  entries.push_back(pupil.answer("i1", "c3"));
  return entries;
}

// Thousands of commits are tried, and no power cut: in memory, where there is such a folder.
fs::path quick_folder() { return fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path(); }

fs::path copied(TempDir const& dir, fs::path const& from) {
  fs::remove_all(dir / "trial");
  fs::copy(from, dir / "trial", fs::copy_options::recursive);
  return dir / "trial";
}

// The journal opens, holds at least what was acknowledged, and is sound.
void check_whole(fs::path const& directory, std::uint64_t acknowledged) {
  Program program;
  auto const opened = program.writer->open(directory);
  REQUIRE(opened);
  CHECK(opened->head.lsn >= acknowledged);
  auto const report = verify(directory);
  INFO(test::text_of(report));
  CHECK(report.ok);
}

}  // namespace

TEST_CASE("memory that runs out while a journal opens, takes entries and closes costs nothing acknowledged") {
  TempDir dir(quick_folder());
  auto const before = make_small_journal(dir / "k", 2, 4);
  bool const old_projections = GENERATE(false, true);
  if (old_projections) {
    auto database = Database::open(database_path(dir / "k"), Database::Mode::read_write);
    REQUIRE(database->execute("UPDATE meta SET value = 999 WHERE key = 'projection_version'"));
  }
  at_allocations<SqliteMemory>(120, GENERATE(false, true), [&](Allocations& memory) {
    auto const directory = copied(dir, dir / "k");
    std::uint64_t acknowledged = before;
    memory.arm();
    {
      Program program;
      if (auto const opened = program.writer->open(directory)) {
        CHECK(opened->head.lsn == before);
        for (std::uint8_t number = 7; number < 9; ++number) {
          if (program.append(opened->id, one_attempt(number))) acknowledged += 5;
        }
      }
    }
    memory.disarm();
    check_whole(directory, acknowledged);
  });
}

TEST_CASE("memory that runs out while a journal is made leaves none or an empty one") {
  TempDir dir(quick_folder());
  at_allocations<SqliteMemory>(80, GENERATE(false, true), [&](Allocations& memory) {
    fs::remove_all(dir / "new");
    memory.arm();
    bool const made = Program().writer->create(dir / "new", test_stream).has_value();
    memory.disarm();
    Program program;
    auto opened = program.writer->open(dir / "new");
    if (!opened) {
      CHECK_FALSE(made);
      opened = program.writer->create(dir / "new", test_stream);
    }
    REQUIRE(opened);
    CHECK(opened->head.lsn == 0);
    CHECK(program.append(opened->id, one_attempt(1)));
  });
}

TEST_CASE("with too little memory a reader says so, and never gives less than there is") {
  TempDir dir(quick_folder());
  make_small_journal(dir / "k", 2, 4);
  Pupil const pupil(1);
  // Everything that can be read, as text; nothing when any of it failed.
  auto const read = [&]() -> std::optional<std::string> {
    auto reader = Reader::open(dir / "k");
    if (!reader) return std::nullopt;
    std::string all;
    auto const add = [&](Entry const& entry) { all += std::to_string(entry.lsn) + entry.bytes + "\n"; };
    auto const head = reader->head();
    auto const marks = reader->read_marks();
    auto const found = reader->find_event(pupil.id(), {0, 1}, false, 2);
    if (!head || !marks || !found || !reader->read_entries(0, UINT64_MAX, add) || !reader->read_acts(add)) return std::nullopt;
    if (!reader->read_events(pupil.id(), {0, 1}, false, add)) return std::nullopt;
    if (!reader->read_latest([&](LatestRow const& row) { all += row.item + row.entry.bytes + "\n"; })) return std::nullopt;
    for (auto const& mark : *marks) all += hex(mark.head) + std::to_string(mark.hwm) + "\n";
    REQUIRE(found->has_value());
    add(**found);
    return all + hex(head->hash);
  };
  auto const whole = read();
  REQUIRE(whole.has_value());
  at_allocations<SqliteMemory>(250, GENERATE(false, true), [&](Allocations& memory) {
    memory.arm();
    auto const now = read();
    memory.disarm();
    if (now) CHECK(*now == *whole);
  });
}

TEST_CASE("with too little memory the verifier holds no damaged journal for sound and no sound log for damaged") {
  TempDir dir(quick_folder());
  make_small_journal(dir / "k", 2, 4);
  bool const damaged = GENERATE(false, true);
  if (damaged) {
    auto database = Database::open(database_path(dir / "k"), Database::Mode::read_write);
    REQUIRE(database->execute("UPDATE mark SET hwm = hwm + 1"));
  }
  at_allocations<SqliteMemory>(250, false, [&](Allocations& memory) {
    memory.arm();
    auto const report = verify_journal(dir / "k");
    memory.disarm();
    if (report && damaged) CHECK_FALSE(report->ok);
    if (report && !damaged) {
      INFO(test::text_of(*report));
      // What could not be compared counts as different; the log itself and its copy are not blamed.
      CHECK_FALSE((names(*report, "chain") || names(*report, "copy") || names(*report, "receipt")));
    }
  });
}

TEST_CASE("memory that runs out while a journal is made again changes nothing, and the next try succeeds") {
  TempDir dir(quick_folder());
  auto const count = make_small_journal(dir / "k", 2, 4);
  fs::remove(database_path(dir / "k"));
  at_allocations<SqliteMemory>(100, GENERATE(false, true), [&](Allocations& memory) {
    auto const directory = copied(dir, dir / "k");
    memory.arm();
    bool const made = rebuild_in_place(directory, {}, Bytes16{9}, 7).has_value();
    memory.disarm();
    if (!made) {
      CHECK_FALSE(fs::exists(database_path(directory)));
      REQUIRE(finish_rebuild(directory));
      REQUIRE(rebuild_in_place(directory, {}, Bytes16{9}, 7));
    }
    check_whole(directory, count + 1);
  });
}

TEST_CASE("memory that runs out while a tail is appended costs no entry that was there, and the next try has it all") {
  TempDir dir(quick_folder());
  auto const count = make_small_journal(dir / "long", 2, 4);
  auto const kept = read_all(dir / "long");
  REQUIRE(Program().writer->create(dir / "k", test_stream));
  class Tail final : public EntrySource {
   public:
    explicit Tail(std::vector<Entry> const& entries) : entries_(entries) {}
    std::string_view name() const override { return "medium"; }
    std::optional<Bytes16> stream() const override { return test_stream; }
    void rewind() override { at_ = 0; }
    std::optional<Entry> next() override {
      return at_ < entries_.size() ? std::optional<Entry>(entries_[at_++]) : std::nullopt;
    }

   private:
    std::vector<Entry> const& entries_;
    std::size_t at_ = 0;
  };
  at_allocations<SqliteMemory>(100, GENERATE(false, true), [&](Allocations& memory) {
    auto const directory = copied(dir, dir / "k");
    Tail tail(kept);
    memory.arm();
    auto const appended = append_tail(directory, tail);
    memory.disarm();
    if (!appended) {
      tail.rewind();
      REQUIRE(append_tail(directory, tail));
    }
    CHECK(read_all(directory) == kept);
    check_whole(directory, count);
  });
}
