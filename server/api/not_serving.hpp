#pragma once
// Why a box that is up takes nothing: after three failed starts, or because power is going. The stable code and the
// sentence that a page shows. Pure; any thread.

#include "http/message.hpp"

#include <string_view>

namespace proktor::api {

enum class NotServing : std::uint8_t { safe_mode, parked };

std::string_view id_of(NotServing why);  // "safe_mode", "parked"
http::Response refuse(NotServing why);   // 503 with Retry-After

}  // namespace proktor::api
