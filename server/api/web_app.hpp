#pragma once
// The application behind the web port: pages and the routes of routes.hpp, with the guards that stand before every
// handler: host, origin, content type, size, session and role. I/O thread.

#include "api/routes.hpp"
#include "http/server.hpp"
#include "http/static.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace proktor::api {

class WebApp final : public http::Application {
 public:
  // Both must outlive it.
  WebApp(Context& context, http::StaticAssets const& pages) : context_(context), pages_(pages) {}

  http::HeadDecision inspect(http::RequestHead const& head) override;
  boost::asio::awaitable<http::Response> handle(http::Request request) override;

 private:
  // A page sends the same cookie for hours: what its statement says is kept after the first look, under its exact bytes.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::optional<PupilSession> pupil_of(http::RequestHead const& head);

  bool known_host(http::RequestHead const& head) const;
  std::size_t body_limit(Route const& route, bool session) const;
  std::optional<Error> identify(Call& call, Who who);

  Context& context_;
  http::StaticAssets const& pages_;
  std::unordered_map<std::string, PupilSession, TextHash, std::equal_to<>> verified_;
};

}  // namespace proktor::api
