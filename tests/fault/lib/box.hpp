#pragma once
// A box reduced to its journals: the real journal::Writer, stepped in one thread, under the load of virtual
// pupils who send again what is missing after each start, and the oracle that remembers every
// acknowledgement. One seed, one run.
//
// Pupil p's entries are a script that never changes; the journal must hold a prefix of it, at least up to the
// last one acknowledged: so nothing lost (I1), nothing twice, nothing out of order, nothing else (I2).

#include "base/clock.hpp"
#include "base/random.hpp"
#include "core/entry.hpp"
#include "journal/writer.hpp"
#include "tests/support/pupil.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace proktor::fault {

class Box {
 public:
  Box(std::filesystem::path root, std::uint64_t seed, std::size_t journals = 3);

  // Starts the program: opens its journals or makes them. False when a disk error stopped it; error() says
  // which.
  bool begin();
  // One turn: a few appends, the writer's step, now and then a file or a resumption. False: it had to stop.
  bool turn();
  void end(bool orderly);  // false: as after a crash; nothing more may reach the disk
  bool running() const { return writer_ != nullptr && !fatal_; }
  Error const& error() const { return error_; }
  bool copy_behind() const;  // of any journal

  // Compares all journals and files with the oracle and goes on from what is there. `verifies`: I3 as well.
  void check(bool verifies);

  std::function<bool()> deaf = [] { return false; };  // true: an acknowledgement no longer gets out
  bool forgives = false;  // a lying disk: what is lost is counted apart, and must be sent again
  bool accepts_full = false;
  bool started = false;  // begin() has succeeded

  std::uint64_t acknowledged = 0;  // distinct entries
  std::uint64_t lost = 0;
  std::uint64_t sent_again = 0;  // with `forgives`: lost and given again
  std::uint64_t noticed = 0;     // with `forgives`: damage that verification names
  std::uint64_t recovered = 0;   // from the copy
  std::uint64_t refused = 0;     // appends that got storage_full
  std::vector<std::string> violations{};

 private:
  struct Script {
    testing::Pupil pupil;
    core::NewEntries entries{};
    std::size_t given = 0;         // to the writer, in order
    std::size_t acknowledged = 0;  // to the pupil
  };
  struct Journal {
    std::filesystem::path directory;
    bool created = false;  // acknowledged
    bool open = false;
    bool full = false;  // refusing until resumed
    bool has_genesis = false;
    std::size_t waiting = 0;  // appends without an answer
    journal::JournalId id{};
    std::vector<Script> scripts{};
  };
  struct File {
    std::uint64_t tried = 0;
    std::uint64_t written = 0;
  };

  journal::WriterOptions options();
  bool start(Journal& journal);
  void append(Journal& journal);
  void answered(Journal& journal, std::size_t script, std::size_t count,
                Result<journal::Appended> const& outcome);
  core::NewEntry next_entry(Script& script);
  void write_some_file();
  void check_journal(Journal& journal, bool verifies);
  void check_entry(Journal& journal, std::vector<std::size_t>& seen, std::string const& kind,
                   std::string const& subject, std::string const& bytes, std::string const& npsn);
  void check_files();

  std::filesystem::path const root_;
  SplitMix64 random_;
  ManualClock clock_;
  std::vector<Journal> journals_{};
  std::vector<File> files_;
  std::unique_ptr<journal::Writer> writer_{};
  bool fatal_ = false;
  Error error_{};
};

}  // namespace proktor::fault
