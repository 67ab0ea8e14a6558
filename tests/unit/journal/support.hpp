#pragma once
// What the journal's tests share: a directory that goes away, an owner thread that is the test itself, and
// entries of attempts whose chains hold.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "core/chain.hpp"
#include "journal/reader.hpp"
#include "journal/verifier.hpp"
#include "journal/writer.hpp"

#include "tests/support/pupil.hpp"
#include "tests/support/result_text.hpp"

#include <catch2/catch.hpp>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

namespace proktor::journal::test {

using proktor::testing::Pupil;

class TempDir {
 public:
  explicit TempDir(std::filesystem::path const& under = std::filesystem::temp_directory_path()) {
    std::string name = (under / "proktor-journal-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(TempDir const&) = delete;
  TempDir& operator=(TempDir const&) = delete;
  std::filesystem::path const& path() const { return path_; }
  std::filesystem::path operator/(std::string const& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// The thread that owns the exam's state, here the test's own: tasks run when it says so.
class Owner {
 public:
  void post(std::function<void()> task) {
    {
      std::lock_guard const lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    ready_.notify_one();
  }
  void run_one() {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return !tasks_.empty(); });
      task = std::move(tasks_.front());
      tasks_.pop_front();
    }
    ++tasks_run;
    task();
  }
  template <class Condition>
  void run_until(Condition condition) {
    while (!condition()) run_one();
  }

  std::size_t tasks_run = 0;

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
};

constexpr Bytes16 test_stream{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

// A writer and its owner. A failure of the disk that no test asked for ends the program.
class Bench {
 public:
  explicit Bench(WriterOptions options = {}) {
    options.post_to_owner = [this](std::function<void()> task) { owner.post(std::move(task)); };
    if (!options.on_fatal) {
      options.on_fatal = [](Error const& error) {
        std::fprintf(stderr, "fatal: %s\n", describe(error).c_str());
        std::abort();
      };
    }
    writer.emplace(std::move(options), clock);
  }

  JournalHandle create(std::filesystem::path const& directory, Bytes16 const& stream = test_stream) {
    auto handle = writer->create(directory, stream);
    REQUIRE(handle);
    return *handle;
  }
  JournalHandle open(std::filesystem::path const& directory) {
    auto handle = writer->open(directory);
    REQUIRE(handle);
    return *handle;
  }
  // Appends and waits.
  Result<Appended> append(JournalId journal, core::NewEntries entries, std::uint64_t term = 0) {
    std::optional<Result<Appended>> outcome;
    REQUIRE(
        writer->append(journal, std::move(entries), term, [&](Result<Appended> done) { outcome = done; }));
    owner.run_until([&] { return outcome.has_value(); });
    return *outcome;
  }

  Owner owner;
  SystemClock clock;
  std::optional<Writer> writer;
};

inline std::vector<Entry> read_all(std::filesystem::path const& directory) {
  auto reader = Reader::open(directory);
  REQUIRE(reader);
  std::vector<Entry> out;
  REQUIRE(reader->read_entries(0, UINT64_MAX, [&](Entry const& entry) { out.push_back(entry); }));
  return out;
}

inline std::string slurp(std::filesystem::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void spill(std::filesystem::path const& path, std::string const& content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

inline Report verify(std::filesystem::path const& directory) {
  auto report = verify_journal(directory);
  REQUIRE(report);
  return *report;
}

inline std::string text_of(Report const& report) {
  std::string out;
  for (auto const& finding : report.findings) {
    out += finding.part + " " + std::to_string(finding.lsn) + ": " + finding.text + "\n";
  }
  return out;
}

inline bool names(Report const& report, std::string const& part) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](Finding const& finding) { return finding.part == part; });
}

// A journal with a little of everything, closed again. Returns how many entries it has.
inline std::uint64_t make_small_journal(std::filesystem::path const& directory, int pupils = 3,
                                        int answers = 20) {
  Bench bench;
  auto const journal = bench.create(directory).id;
  REQUIRE(bench.append(journal, {{"genesis", "coba", R"({"event":"coba"})"}}));
  for (int p = 0; p < pupils; ++p) {
    Pupil pupil(static_cast<std::uint8_t>(p));
    core::NewEntries entries{pupil.begin()};
    for (int a = 0; a < answers; ++a) {
      entries.push_back(pupil.answer("i" + std::to_string(a % 7 + 1), "c" + std::to_string(a)));
    }
    entries.push_back(pupil.line(R"("kind":"submit","t":9)"));
    entries.push_back(pupil.finish());
    REQUIRE(bench.append(journal, std::move(entries)));
  }
  return bench.writer->durable_lsn(journal);
}

}  // namespace proktor::journal::test
