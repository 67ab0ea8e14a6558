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

boost::json::array words_of(std::string_view text) {
  boost::json::array words;
  for (std::size_t begin = 0; begin < text.size();) {
    auto const end = std::min(text.find(' ', begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

}  // namespace proktor::api
