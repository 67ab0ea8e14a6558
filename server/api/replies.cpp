#include "api/replies.hpp"

namespace proktor::api {

http::Response ok(boost::json::object const& body) { return http::json_response(boost::json::serialize(body)); }
http::Response ok() { return http::json_response("{}"); }

http::Response refuse(Error const& error) { return http::error_response(error.code); }

void set_cookie(http::Response& response, bool tls, std::string_view name, std::string_view value,
                DurationMs life_ms) {
  std::string text = tls ? "__Host-" : "";
  text.append(name).append("=").append(value);
  text.append("; Path=/; HttpOnly; SameSite=Strict; Max-Age=").append(std::to_string(life_ms / 1000));
  if (tls) text.append("; Secure");
  response.headers.emplace_back("Set-Cookie", std::move(text));
}

std::string_view cookie_of(http::RequestHead const& request, std::string_view name) {
  if (!request.tls) return request.cookie(name);
  return request.cookie("__Host-" + std::string(name));
}

}  // namespace proktor::api
