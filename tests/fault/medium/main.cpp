// The experiment "medium": sticks plugged, pulled, torn, full, failing, silent and exchanged under a box that is killed,
// loses its tail or its database, or is restored on a spare. What a stick was seen to hold must always come back.

#include "base/file.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"
#include "provisioning/recovery/card.hpp"
#include "tests/fault/medium/trial.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <regex>

#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using namespace proktor;
using namespace proktor::fault;

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t count = 40;
  fs::path state{};
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
    if (name == "--state") out.state = fs::path(next) / "medium.json", ++i;
    if (name == "--bin") ++i;
  }
  return out;
}

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

std::uint64_t done_before(Options const& options, boost::json::object& numbers) {
  auto const text = options.state.empty() ? Result<std::string>(fail(Errc::not_found))
                                          : read_file(options.state, std::size_t{1} << 20U);
  boost::system::error_code error;
  auto const value = text ? boost::json::parse(*text, error) : boost::json::value();
  if (!value.is_object() || value.at("seed") != boost::json::value(options.seed)) return 0;
  numbers = value.get_object();
  return numbers["trials"].to_number<std::uint64_t>();
}

}  // namespace

int main(int argc, char** argv) {
  auto const options = read_options(argc, argv);
  fmt::print("seed {}\n", options.seed);
  bool const memory = ::access("/dev/shm", W_OK) == 0;
  std::string name = (memory ? fs::path("/dev/shm") : fs::temp_directory_path()) / "proktor-medium-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return 77;
  fs::path const root(name);
  auto const box = make_template(root);
  boost::json::object numbers{{"experiment", "medium"}, {"seed", options.seed}, {"trials", 0}, {"violations", 0}};
  auto const add = [&](char const* key, std::uint64_t value) {
    auto& number = numbers[key];
    number = (number.is_null() ? 0 : number.to_number<std::uint64_t>()) + value;
  };
  for (auto trial = done_before(options, numbers); trial < options.count; ++trial) {
    Counts fresh;
    auto const seed = options.seed * 1'000'003 + trial;
    Trial one(root / "percobaan", box, seed, fresh);
    one.run();
    for (auto const& what : one.violations) {
      fmt::print("trial {}: {}\n  again: fault_medium --seed {} --count {}\n", trial, what, options.seed, trial + 1);
    }
    add("acknowledged", fresh.acknowledged);
    add("tails_recovered", fresh.tails);
    add("damaged", fresh.damaged);
    add("rebuilt", fresh.rebuilt);
    add("restored", fresh.restored);
    add("violations", one.violations.size());
    numbers["trials"] = trial + 1;
    numbers["lost"] = numbers["violations"];
    if (!options.state.empty()) std::ignore = write_file(options.state, boost::json::serialize(numbers));
  }
  std::error_code ignored;
  fs::remove_all(root, ignored);
  fmt::print("{}\n", boost::json::serialize(numbers));
  return numbers["violations"].to_number<std::uint64_t>() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
