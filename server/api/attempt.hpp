#pragma once
// Handlers of a test being taken: assets, items, start, events, heartbeat, stage, finish.

#include "api/routes.hpp"

namespace proktor::api {

boost::asio::awaitable<http::Response> attempt_assets(Call& call);
boost::asio::awaitable<http::Response> attempt_prepare(Call& call);
boost::asio::awaitable<http::Response> attempt_start(Call& call);
boost::asio::awaitable<http::Response> attempt_events(Call& call);
boost::asio::awaitable<http::Response> attempt_heartbeat(Call& call);
boost::asio::awaitable<http::Response> attempt_stage(Call& call);
boost::asio::awaitable<http::Response> attempt_finish(Call& call);
boost::asio::awaitable<http::Response> get_asset(Call& call);

}  // namespace proktor::api
