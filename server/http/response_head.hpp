#pragma once
// The status line and headers of a response, in one place: framing, security headers, Cache-Control. Pure;
// any thread.

#include "http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::http {

struct Framing {
  std::optional<std::uint64_t> content_length{};
  bool chunked = false;
  bool close = false;
};

// "HTTP/1.1 200 OK\r\n … \r\n\r\n". Fields whose name or value would break the framing are left out.
std::string response_head(Response const& response, Framing const& framing);

std::string_view reason_of(int status);

// The headers that every response carries unless it has its own of that name.
std::string_view content_security_policy();

}  // namespace proktor::http
