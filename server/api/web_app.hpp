#pragma once
// The application behind the web port: pages and the routes of routes.hpp, with the guards that stand before every
// handler: host, origin, content type, size, session and role. I/O thread.

#include "api/routes.hpp"
#include "http/server.hpp"
#include "http/static.hpp"

namespace proktor::api {

class WebApp final : public http::Application {
 public:
  // Both must outlive it.
  WebApp(Context& context, http::StaticAssets const& pages) : context_(context), pages_(pages) {}

  http::HeadDecision inspect(http::RequestHead const& head) override;
  boost::asio::awaitable<http::Response> handle(http::Request request) override;

 private:
  bool known_host(http::RequestHead const& head) const;
  std::size_t body_limit(Route const& route, bool session) const;
  std::optional<Error> identify(Call& call, Who who) const;

  Context& context_;
  http::StaticAssets const& pages_;
};

}  // namespace proktor::api
