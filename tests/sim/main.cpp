// proktor_sim [--seed S] [--count N] [--minutes M] [--trace 1] [--find 1] [--state DIR]: plays seeds S, S+1, …; README.md.
// --find 1: stops at the first seed that breaks a promise, which is then what was wanted (the deliberate bugs).

#include "run.hpp"

#include "experiment.hpp"

#include <chrono>
#include <iostream>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::sim {
namespace {

constexpr std::uint64_t quick_seeds = 60;
constexpr std::uint64_t save_every = 50;
constexpr std::uint64_t must_reach_all = 1'000;  // so many seeds have been everywhere

void add_rare(fault::Experiment& experiment, RareCounts const& rare) {
  for (std::size_t i = 0; i < rare.size(); ++i) {
    experiment["seeds_with_" + std::string(rare_texts()[i].name)] += rare[i] > 0 ? 1U : 0U;
  }
}

void report_rare(fault::Experiment& experiment) {
  bool const must = experiment.trials() >= must_reach_all;
  for (auto const& text : rare_texts()) {
    if (experiment["seeds_with_" + std::string(text.name)] > 0) continue;
    auto const what = "never reached: " + std::string(text.name) + " (" + std::string(text.meaning) + ")";
    ++experiment["rare_paths_never_reached"];
    if (must) experiment.violation(what, "proktor_sim --seed 1 --count " + std::to_string(must_reach_all));
    else std::cout << what << "\n";
  }
}

int play(fault::Arguments const& arguments) {
  auto const given = [&](char const* name) { return arguments.more.contains(name) ? std::stod(arguments.more.at(name)) : 0.0; };
  bool const find = given("find") > 0;
  fault::Experiment experiment(find ? "simulator-bug" : "simulator", arguments);
  fault::Folder const folder;
  auto const authority = Authority::make(folder.path() / "keys");
  auto const until = std::chrono::steady_clock::now() +
                     std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                         std::chrono::duration<double, std::ratio<60>>(given("minutes")));
  auto const more = [&] {
    if (given("minutes") > 0) return std::chrono::steady_clock::now() < until;
    return experiment.trials() < arguments.count;
  };
  bool found = false;
  while (more() && !(find && found)) {
    auto const seed = arguments.seed + experiment.trials();
    auto const outcome = Run(folder.path() / "run", authority, seed, given("trace") > 0).play();
    ++experiment["trials"];
    experiment["acknowledged"] += outcome.acknowledged;
    experiment["happenings"] += outcome.events;
    if (!find) add_rare(experiment, outcome.rare);
    if (arguments.count == 1) std::cout << "hash " << outcome.hash << "\n";
    if (experiment.trials() % save_every == 0) experiment.save();
    if (outcome.violations.empty()) continue;
    found = true;
    std::string const again = "proktor_sim --seed " + std::to_string(seed) + " --count 1 --trace 1";
    for (auto const& line : outcome.violations) std::cout << "seed " << seed << ": " << line << "\n";
    if (!find) experiment.violation("seed " + std::to_string(seed), again);
  }
  if (find) {
    experiment.finish();
    return found ? 0 : 1;
  }
  report_rare(experiment);
  return experiment.finish();
}

}  // namespace
}  // namespace proktor::sim

int main(int argc, char** argv) {
  auto const arguments = proktor::fault::parse(argc, argv, proktor::sim::quick_seeds);
  // The product's log is not this program's; --trace shows what happens.
  if (!arguments.more.contains("trace")) {
    int const nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
  }
  return proktor::sim::play(arguments);
}
