#pragma once
// Small makers of responses and readers of bodies that all handlers share.

#include "api/routes.hpp"
#include "core/json_fields.hpp"
#include "http/message.hpp"

#include <boost/json.hpp>

#include <string>

namespace proktor::api {

http::Response ok(boost::json::object const& body);
http::Response ok();
http::Response refuse(Error const& error);

// Sets the cookie under the name that fits the connection (`__Host-` only over TLS).
void set_cookie(http::Response& response, bool tls, std::string_view name, std::string_view value, DurationMs life_ms);
std::string_view cookie_of(http::RequestHead const& request, std::string_view name);

inline constexpr std::string_view pupil_cookie = "proktor";
inline constexpr std::string_view staff_cookie = "proktor-staff";
inline constexpr std::string_view staff_seen_cookie = "proktor-staff-seen";

// "late item" as a list.
boost::json::array words_of(std::string_view text);

}  // namespace proktor::api
