#include "api/page_reply.hpp"

#include "api/replies.hpp"
#include "core/stages.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace proktor::api {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

std::string reply_fields(core::EventsReply const& reply, TimeMs now_ms, bool parked) {
  std::string_view const commands = reply.superseded ? R"([{"kind":"superseded"}])"
                                    : reply.closed   ? R"([{"kind":"closed"}])"
                                    : parked         ? R"([{"kind":"parked"}])"
                                                     : "[]";
  return fmt::format(R"("hwm":{},"head":"{}","level":1,"now":{},"remaining_ms":{},"state":"{}","commands":{})", reply.hwm,
                     hex(reply.head), now_ms, reply.remaining_ms, reply.state, commands);
}

}  // namespace

http::Response events_response(core::EventsReply const& reply, TimeMs now_ms, bool parked, std::string_view more) {
  if (!reply.error) return http::json_response(fmt::format("{{{}{}}}", reply_fields(reply, now_ms, parked), more));
  auto response = http::error_response(reply.error->code);
  json::object const error{{"code", id_of(reply.error->code)}, {"message", sentence_of(reply.error->code)}};
  response.body = fmt::format(R"({{"error":{},{}}})", json::serialize(error), reply_fields(reply, now_ms, parked));
  return response;
}

asio::awaitable<http::Response> settle(Call& call, Exam& exam, core::EventsOutcome outcome, std::string_view more) {
  // Also with nothing new: the mark in the reply may rest on entries that are still on their way to the disk.
  auto const done = co_await call.context.exams.append_applied(exam, std::move(outcome.entries));
  if (!done) co_return refuse(done.error());
  if (outcome.reply.error && *outcome.reply.error == Errc::event_conflict) {
    call.context.alarms.raise(Alarm::conflicting_bytes, exam.id());
  }
  co_return events_response(outcome.reply, call.context.clock.wall_ms(), call.context.parked, more);
}

asio::awaitable<http::Response> refuse_with_mark(Call& call, Exam& exam, Error error) {
  core::EventsOutcome outcome = core::take_contact(exam.state, call.caller.pupil->session, std::nullopt,
                                                   call.context.exams.now(exam));
  outcome.reply.error = std::move(error);
  co_return co_await settle(call, exam, std::move(outcome));
}

std::string answers_json(core::Attempt const& attempt) {
  std::string out = "{";
  for (auto const& [item, answer] : attempt.answers) {
    if (answer.value.empty() && !answer.flagged) continue;
    if (item < core::first_open_item(attempt)) continue;
    if (out.size() > 1) out.push_back(',');
    fmt::format_to(std::back_inserter(out), R"("i{}":{{)", item);
    if (!answer.value.empty()) out.append("\"value\":").append(answer.value).append(",");
    out.append(answer.flagged ? "\"flag\":true}" : "\"flag\":false}");
  }
  out.push_back('}');
  return out;
}

unsigned current_item(core::Attempt const& attempt) {
  return attempt.current_item < core::first_open_item(attempt) ? 0 : attempt.current_item;
}

json::object stage_json(core::Attempt const& attempt) {
  json::object stage{{"number", attempt.stages.size()}, {"items_before", attempt.stages.back().first - 1}};
  if (attempt.stages.back().what.last) stage["last"] = true;
  if (core::route_is_over(attempt)) stage["ended"] = true;
  return stage;
}

}  // namespace proktor::api
