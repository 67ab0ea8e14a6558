#pragma once
// A file that lies on the medium in sealed pieces (docs/protocol.md, "Second medium"), for reading. One thread.

#include "medium/entries.hpp"

#include <string>

namespace proktor::medium {

// The package of that SHA-256 (hex) in `box_folder`, proktor-cadangan/<box>. Errors: package_invalid (missing, damaged),
// and as Files.
Result<std::string> read_package(Files& files, std::string const& box_folder, std::string const& sha256_hex,
                                 Reading const& reading);

}  // namespace proktor::medium
