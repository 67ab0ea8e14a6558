// The experiment "medium": sticks plugged, pulled, torn, full, failing, silent and exchanged under a box that is killed,
// loses its tail or its database, or is restored on a spare. What a stick was seen to hold must always come back.

#include "experiment.hpp"

#include "base/file.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"
#include "provisioning/recovery/card.hpp"
#include "tests/fault/medium/trial.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <regex>

namespace {

namespace fs = std::filesystem;
using namespace proktor;
using namespace proktor::fault;

std::string code_on(fs::path const& page) {
  auto html = read_file(page, std::size_t{1} << 20U).value();
  std::string code;
  std::smatch found;
  for (; std::regex_search(html, found, std::regex("<b>(\\d{3}) (\\d{3})</b>")); html = found.suffix())
    code += found[1].str() + found[2].str();
  return code;
}

Template make_template(fs::path const& root) {
  SystemRandom random;
  keys::EnrolOptions const options{root / "keys", root / "asal", "KOTAK-1", "Kotak", {}, ""};
  bool const made = keys::make_keys({root / "keys", {}}, std::time(nullptr)) &&
                    keys::enrol(options, std::time(nullptr)) &&
                    recovery::make_card({root / "asal", root / "kartu.html"}, random, std::time(nullptr) * 1000);
  if (!made) std::abort();
  return {root / "asal/box", code_on(root / "kartu.html")};
}

}  // namespace

int main(int argc, char** argv) {
  auto const arguments = parse(argc, argv, 40);
  Experiment experiment("medium", arguments);
  Folder const folder;
  auto const box = make_template(folder.path());
  while (experiment.trials() < arguments.count) {
    auto const trial = experiment.trials();
    Counts fresh;
    Trial one(folder.path() / "percobaan", box, arguments.seed * 1'000'003 + trial, fresh);
    one.run();
    for (auto const& what : one.violations)
      experiment.violation(fmt::format("trial {}: {}", trial, what),
                           fmt::format("fault_medium --seed {} --count {}", arguments.seed, trial + 1));
    experiment["acknowledged"] += fresh.acknowledged;
    experiment["tails_recovered"] += fresh.tails;
    experiment["damaged"] += fresh.damaged;
    experiment["rebuilt"] += fresh.rebuilt;
    experiment["restored"] += fresh.restored;
    experiment["lost"] += one.violations.size();
    ++experiment["trials"];
    experiment.save();
  }
  return experiment.finish();
}
