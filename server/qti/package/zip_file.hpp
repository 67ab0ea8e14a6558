#pragma once
// Zips in memory: unpacking what the gate let through, and packing so that the same content gives the same
// bytes. Any thread; one libzip handle per call.

#include "base/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace proktor::qti {

// Path to content; ordered, so that everything made from it is reproducible.
using Files = std::map<std::string, std::string, std::less<>>;

// All regular entries. Errors: package_invalid, too_large (zip_gate.hpp); also a wrong checksum.
Result<Files> unzip(std::string_view zip);

// Entries in the order of their paths, dated 1980-01-01; `stored` says which need no packing.
// Errors: internal (libzip's text).
Result<std::string> zip(Files const& files, bool (*stored)(std::string_view path));

}  // namespace proktor::qti
