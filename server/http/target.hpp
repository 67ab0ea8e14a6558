#pragma once
// The request target in origin form (RFC 9112, 3.2.1) as a decoded path and query. Pure; any thread.

#include "http/message.hpp"

#include <string_view>

namespace proktor::http {

inline constexpr std::size_t query_pairs_max = 64;

// Fills path and query. Refused (bad_request): anything but "/…", bad percent escapes, bytes that are not
// UTF-8, NUL or other control characters, a backslash, and "." or ".." as a segment after decoding.
Result<void> parse_target(std::string_view target, RequestHead& head);

}  // namespace proktor::http
