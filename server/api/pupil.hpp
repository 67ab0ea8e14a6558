#pragma once
// Handlers of a pupil's way in: login, waiting, state, token, resume, logout.

#include "api/routes.hpp"

#include <boost/json.hpp>

namespace proktor::api {

boost::asio::awaitable<http::Response> get_info(Call& call);
boost::asio::awaitable<http::Response> pupil_login(Call& call);
boost::asio::awaitable<http::Response> pupil_login_wait(Call& call);
boost::asio::awaitable<http::Response> pupil_state(Call& call);
boost::asio::awaitable<http::Response> pupil_token(Call& call);
boost::asio::awaitable<http::Response> pupil_logout(Call& call);
boost::asio::awaitable<http::Response> pupil_resume(Call& call);

// STATE of docs/api.md for a session.
boost::json::object state_of(Context const& context, Exam const& exam, core::Session const& session);

}  // namespace proktor::api
