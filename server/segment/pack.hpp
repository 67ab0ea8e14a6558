#pragma once
// zstd, both ways, with a bound on what comes out. Pure; any thread.

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace proktor::segment {

// Errors: internal.
Result<std::string> pack(std::string_view plain);

// One whole frame and nothing after it. Errors: segment_invalid, too_large (more than `plain_bytes_max` would
// come out; nothing is returned).
Result<std::string> unpack(std::string_view packed, std::size_t plain_bytes_max);

}  // namespace proktor::segment
