#include "tests/fuzz/entries.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace {

void replay(std::string const& name, void (*entry)(std::string_view)) {
  std::set<std::filesystem::path> paths;
  for (auto const& file :
       std::filesystem::directory_iterator(PROKTOR_SOURCE_DIR "/tests/fuzz/corpus/" + name)) {
    paths.insert(file.path());
  }
  REQUIRE(paths.size() >= 4);
  for (auto const& path : paths) {
    INFO(path.filename().string());
    std::ifstream stream(path, std::ios::binary);
    std::string const bytes{std::istreambuf_iterator<char>(stream), {}};
    CHECK_NOTHROW(entry(bytes));
    // Cut short and with one byte changed, in places that differ from file to file.
    for (std::size_t step = 1; step <= 8; ++step) {
      CHECK_NOTHROW(entry(std::string_view(bytes).substr(0, bytes.size() * step / 9)));
      auto changed = bytes;
      if (!changed.empty()) changed[bytes.size() * step / 9] = static_cast<char>(bytes.size() * 31 + step);
      CHECK_NOTHROW(entry(changed));
    }
  }
}

}  // namespace

TEST_CASE("The corpus of items is read, compiled, delivered and played without harm") {
  replay("item", proktor::fuzz::item);
}

TEST_CASE("The corpus of expressions is compiled and evaluated without harm") {
  replay("expression", proktor::fuzz::expression);
}

TEST_CASE("The corpus of packages is read without harm") {
  replay("package", proktor::fuzz::package);
}
