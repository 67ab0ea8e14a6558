// The experiment "bit-flips": any bit, sector or page of a journal's files damaged, thousands of times. Every damage must
// be refused, healed, told by the verifier, or be shown to lie where nothing is kept. DESIGN 4; docs/durability.md.

#include "tests/fault/flip/damage.hpp"
#include "tests/fault/flip/places.hpp"
#include "tests/fault/flip/sealed.hpp"
#include "tests/fault/flip/trial.hpp"

#include "experiment.hpp"

#include <fmt/format.h>

#include <iostream>

namespace {

namespace fs = std::filesystem;
using namespace proktor;
using namespace proktor::fault;

constexpr std::array outcome_names{"refused", "stopped", "healed", "loss_told", "told_by_verifier", "served_wrong_then_told", "no_effect", "violations"};
constexpr std::uint64_t trials_saved = 50;

struct World {
  fs::path work;
  std::vector<Shape> shapes;
  Sealed sealed;
};

void run_one(World const& world, std::uint64_t trial, Arguments const& arguments, Experiment& experiment) {
  std::mt19937_64 random(arguments.seed * 1'000'003 + trial);
  auto const drawn = random() % (world.shapes.size() + 1);
  bool const is_sealed = drawn == world.shapes.size();
  auto const& shape = world.shapes[is_sealed ? 0 : drawn];
  auto const& from = is_sealed ? world.sealed.folder : shape.directory;
  auto const& targets = is_sealed ? sealed_files() : journal_files();
  copy_files(from, world.work);
  auto hurt = damage(world.work, is_sealed ? world.sealed.folder : shape.older, targets, random);
  while (!hurt) hurt = damage(world.work, is_sealed ? world.sealed.folder : shape.older, targets, random);
  auto const verdict = is_sealed ? judge_apart([&] { return judge_sealed(world.sealed, world.work, hurt->file, world.work / "stick"); })
                                 : judge(shape, world.work);
  auto const* name = outcome_names[static_cast<std::size_t>(verdict.outcome)];
  bool const violated = verdict.outcome == Outcome::violated;
  ++experiment["trials"];
  experiment["acknowledged"] += shape.content.entries.size();
  if (!violated) ++experiment[name];
  Place place;
  if (verdict.outcome == Outcome::no_effect) {
    place = place_of(from, hurt->file, hurt->offset);
    experiment["in_unused_space"] += place.unused;
  }
  auto const line = fmt::format("trial {}: {}: {}: {} {} {}", trial, name, is_sealed ? "sealed" : shape.name, hurt->text, verdict.why, place.name);
  if (violated) return experiment.violation(line, fmt::format("fault_flip --seed {} --only {} --verbose", arguments.seed, trial));
  bool const worth_a_line = verdict.outcome == Outcome::later || (verdict.outcome == Outcome::no_effect && !place.unused);
  if (worth_a_line || arguments.more.contains("verbose")) std::cout << line << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = parse(argc, argv, 200);
  Experiment experiment("bit-flips", arguments);
  for (auto const* name : outcome_names) experiment[name];
  Folder const folder;
  World world{folder.path() / "work", make_shapes(folder.path(), arguments.seed), {}};
  world.sealed = make_sealed(folder.path(), world.shapes.front());
  bool const single = arguments.more.contains("only");
  auto const first = single ? std::stoull(arguments.more["only"]) : experiment.trials() + 1;
  auto const last = single ? first : arguments.count;
  for (auto trial = first; trial <= last; ++trial) {
    run_one(world, trial, arguments, experiment);
    if (trial % trials_saved == 0) experiment.save();
  }
  return experiment.finish();
}
