#pragma once
// The gate in front of every zip from outside: reads the central directory and every local header itself and
// refuses what two readers could understand differently, before anything is unpacked. Any thread. Unpacks
// nothing (zip_file.hpp does, with libzip) and trusts no size it has not compared.

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

constexpr std::uint64_t zip_max_bytes = 256ULL * 1024 * 1024;           // of the file itself
constexpr std::uint64_t zip_entry_max_bytes = 32ULL * 1024 * 1024;      // of one entry, unpacked
constexpr std::uint64_t zip_unpacked_max_bytes = 384ULL * 1024 * 1024;  // of all entries together
constexpr std::size_t zip_entries_max = 10'000;
constexpr std::uint64_t zip_ratio_max = 100;
constexpr std::size_t zip_name_max_bytes = 512;

struct ZipEntry {
  std::string name;  // UTF-8, relative, without "." and ".."
  std::uint64_t index = 0;
  std::uint64_t bytes = 0;  // unpacked
  bool is_directory = false;
};

// Every entry, in the order of the central directory. Errors: package_invalid (detail says what and which
// entry), too_large.
Result<std::vector<ZipEntry>> check_zip(std::string_view zip);

// Whether a name may stand in a package: relative, UTF-8, no "..", no control or bidirectional characters.
bool is_safe_path(std::string_view path);

}  // namespace proktor::qti
