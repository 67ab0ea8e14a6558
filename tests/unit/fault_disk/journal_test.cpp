// What the power-cut experiment found in the journal, each on its own.

#include "disk.hpp"

#include "base/clock.hpp"
#include "journal/reader.hpp"
#include "journal/verifier.hpp"
#include "journal/writer.hpp"
#include "tests/support/pupil.hpp"
#include "tests/support/result_text.hpp"

#include <catch2/catch.hpp>

#include <atomic>

using namespace proktor;
namespace disk = proktor::fault::disk;

namespace {

struct Place {
  Place() {
    std::string name = (std::filesystem::temp_directory_path() / "fault-journal-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Place() {
    disk::stop();
    std::filesystem::remove_all(path);
  }
  std::filesystem::path path;
};

// The real writer in this thread; it stops being one when the disk dies.
struct Program {
  Program() {
    journal::WriterOptions options;
    options.own_thread = false;
    options.post_to_owner = [](std::function<void()> const& task) { task(); };
    options.on_fatal = [](Error const&) {};
    options.checkpoint_bytes = 1;
    options.checkpoint_restart_bytes = 1;
    writer.emplace(std::move(options), clock);
  }
  bool append(journal::JournalId id, int count) {
    bool done = false;
    core::NewEntries entries;
    for (int i = 0; i < count; ++i) entries.push_back(pupil.answer("i1", std::string(500, 'x')));
    REQUIRE(writer->append(id, entries, 0, [&](Result<journal::Appended> outcome) { done = bool(outcome); }));
    while (writer->step()) {
    }
    return done;
  }
  ManualClock clock;
  testing::Pupil pupil{1};
  std::optional<journal::Writer> writer;
};

// Opens the journal; power fails at once. The last lsn that was shown.
std::uint64_t open_and_cut(std::filesystem::path const& directory) {
  Program program;
  auto const shown = program.writer->open(directory)->head.lsn;
  disk::cut_now();
  return shown;
}

}  // namespace

TEST_CASE("What opening shows as stored after a kill survives a power cut at once") {
  std::uint64_t shown_more = 0;
  for (std::uint64_t at = 1; at < 60; ++at) {
    Place place;
    disk::start(place.path, at);
    {
      Program program;
      auto const id = program.writer->create(place.path / "k", Bytes16{1})->id;
      disk::kill_at(disk::operations() + at);
      for (int i = 0; i < 20 && !disk::is_cut(); ++i) program.append(id, 3);
    }
    disk::revive();
    auto const shown = open_and_cut(place.path / "k");
    disk::restore_image();
    Program program;
    auto const opened = program.writer->open(place.path / "k");
    REQUIRE(opened);
    CHECK(opened->head.lsn == shown);
    shown_more += shown;
  }
  CHECK(shown_more > 100);
}

TEST_CASE("A journal that a killed process was making is durable once it opens") {
  int opened_once = 0;
  for (std::uint64_t at = 1; at < 60; ++at) {
    Place place;
    disk::start(place.path, at);
    {
      Program program;
      disk::kill_at(at);
      std::ignore = program.writer->create(place.path / "k", Bytes16{1});
    }
    disk::revive();
    {
      Program program;
      bool const opens = bool(program.writer->open(place.path / "k"));
      disk::cut_now();
      if (!opens) continue;
    }
    disk::restore_image();
    Program program;
    CHECK(program.writer->open(place.path / "k"));
    ++opened_once;
  }
  CHECK(opened_once > 0);
}

TEST_CASE("The copy is on disk up to the mark behind which the next start does not look") {
  for (std::uint64_t seed = 1; seed < 40; ++seed) {
    Place place;
    disk::start(place.path, seed);
    {
      Program program;
      auto const id = program.writer->create(place.path / "k", Bytes16{1})->id;
      for (int i = 0; i < 6; ++i) REQUIRE(program.append(id, 4));
      disk::cut_now();
    }
    disk::restore_image();
    { Program().writer->open(place.path / "k").value(); }
    auto const report = journal::verify_journal(place.path / "k");
    REQUIRE(report);
    for (auto const& finding : report->findings)
      if (finding.part == "copy") FAIL_CHECK(finding.text);
  }
}

TEST_CASE("What a failed fsync left in the page cache alone is written again at the next start") {
  for (std::uint64_t at = 1; at < 30; ++at) {
    Place place;
    disk::start(place.path, at);
    {
      Program program;
      auto const id = program.writer->create(place.path / "k", Bytes16{1})->id;
      disk::fail({disk::Fault::failed_sync, disk::operations() + at * 4, false, false});
      for (int i = 0; i < 20 && disk::failures() == 0; ++i) program.append(id, 4);
    }
    disk::fail({});
    auto const shown = open_and_cut(place.path / "k");
    disk::restore_image();
    {
      Program program;
      auto const opened = program.writer->open(place.path / "k");
      REQUIRE(opened);
      CHECK(opened->head.lsn == shown);
    }
    auto const report = journal::verify_journal(place.path / "k");
    REQUIRE(report);
    CHECK(report->ok);
  }
}

TEST_CASE(
    "With a slow fsync what waits goes into one commit, and every acknowledgement comes behind its own") {
  for (unsigned const delay_ms : {5U, 20U}) {
    Place place;
    disk::start(place.path, 1);
    std::atomic<std::uint64_t> answered = 0;
    std::atomic<std::uint64_t> early = 0;
    constexpr std::uint64_t appends = 300;
    {
      SystemClock clock;
      journal::WriterOptions options;
      journal::Writer* self = nullptr;
      journal::JournalId id{};
      options.post_to_owner = [](std::function<void()> const& task) { task(); };
      options.on_fatal = [](Error const&) { std::abort(); };
      journal::Writer writer(std::move(options), clock);
      self = &writer;
      id = writer.create(place.path / "k", Bytes16{1})->id;
      disk::delay_syncs(delay_ms);
      testing::Pupil pupil(1);
      for (std::uint64_t i = 0; i < appends; ++i) {
        REQUIRE(writer.append(id, {pupil.answer("i1", "c")}, 0, [&](Result<journal::Appended> done) {
          if (!done || self->durable_lsn(id) < done->last_lsn) ++early;
          ++answered;
        }));
      }
      writer.stop();
      CHECK(writer.status().commits < appends / 10);
    }
    disk::delay_syncs(0);
    CHECK(answered == appends);
    CHECK(early == 0);
  }
}
