// The experiment "bit-flips": any bit, sector or page of a journal's files damaged, thousands of times. Every damage must
// be refused, healed, told by the verifier, or be shown to lie where nothing is kept. DESIGN 4; docs/durability.md.

#include "tests/fault/flip/damage.hpp"
#include "tests/fault/flip/places.hpp"
#include "tests/fault/flip/sealed.hpp"
#include "tests/fault/flip/trial.hpp"

#include "base/file.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace proktor;
using namespace proktor::fault;

constexpr std::array outcome_names{"refused", "stopped", "healed", "loss_told", "told_by_verifier", "served_wrong_then_told", "no_effect", "violations"};

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t count = 200;
  std::uint64_t only = 0;  // one trial alone
  fs::path state{};
  bool verbose = false;
};

std::uint64_t number_of(char const* text) {
  std::uint64_t value = 0;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

Options read_options(int argc, char** argv) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    std::string const name = argv[i];
    char const* next = i + 1 < argc ? argv[i + 1] : "";
    if (name == "--seed") out.seed = number_of(next), ++i;
    if (name == "--count") out.count = number_of(next), ++i;
    if (name == "--only") out.only = number_of(next), ++i;
    if (name == "--state") out.state = fs::path(next) / "bit-flips.json", ++i;
    if (name == "--bin") ++i;
    if (name == "--verbose") out.verbose = true;
  }
  return out;
}

class TempDir {
 public:
  TempDir() {
    bool const memory = ::access("/dev/shm", W_OK) == 0;  // the trials fsync, and their files live for a moment
    std::string name = (memory ? fs::path("/dev/shm") : fs::temp_directory_path()) / "proktor-flip-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~TempDir() { std::error_code ignored; fs::remove_all(path_, ignored); }
  TempDir(TempDir const&) = delete;
  TempDir& operator=(TempDir const&) = delete;
  fs::path const& path() const { return path_; }

 private:
  fs::path path_;
};

boost::json::object fresh_numbers(Options const& options) {
  boost::json::object out{{"experiment", "bit-flips"}, {"seed", options.seed}, {"trials", 0}, {"acknowledged", 0}, {"lost", 0}, {"violations", 0}};
  for (auto const* name : outcome_names) out[name] = 0;
  out["in_unused_space"] = 0;
  return out;
}

void add(boost::json::object& numbers, std::string_view name, std::uint64_t value = 1) {
  auto& member = numbers[name];
  member = (member.is_null() ? 0 : member.to_number<std::uint64_t>()) + value;
}

struct World {
  fs::path work;
  std::vector<Shape> shapes;
  Sealed sealed;
};

void run_one(World const& world, std::uint64_t trial, Options const& options, boost::json::object& numbers) {
  std::mt19937_64 random(options.seed * 1'000'003 + trial);
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
  add(numbers, "trials");
  add(numbers, "acknowledged", shape.content.entries.size());
  add(numbers, outcome_names[static_cast<std::size_t>(verdict.outcome)]);
  Place place;
  if (verdict.outcome == Outcome::no_effect) {
    place = place_of(from, hurt->file, hurt->offset);
    if (place.unused) add(numbers, "in_unused_space");
  }
  bool const worth_a_line = verdict.outcome == Outcome::violated || verdict.outcome == Outcome::later ||
                            (verdict.outcome == Outcome::no_effect && !place.unused);
  if (!worth_a_line && !options.verbose) return;
  std::printf("trial %llu: %s: %s: %s %s %s\n", static_cast<unsigned long long>(trial), outcome_names[static_cast<std::size_t>(verdict.outcome)],
              is_sealed ? "sealed" : shape.name.c_str(), hurt->text.c_str(), verdict.why.c_str(), place.name.c_str());
  if (verdict.outcome == Outcome::violated) {
    std::printf("  again: fault_flip --seed %llu --only %llu --verbose\n", static_cast<unsigned long long>(options.seed), static_cast<unsigned long long>(trial));
  }
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  auto options = read_options(argc, argv);
  auto numbers = fresh_numbers(options);
  if (auto const kept = options.state.empty() ? fail(Errc::not_found) : read_file(options.state, 1U << 20U); kept) {
    numbers = boost::json::parse(*kept).as_object();
    options.seed = numbers["seed"].to_number<std::uint64_t>();
  }
  auto const done = numbers["trials"].to_number<std::uint64_t>();
  std::printf("bit-flips: seed %llu, %llu of %llu done\n", static_cast<unsigned long long>(options.seed),
              static_cast<unsigned long long>(done), static_cast<unsigned long long>(options.count));
  std::fflush(stdout);
  TempDir const folder;
  World world{folder.path() / "work", make_shapes(folder.path(), options.seed), {}};
  world.sealed = make_sealed(folder.path(), world.shapes.front());
  auto const first = options.only == 0 ? done + 1 : options.only;
  auto const last = options.only == 0 ? options.count : options.only;
  for (auto trial = first; trial <= last; ++trial) {
    run_one(world, trial, options, numbers);
    if (!options.state.empty() && (trial % 50 == 0 || trial == last)) std::ignore = write_file(options.state, boost::json::serialize(numbers));
  }
  std::printf("%s\n", boost::json::serialize(numbers).c_str());
  return numbers["violations"].to_number<std::uint64_t>() == 0 ? 0 : 1;
}
