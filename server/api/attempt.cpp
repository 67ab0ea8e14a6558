#include "api/attempt.hpp"

#include "api/delivery.hpp"
#include "api/page_reply.hpp"
#include "api/pupil.hpp"
#include "api/replies.hpp"
#include "core/attempt.hpp"
#include "core/route.hpp"
#include "core/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

std::optional<DurationMs> query_t(http::Request const& request) {
  auto const text = request.query_value("t");
  std::int64_t t = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), t);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || t < 0) return std::nullopt;
  return t;
}

DurationMs page_time(core::JsonFields& fields) {
  auto const t = fields.natural("t");
  if (t > core::seq_max) fields.refuse("t");
  return static_cast<DurationMs>(std::min(t, core::seq_max));
}

std::string watermark(core::State const& state, core::Participant const& who) {
  auto const room = state.rooms().find(who.room);
  return fmt::format("{} · {} · {} · Kursi {}", state.info().mark, who.username,
                     room == state.rooms().end() ? who.room : room->second.name, who.seat);
}

http::Response prepare_response(Call& call, Exam const& exam, core::Attempt const& attempt,
                                core::Session const& session, std::string const& test) {
  auto const now = call.context.exams.now(exam);
  auto const& mark = attempt.marks.at(session.epoch);
  EventTicket const ticket{exam.id(),
                           {attempt.id, session.epoch, attempt.parent, attempt.participant, attempt.sitting,
                            attempt.test, session.device}};
  json::object head{{"attempt", hex(attempt.id)}, {"term", session.epoch.term}, {"n", session.epoch.n},
                    {"parent", hex(attempt.parent)},
                    {"ticket", call.context.statements.ticket(ticket, now.wall_ms)},
                    {"hwm", mark.hwm}, {"head", hex(mark.head)}, {"started", attempt.started_x_ms.has_value()},
                    {"submitted", attempt.submitted}, {"current", current_item(attempt)},
                    {"remaining_ms", core::remaining_ms(attempt, now.x_ms)},
                    {"silent_ms", std::max<DurationMs>(0, now.x_ms - attempt.heard_x_ms)}, {"now", now.wall_ms},
                    {"watermark", watermark(exam.state, *exam.state.participant(attempt.participant))}};
  if (!attempt.stages.empty()) head["stage"] = stage_json(attempt);
  std::string body = json::serialize(head);
  body.pop_back();
  body.append(",\"answers\":").append(answers_json(attempt)).append(",\"test\":").append(test).append("}");
  auto response = http::json_response(std::move(body));
  set_cookie(response, call.request.tls, pupil_cookie, call.context.statements.pupil({exam.id(), session}, now.wall_ms),
             pupil_session_life_ms);
  return response;
}

// The first stage, where the test has stages and the attempt none yet. `seed`: of an attempt that is new.
Result<std::optional<core::StagePart>> first_stage_of(Call const& call, qti::Package const* package,
                                                      std::string_view test, std::uint64_t seed) {
  auto const& state = call.caller.exam->state;
  auto const& session = call.caller.pupil->session;
  using Stage = std::optional<core::StagePart>;
  if (package == nullptr || !core::in_stages(*package, state.test(test)->qti_test)) return Stage();
  auto const* attempt = state.attempt_of(*state.participant(session.participant), session.sitting, test);
  if (attempt != nullptr && !attempt->stages.empty()) return Stage();
  auto part = core::first_part(*package, state.test(test)->qti_test, attempt == nullptr ? seed : attempt->seed);
  if (!part) return part.error();
  return Stage(std::move(*part));
}

}  // namespace

asio::awaitable<http::Response> attempt_prepare(Call& call) {
  auto& context = call.context;
  auto& exam = *call.caller.exam;
  auto session = call.caller.pupil->session;
  core::JsonFields f(call.request.body);
  std::string const test = f.text("test");
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  if (auto able = context.exams.ready(exam); !able) co_return refuse(able.error());
  Errc why{};
  auto const package = package_of(call, test, why);
  auto const new_id = context.random.bytes16();
  auto const seed = context.statements.delivery_seed(new_id);
  auto first = first_stage_of(call, package.get(), test, seed);
  if (!first) co_return refuse(first.error());
  auto outcome = core::prepare(exam.state, session, test, new_id, seed, context.exams.now(exam), *first);
  if (!outcome) co_return refuse(outcome.error());
  if (!package) co_return refuse(fail(Errc::package_invalid));
  auto const done = co_await context.exams.commit(exam, std::move(outcome->entries));
  if (!done) co_return refuse(done.error());

  // Between deciding and the disk a later login may have taken the attempt over.
  auto const* attempt = exam.state.attempt(outcome->attempt);
  if (attempt == nullptr || attempt->epoch.n != session.epoch.n) co_return refuse(fail(Errc::epoch_superseded));
  session.attempt = attempt->id;
  session.epoch = attempt->epoch;
  auto const stages = attempt->stages.size();
  auto view = co_await deliver(call, package, *attempt);
  if (!view) co_return refuse(view.error());
  attempt = exam.state.attempt(outcome->attempt);
  if (attempt == nullptr || attempt->epoch != session.epoch) co_return refuse(fail(Errc::epoch_superseded));
  // A stage of this page was closed meanwhile: these are not its items any more.
  if (attempt->stages.size() != stages) co_return refuse(fail(Errc::head_mismatch));
  co_return prepare_response(call, exam, *attempt, session, *view);
}

asio::awaitable<http::Response> attempt_start(Call& call) {
  auto& exam = *call.caller.exam;
  core::JsonFields f(call.request.body);
  auto const t = page_time(f);
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  auto const now = call.context.exams.now(exam);
  auto entries = core::start(exam.state, call.caller.pupil->session, t, now);
  if (!entries) co_return refuse(entries.error());
  auto const done = co_await call.context.exams.commit(exam, std::move(*entries));
  if (!done) co_return refuse(done.error());
  auto const outcome = core::take_contact(exam.state, call.caller.pupil->session, t, now);
  call.context.exams.commit_later(exam, outcome.entries);
  co_return ok({{"now", now.wall_ms}, {"remaining_ms", outcome.reply.remaining_ms}});
}

asio::awaitable<http::Response> attempt_events(Call& call) {
  auto& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  if (auto able = call.context.exams.ready(exam); !able) co_return refuse(able.error());
  auto const repeated = core::repeated_lines(exam.state, session, call.request.body);
  if (auto known = look_up_lines(exam, repeated, session.epoch); !known) co_return refuse(known.error());
  auto outcome = core::take_events(exam.state, session, call.request.body, query_t(call.request),
                                   call.context.exams.now(exam), call.context.settings.events);
  co_return co_await settle(call, exam, std::move(outcome));
}

asio::awaitable<http::Response> attempt_heartbeat(Call& call) {
  auto& exam = *call.caller.exam;
  core::JsonFields f(call.request.body);
  auto const t = page_time(f);
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  if (auto able = call.context.exams.ready(exam); !able) co_return refuse(able.error());
  auto outcome = core::take_heartbeat(exam.state, call.caller.pupil->session, t, call.context.exams.now(exam));
  co_return co_await settle(call, exam, std::move(outcome));
}

asio::awaitable<http::Response> attempt_finish(Call& call) {
  auto& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  core::JsonFields f(call.request.body);
  auto const seq = f.natural("seq");
  auto const head = unhex32(f.text("head"));
  if (!f.ok() || !head) co_return refuse(fail(Errc::bad_field, "head"));
  if (auto able = call.context.exams.ready(exam); !able) co_return refuse(able.error());
  auto entries = core::finish(exam.state, session, seq, *head, call.context.exams.now(exam));
  if (!entries) co_return co_await refuse_with_mark(call, exam, entries.error());
  auto const done = co_await call.context.exams.commit(exam, std::move(*entries));
  if (!done) co_return refuse(done.error());
  auto const* attempt = exam.state.attempt(*session.attempt);
  json::object body{{"code", attempt->finish->code}, {"answered", attempt->finish->answered},
                    {"items", attempt->items}};
  auto result = co_await practice_result(call, exam, *attempt, qti::ResultsFor::pupil);
  if (!result.is_null()) body["result"] = std::move(result);
  body["state"] = state_of(call.context, exam, session);
  co_return ok(body);
}

}  // namespace proktor::api
