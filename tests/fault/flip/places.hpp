#pragma once
// Names the place of a damaged byte in the structure of a SQLite database, its write-ahead log or its index, so that a
// damage without any effect can be shown to lie where nothing is kept. Reads the undamaged files.

#include <cstdint>
#include <filesystem>
#include <string>

namespace proktor::fault {

// `unused`: by the file format, nothing that was acknowledged can stand there.
struct Place {
  std::string name;
  bool unused = false;
};
Place place_of(std::filesystem::path const& directory, std::string const& file, std::uint64_t offset);

}  // namespace proktor::fault
