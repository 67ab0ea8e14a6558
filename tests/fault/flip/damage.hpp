#pragma once
// One seeded damage to one file: what a disk, a cable or a hand does to bytes at rest.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace proktor::fault {

struct Damage {
  std::string file;
  std::string kind;          // "bit", "sector", "truncated", "swapped", "older"
  std::uint64_t offset = 0;  // of the first byte that differs
  std::string text;          // for a person
};

// File names with their weights in the draw.
using Targets = std::vector<std::pair<std::string, std::size_t>>;
Targets const& journal_files();
Targets const& sealed_files();

// Nothing when the draw changed no byte. `older` holds earlier versions of the files.
std::optional<Damage> damage(std::filesystem::path const& directory, std::filesystem::path const& older,
                             Targets const& targets, std::mt19937_64& random);

std::string slurp(std::filesystem::path const& path);

}  // namespace proktor::fault
