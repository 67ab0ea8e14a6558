// Power cuts of the journal: the real writer on the disk model, cut at a random operation, recovered from a
// random image, compared with the oracle; then on with the same folder. Between the cuts: kills, orderly
// ends, cuts in the middle of recovery, and kills followed by a flipped bit in the tail of the write-ahead
// log (the copy heals it).
//
//   fault_power_cut [--seed S] [--count CUTS] [--chain C] [--lie SYNCS] [--alone yes] [--losses only]
//   [--kills often]
//
// With a disk that lies about its last syncs the promise is less: what a journal then holds is a part of what
// was sent, whole and in order, and what is missing is sent again (the mark went back); or the journal does
// not open, or verification names the damage: never silence.
//
// A chain is a folder's life of up to cuts_per_chain cuts; `--chain C` runs that one alone. Without --alone
// it also runs the controls beside it, which must lose rows.

#include "box.hpp"
#include "disk.hpp"
#include "experiment.hpp"

#include "journal/journal.hpp"
#include "journal/rebuild.hpp"

#include <algorithm>
#include <chrono>
#include <iostream>

#include <fcntl.h>
#include <unistd.h>

using namespace proktor;
using namespace proktor::fault;

namespace {

constexpr std::uint64_t cuts_per_chain = 12;
constexpr int turns_max = 60;

struct Plan {
  std::uint64_t seed;
  std::size_t lies;
  bool verifies;
  bool kills_often;  // for the control that damaged logs alone can show
};

enum class End { cut, kill, orderly };

// Flips one bit in the last part of a write-ahead log, where frames no checkpoint has seen may be.
bool damage_tail(std::filesystem::path const& directory, SplitMix64& random) {
  auto const path = journal::database_path(directory).string() + "-wal";
  std::error_code error;
  auto const size = std::filesystem::file_size(path, error);
  if (error || size < 8'192) return false;
  int const fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  auto const at = static_cast<off_t>(size - 1 - random.below(std::min<std::uint64_t>(size / 4, 16'384)));
  char byte = 0;
  bool const done =
      ::pread(fd, &byte, 1, at) == 1 && (byte = static_cast<char>(byte ^ 4), ::pwrite(fd, &byte, 1, at) == 1);
  ::close(fd);
  return done;
}

class Chain {
 public:
  Chain(Experiment& experiment, Folder& folder, Plan const& plan, std::uint64_t number)
      : experiment_(experiment),
        root_(folder.path()),
        plan_(plan),
        number_(number),
        random_(plan.seed * 1'000'003 + number),
        box_(root_, random_.next()) {
    folder.empty();
    disk::start(root_, random_.next());
    disk::lie(plan.lies);
    box_.deaf = [] { return disk::is_cut(); };
    box_.forgives = plan.lies > 0;
  }
  ~Chain() {
    box_.end(false);
    disk::stop();
  }

  void run(std::uint64_t cuts) {
    while (cuts > 0 && box_.violations.empty() && !refused_) {
      auto const end = live();
      if (end == End::kill) after_kill();
      if (end == End::cut) {
        ++experiment_["trials"], --cuts;
        disk::restore_image();
        // Power fails again while it recovers.
        for (; cuts > 0 && random_.below(4) == 0; --cuts) {
          disk::cut_at(1 + random_.below(25));
          std::ignore = box_.begin();
          disk::cut_now();
          box_.end(false);
          ++experiment_["trials"], ++experiment_["cuts_in_recovery"];
          disk::restore_image();
        }
      }
      recover();
      // What was shown as stored after a kill must be on disk by then, not only in the page cache.
      if (end == End::kill && cuts > 0 && !refused_ && random_.below(3) == 0) {
        disk::cut_now();
        box_.end(false);
        disk::restore_image();
        ++experiment_["trials"], --cuts;
        recover();
      }
    }
    experiment_["acknowledged"] += box_.acknowledged;
    experiment_["lost"] += box_.lost;
    experiment_["recovered_from_copy"] += box_.recovered;
    if (plan_.lies > 0) experiment_["sent_again"] += box_.sent_again;
    for (auto const& what : box_.violations) report(what);
    if (box_.lost > 0 && plan_.lies == 0) report("lost " + std::to_string(box_.lost));
  }

 private:
  End live() {
    auto const kind = random_.below(20);
    auto const end = kind < (plan_.kills_often ? 3U : 15U) ? End::cut : kind < 18 ? End::kill : End::orderly;
    auto const at = 1 + random_.below(random_.below(3) == 0 ? 40 : 500);
    if (end == End::cut) disk::cut_at(disk::operations() + at);
    if (end == End::kill) disk::kill_at(disk::operations() + at);
    bool going = box_.running() || box_.begin();
    auto const turns = end == End::orderly ? static_cast<int>(random_.below(20)) : turns_max;
    for (int turn = 0; going && turn < turns && !disk::is_cut(); ++turn) going = box_.turn();
    if (!going && !disk::is_cut()) stopped("the writer stopped");
    box_.end(end == End::orderly);
    if (end == End::cut && !disk::is_cut()) disk::cut_now();
    return end;
  }

  void after_kill() {
    disk::revive();
    ++experiment_["kills"];
    damaged_ = root_ / ("k" + std::to_string(random_.below(3)));
    if (plan_.lies == 0 && random_.below(2) == 0 && damage_tail(damaged_, random_))
      ++experiment_["damaged_tails"];
    else
      damaged_.clear();
  }

  void recover() {
    bool const opens = box_.begin() || (!damaged_.empty() && rebuild() && box_.begin());
    damaged_.clear();
    if (!opens) return stopped("does not open again");
    box_.check(plan_.verifies && (plan_.lies > 0 || random_.below(3) == 0));
    if (box_.noticed > 0) ++experiment_["noticed_by_verify"], refused_ = true;
  }

  // Frames before the flipped bit may be older than what a checkpoint has written: the database itself is
  // damaged then, which opening must notice, and the copy alone gives all of it.
  bool rebuild() {
    auto const known = box_.error() == Errc::journal_corrupt || box_.error() == Errc::chain_broken;
    box_.end(false);
    if (!known) return false;
    Bytes16 stream{};
    random_.fill(stream);
    ++experiment_["rebuilt"];
    auto const done = journal::rebuild_in_place(damaged_, {}, stream, 0);
    if (!done) report("cannot be rebuilt: " + describe(done.error()));
    return bool(done);
  }

  // A disk that lies may also leave a database that is none: then it must say so, and the program must not
  // start.
  void stopped(std::string const& how) {
    refused_ = true;
    if (plan_.lies > 0) {
      ++experiment_["refused"];
      box_.end(false);
    } else {
      report(how + ": " + describe(box_.error()));
    }
  }

  void report(std::string const& what) {
    experiment_.violation("chain " + std::to_string(number_) + ": " + what,
                          "fault_power_cut --alone yes --seed " + std::to_string(plan_.seed) + " --chain " +
                              std::to_string(number_) + " --lie " + std::to_string(plan_.lies));
  }

  Experiment& experiment_;
  std::filesystem::path root_;
  Plan plan_;
  std::uint64_t number_;
  SplitMix64 random_;
  Box box_;
  bool refused_ = false;
  std::filesystem::path damaged_{};  // by the last kill
};

// Each must lose rows, or this experiment would see nothing either.
void run_controls(Experiment& experiment, Arguments const& arguments) {
  for (auto const* control : {"ack_before_commit", "synchronous_normal", "copy_not_compared"}) {
    auto const command = (arguments.bin / ("fault_power_cut_" + std::string(control))).string() +
                         " --alone yes --losses only --kills often --count 40 --seed " +
                         std::to_string(arguments.seed);
    auto const outcome = fault::run(command);
    bool const loses = outcome.code == 1 && outcome.output.find("lost ") != std::string::npos;
    std::cout << "control " << control << (loses ? ": loses, as it must\n" : ": loses NOTHING\n");
    if (!loses) experiment.violation("the control lost nothing", command);
    ++experiment["controls"];
  }
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = parse(argc, argv, 500);
  bool const alone = arguments.more.contains("alone");
  auto const lies = arguments.more.contains("lie") ? std::stoull(arguments.more["lie"]) : 0;
  Experiment experiment(lies > 0 ? "lying-disk" : "power-cut", arguments);
  Folder folder;
  Plan const plan{arguments.seed, lies, !arguments.more.contains("losses"), arguments.more.contains("kills")};
  if (arguments.more.contains("chain")) {
    Chain(experiment, folder, plan, std::stoull(arguments.more["chain"])).run(cuts_per_chain);
    return experiment.finish();
  }
  auto const started = std::chrono::steady_clock::now();
  auto const before = experiment.trials();
  while (experiment.trials() < arguments.count && experiment["violations"] < 10) {
    Chain(experiment, folder, plan, ++experiment["chains"])
        .run(std::min(cuts_per_chain, arguments.count - experiment.trials()));
    if (experiment["chains"] % 20 == 0) experiment.save();
  }
  auto const spent = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  if (spent > 0) std::cout << static_cast<double>(experiment.trials() - before) / spent << " cuts/s\n";
  if (!alone && lies == 0) run_controls(experiment, arguments);
  return experiment.finish();
}
