#pragma once
// Handlers of the staff's pages: accounts, and the proctor's acts and views.

#include "api/routes.hpp"

namespace proktor::api {

boost::asio::awaitable<http::Response> staff_login(Call& call);
boost::asio::awaitable<http::Response> staff_password(Call& call);
boost::asio::awaitable<http::Response> staff_logout(Call& call);
boost::asio::awaitable<http::Response> staff_me(Call& call);

boost::asio::awaitable<http::Response> proctor_overview(Call& call);
boost::asio::awaitable<http::Response> proctor_roster(Call& call);
boost::asio::awaitable<http::Response> proctor_participant(Call& call);
boost::asio::awaitable<http::Response> proctor_board(Call& call);
boost::asio::awaitable<http::Response> proctor_board_stream(Call& call);
boost::asio::awaitable<http::Response> proctor_sync(Call& call);

boost::asio::awaitable<http::Response> sitting_open(Call& call);
boost::asio::awaitable<http::Response> sitting_close(Call& call);
boost::asio::awaitable<http::Response> sitting_attendance(Call& call);
boost::asio::awaitable<http::Response> sitting_token(Call& call);
boost::asio::awaitable<http::Response> sitting_gate(Call& call);
boost::asio::awaitable<http::Response> proctor_approve(Call& call);
boost::asio::awaitable<http::Response> proctor_refuse(Call& call);
boost::asio::awaitable<http::Response> proctor_reset(Call& call);

// One push to every console that looks at a sitting of this kegiatan: rows that changed since the last.
void push_boards(Context& context, Exam& exam);
// Every console gets a tick, so that a silent line shows.
void push_ticks(Context& context, Exam& exam);

}  // namespace proktor::api
