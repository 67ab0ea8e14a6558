#pragma once
// The route table of the web port: literal paths, who may call them, and the handlers. docs/api.md says the same in
// words; a test holds one against the other.

#include "api/context.hpp"
#include "http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace proktor::api {

enum class Who : std::uint8_t { anyone, pupil, staff, proctor_or_invigilator, proctor };

// Who is asking, as the cookie proved.
struct Caller {
  std::optional<PupilSession> pupil{};
  Exam* exam = nullptr;  // the pupil's
  std::optional<StaffSession> staff{};
};

// The request and the context outlive the handler's coroutine: both are held by the server while it runs.
struct Call {
  Context& context;
  http::Request const& request;
  Caller caller{};
  std::string_view argument{};  // what stands in place of `:name` in the path
};

using Handler = boost::asio::awaitable<http::Response> (*)(Call& call);

struct Route {
  http::Method method;
  std::string_view path;  // the last segment may be `:name`
  Who who;
  Handler handler;
  std::string_view content_type = "application/json";  // of the body, for a write
};

std::span<Route const> routes();

struct RouteMatch {
  Route const* route = nullptr;
  std::string_view argument{};
  bool path_known = false;  // with another method
};
RouteMatch find_route(std::span<Route const> table, http::Method method, std::string_view path);

}  // namespace proktor::api
