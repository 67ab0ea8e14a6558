#pragma once
// What a running page gets beside every answer (docs/protocol.md, "Reply"), and the parts of it that come from the
// attempt: answers, stage. I/O thread.

#include "api/routes.hpp"
#include "core/events.hpp"

#include <string>
#include <string_view>

namespace proktor::api {

// `more`: further members, each with its comma before it.
http::Response events_response(core::EventsReply const& reply, TimeMs now_ms, bool parked, std::string_view more = {});

// Waits until the outcome is durable, then answers with the mark.
boost::asio::awaitable<http::Response> settle(Call& call, Exam& exam, core::EventsOutcome outcome,
                                              std::string_view more = {});

// A refusal with the mark that the session has: what the page sends next follows from it.
boost::asio::awaitable<http::Response> refuse_with_mark(Call& call, Exam& exam, Error error);

// Of the open stage alone, where there are stages.
std::string answers_json(core::Attempt const& attempt);
unsigned current_item(core::Attempt const& attempt);

// STAGE of docs/api.md.
boost::json::object stage_json(core::Attempt const& attempt);

}  // namespace proktor::api
