// The sweep of io_errors.cpp for what comes after the journal: the box's spool, the centre's two stores, the second
// medium. For every n the n-th I/O operation fails, once or from there on, with EIO (also of reads), ENOSPC, a short
// write or a failed fsync. Then the disk is well again, and the program goes on, is started anew, or power fails.
//
//   fault_io_parts [--seed S] [--count N] [--only PART:FAULT:HOW:AFTER:AT]
//
// N runs are spread evenly over all; without --count every one. Held: what was promised (sealed, receipted, opened, on
// the medium) is there with the same bytes, nothing is half applied, and the same act succeeds on the disk that is well.

#include "part.hpp"

#include "disk.hpp"
#include "experiment.hpp"
#include "kinds.hpp"

#include "base/log.hpp"

#include <array>
#include <iostream>

using namespace proktor;
using namespace proktor::fault;

namespace {

using Make = std::unique_ptr<Part> (*)(Material const&, std::filesystem::path const&);
constexpr std::array<std::pair<char const*, Make>, 4> parts{
    {{"spool", make_spool}, {"gateway", make_gateway}, {"opener", make_opener}, {"medium", make_medium}}};

constexpr int violations_shown = 8;  // of each part

// What follows the failure.
enum class After { goes_on, restart, power_cut };
constexpr std::array<char const*, 3> afters{"goes_on", "restart", "power_cut"};

struct Point {
  std::size_t part;
  std::size_t kind;
  bool persistent;
  std::size_t after;
  std::uint64_t at;

  std::string text() const {
    return std::string(parts[part].first) + ":" + kinds[kind].name + ":" + (persistent ? "always" : "once") +
           ":" + afters[after] + ":" + std::to_string(at);
  }
};

class Sweep {
 public:
  Sweep(Experiment& experiment, std::uint64_t seed) : experiment_(experiment), seed_(seed) {}

  // False: the run met no failure.
  bool run(Point const& point) {
    folder_.empty();
    auto const part = parts[point.part].second(material_, folder_.path());
    disk::start(folder_.path(), seed_ * 7'919 + point.at);
    auto const& kind = kinds[point.kind];
    disk::fail({kind.fault, point.at, point.persistent, kind.reads});
    bool const done = part->act();
    bool const met = disk::failures() > 0;
    std::string wrong = !met && !done ? "stops without a failure" : "";
    disk::fail({});
    if (static_cast<After>(point.after) == After::restart) part->forget();
    if (static_cast<After>(point.after) != After::power_cut && !part->act() && wrong.empty())
      wrong = "does not go on when the disk is well";
    disk::cut_now();
    part->forget();
    disk::restore_image();
    if (wrong.empty()) wrong = part->broken();
    if (wrong.empty() && !part->act()) wrong = "does not go on after the power cut";
    if (wrong.empty()) wrong = part->broken();
    part->forget();
    auto const failed_on = disk::failed_on();
    disk::stop();
    ++experiment_["trials"];
    ++experiment_[parts[point.part].first];
    experiment_["acknowledged"] += part->promised();
    violations_[point.part] += wrong.empty() ? 0 : 1;
    if (!wrong.empty())
      experiment_.violation(point.text() + ": " + wrong + " [" + failed_on + "]",
                            "fault_io_parts --seed " + std::to_string(seed_) + " --only " + point.text());
    return met;
  }

  // Every stride-th operation of each kind of run, until one meets no failure.
  void all(std::uint64_t stride) {
    for (std::size_t part = 0; part < parts.size(); ++part) {
      for (std::size_t one = 0; one < kinds.size() * 2 * afters.size(); ++one) {
        Point point{part, one % kinds.size(), one / kinds.size() % 2 == 1, one / kinds.size() / 2, 0};
        point.at = 1 + (seed_ + one * 7 + part * 3) % stride;
        for (bool met = true; met && violations_[part] < violations_shown; point.at += stride) met = run(point);
        experiment_.save();
      }
    }
  }

  bool only(std::string const& text) {
    for (std::size_t part = 0; part < parts.size(); ++part) {
      for (std::size_t one = 0; one < kinds.size() * 2 * afters.size(); ++one) {
        Point const point{part, one % kinds.size(), one / kinds.size() % 2 == 1, one / kinds.size() / 2,
                          std::stoull(text.substr(text.rfind(':') + 1))};
        if (point.text() == text) return run(point), true;
      }
    }
    return false;
  }

 private:
  Experiment& experiment_;
  std::uint64_t seed_;
  std::array<int, parts.size()> violations_{};
  Folder folder_{};
  Material material_{};
};

}  // namespace

int main(int argc, char** argv) {
  auto const arguments = parse(argc, argv, 0);
  Experiment experiment("io-errors-way", arguments);
  Sweep sweep(experiment, arguments.seed);
  if (auto const only = arguments.more.find("only"); only != arguments.more.end()) {
    if (!sweep.only(only->second)) std::cerr << "no such point\n";
    return experiment.finish();
  }
  constexpr std::uint64_t about_all = 8'000;
  sweep.all(arguments.count == 0 ? 1 : std::max<std::uint64_t>(1, about_all / arguments.count));
  return experiment.finish();
}
