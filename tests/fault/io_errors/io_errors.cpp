// Every I/O operation of the journal failing, one after the other (SQLite's method): for n = 1, 2, 3, … the
// n-th operation fails, once or from there on for good, with EIO, ENOSPC, a short write or a failed fsync,
// until a run meets no failure any more. After each the program is started again, and again after a power
// cut.
//
//   fault_io_errors [--seed S] [--count N] [--only SCENARIO:FAULT:HOW:AT]
//
// N runs are spread evenly over all of them; without --count every one. Held: nothing is acknowledged that is
// not there later (I1), nothing twice (I2), chain and verify hold (I3), nobody is acknowledged after an I/O
// error of a journal's own file, a full disk never stops the program, and it always opens again.

#include "box.hpp"
#include "disk.hpp"
#include "experiment.hpp"
#include "kinds.hpp"

#include "journal/journal.hpp"

#include <array>
#include <fstream>
#include <functional>
#include <iostream>
#include <set>

using namespace proktor;
using namespace proktor::fault;

namespace {

constexpr int turns = 14;

// From nothing: journals are made, filled, checkpointed, files written, all ended in order.
// From a folder left by a kill: recovery. The same with a copy that lacks its end, and with one that is
// ahead.
enum class Scenario { life, after_kill, copy_behind, copy_ahead };
constexpr std::array<char const*, 4> scenario_names{"life", "after_kill", "copy_behind", "copy_ahead"};

struct Point {
  std::size_t scenario;
  std::size_t kind;
  bool persistent;
  std::uint64_t at;

  std::string text() const {
    return std::string(scenario_names[scenario]) + ":" + kinds[kind].name + ":" +
           (persistent ? "always" : "once") + ":" + std::to_string(at);
  }
};

class Run {
 public:
  Run(Experiment& experiment, Folder& folder, std::uint64_t seed, Point const& point)
      : experiment_(experiment),
        seed_(seed),
        point_(point),
        root_(folder.path()),
        box_(root_, seed * 31 + point.scenario, 2) {
    folder.empty();
    disk::start(root_, seed + point.at);
    box_.deaf = [] { return disk::is_cut(); };
    prepare();
  }
  ~Run() {
    box_.end(false);
    disk::stop();
  }

  // False: the run met no failure.
  bool go() {
    auto const& kind = kinds[point_.kind];
    disk::fail({kind.fault, disk::operations() + point_.at, point_.persistent, kind.reads});
    box_.accepts_full = kind.fault == disk::Fault::no_space;
    live();
    bool const met = disk::failures() > 0;
    if (met) experiment_["failures_injected"] += disk::failures();
    disk::fail({});
    restart("after the failure");
    disk::cut_now();
    box_.end(false);
    disk::restore_image();
    restart("after the power cut");
    ++experiment_["trials"];
    experiment_["acknowledged"] += box_.acknowledged;
    experiment_["lost"] += box_.lost;
    experiment_["refused"] += box_.refused;
    if (box_.lost > 0) report("lost " + std::to_string(box_.lost));
    for (auto const& what : box_.violations) report(what);
    return met;
  }

 private:
  void prepare() {
    auto const scenario = static_cast<Scenario>(point_.scenario);
    if (scenario == Scenario::life) return;
    for (bool going = box_.begin(); going && disk::operations() < 250;) going = box_.turn();
    if (scenario == Scenario::copy_ahead || scenario == Scenario::after_kill)
      disk::kill_at(disk::operations() + 90);
    while (scenario != Scenario::copy_behind && !disk::is_cut()) box_.turn();
    if (scenario == Scenario::copy_behind) disk::kill_at(disk::operations() + 1);
    box_.end(false);
    disk::revive();
    if (scenario == Scenario::after_kill) return;
    for (auto const* name : {"k0", "k1"}) {
      auto const copy = journal::copy_path(root_ / name);
      std::error_code error;
      auto const size = std::filesystem::file_size(copy, error);
      if (error) continue;
      if (scenario == Scenario::copy_behind) std::filesystem::resize_file(copy, size - size / 4);
      // A flipped bit near the end of the log: its last commits are gone, the copy has them.
      auto const log = journal::database_path(root_ / name).string() + "-wal";
      auto const log_size = std::filesystem::file_size(log, error);
      if (scenario != Scenario::copy_ahead || error || log_size < 8'000) continue;
      std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(log_size - 2'000));
      file << "damaged";
    }
  }

  void live() {
    bool going = box_.begin();
    if (!going) return judge();
    if (!current_->reads) box_.check(false);  // it reads the same files, and the failure would be its own
    for (int turn = 0; going && turn < turns; ++turn) {
      auto const before = box_.acknowledged;
      bool const failed = broken();
      going = box_.turn();
      if (failed && box_.acknowledged > before) report("acknowledged after " + disk::failed_on());
    }
    if (!going) return judge();
    box_.end(true);
  }

  // An error of a file that a promise rests on; SQLite's index and its removals are not.
  static bool broken() {
    static std::set<std::string> const own{
        "write journal.db",    "write journal.db-wal", "write journal.copy",   "sync journal.db",
        "sync journal.db-wal", "sync journal.copy",    "truncate journal.copy"};
    return disk::failures() > 0 && own.contains(disk::failed_on()) && !short_or_full();
  }
  static bool short_or_full() {
    return current_->fault == disk::Fault::no_space || current_->fault == disk::Fault::short_write;
  }

  // It stopped: that must be the failure's doing, and a full disk is no reason to.
  void judge() {
    bool const full = kinds[point_.kind].fault == disk::Fault::no_space;
    if (disk::failures() == 0) report("stopped without a failure: " + describe(box_.error()));
    if (full && !(box_.error() == Errc::storage_full))
      report("a full disk stopped it: " + disk::failed_on() + ": " + describe(box_.error()));
    if (full && box_.started) report("a full disk stopped it while it ran: " + disk::failed_on());
    ++experiment_["stopped"];
    box_.end(false);
  }

  void restart(std::string const& when) {
    if (!box_.begin()) return report("does not open " + when + ": " + describe(box_.error()));
    box_.check(true);
    for (int turn = 0; turn < 3; ++turn) box_.turn();
    if (!box_.running()) report("does not go on " + when + ": " + describe(box_.error()));
    box_.end(true);
  }

  void report(std::string const& what) {
    if (reported_++ > 0) return;
    experiment_.violation(point_.text() + ": " + what + " [" + disk::failed_on() + "]",
                          "fault_io_errors --seed " + std::to_string(seed_) + " --only " + point_.text());
  }

 public:
  static inline Kind const* current_ = nullptr;

 private:
  Experiment& experiment_;
  std::uint64_t seed_;
  Point point_;
  std::filesystem::path root_;
  Box box_;
  int reported_ = 0;
};

bool run(Experiment& experiment, Folder& folder, std::uint64_t seed, Point const& point) {
  Run::current_ = &kinds[point.kind];
  return Run(experiment, folder, seed, point).go();
}

// Every stride-th operation of each kind of run, until one meets no failure.
void sweep(Experiment& experiment, Folder& folder, Arguments const& arguments, std::uint64_t stride) {
  for (std::size_t scenario = 0; scenario < scenario_names.size(); ++scenario) {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      for (bool const persistent : {false, true}) {
        auto const first = 1 + (arguments.seed + kind * 7 + scenario * 3 + persistent) % stride;
        bool met = true;
        for (auto at = first; met && experiment["violations"] < 20; at += stride)
          met = run(experiment, folder, arguments.seed, {scenario, kind, persistent, at});
        experiment.save();
      }
    }
  }
}

bool one(Experiment& experiment, Folder& folder, Arguments const& arguments, std::string const& text) {
  for (std::size_t scenario = 0; scenario < scenario_names.size(); ++scenario) {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      for (bool const persistent : {false, true}) {
        Point point{scenario, kind, persistent, std::stoull(text.substr(text.rfind(':') + 1))};
        if (point.text() == text) return run(experiment, folder, arguments.seed, point), true;
      }
    }
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  auto const arguments = parse(argc, argv, 0);
  Experiment experiment("io-errors", arguments);
  Folder folder;
  if (auto const only = arguments.more.find("only"); only != arguments.more.end()) {
    if (!one(experiment, folder, arguments, only->second)) std::cerr << "no such point\n";
    return experiment.finish();
  }
  constexpr std::uint64_t about_all = 12'000;
  sweep(experiment, folder, arguments,
        arguments.count == 0 ? 1 : std::max<std::uint64_t>(1, about_all / arguments.count));
  return experiment.finish();
}
