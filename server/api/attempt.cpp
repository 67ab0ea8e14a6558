#include "api/attempt.hpp"

#include "api/pupil.hpp"
#include "api/replies.hpp"
#include "core/attempt.hpp"
#include "core/time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::string_view private_forever = "private, max-age=31536000, immutable";

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

// The reply that every request of a running page gets (docs/protocol.md, "Reply").
std::string reply_fields(core::EventsReply const& reply, TimeMs now_ms) {
  std::string_view const commands = reply.superseded ? R"([{"kind":"superseded"}])"
                                    : reply.closed   ? R"([{"kind":"closed"}])"
                                                     : "[]";
  return fmt::format(R"("hwm":{},"head":"{}","level":1,"now":{},"remaining_ms":{},"state":"{}","commands":{})", reply.hwm,
                     hex(reply.head), now_ms, reply.remaining_ms, reply.state, commands);
}

http::Response events_response(core::EventsReply const& reply, TimeMs now_ms) {
  if (!reply.error) return http::json_response("{" + reply_fields(reply, now_ms) + "}");
  auto response = http::error_response(reply.error->code);
  json::object const error{{"code", id_of(reply.error->code)}, {"message", sentence_of(reply.error->code)}};
  response.body = fmt::format(R"({{"error":{},{}}})", json::serialize(error), reply_fields(reply, now_ms));
  return response;
}

asio::awaitable<http::Response> settle(Call& call, Exam& exam, core::EventsOutcome outcome) {
  // Also with nothing new: the mark in the reply may rest on entries that are still on their way to the disk.
  auto const done = co_await call.context.exams.append_applied(exam, std::move(outcome.entries));
  if (!done) co_return refuse(done.error());
  co_return events_response(outcome.reply, call.context.clock.wall_ms());
}

// The package a ready or running test of the session's sitting is delivered from.
std::shared_ptr<qti::Package const> package_of(Call const& call, std::string_view test, Errc& why) {
  auto const& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  auto const* who = exam.state.participant(session.participant);
  auto const* sitting = exam.state.sitting(session.sitting);
  why = Errc::not_found;
  if (who == nullptr || sitting == nullptr) return nullptr;
  why = Errc::token_required;
  if (!who->token_accepted.contains(sitting->id)) return nullptr;
  why = Errc::test_locked;
  for (std::size_t i = 0; i < sitting->tests.size(); ++i) {
    if (sitting->tests[i].test != test) continue;
    auto const where = core::test_state(exam.state, *who, *sitting, i, call.context.exams.now(exam));
    if (where != core::TestState::ready && where != core::TestState::running) return nullptr;
    auto const found = exam.packages.find(exam.state.test(test)->package);
    return found == exam.packages.end() ? nullptr : found->second;
  }
  return nullptr;
}

std::string answers_json(core::Attempt const& attempt) {
  std::string out = "{";
  for (auto const& [item, answer] : attempt.answers) {
    if (answer.value.empty() && !answer.flagged) continue;
    if (out.size() > 1) out.push_back(',');
    fmt::format_to(std::back_inserter(out), R"("i{}":{{)", item);
    if (!answer.value.empty()) out.append("\"value\":").append(answer.value).append(",");
    out.append(answer.flagged ? "\"flag\":true}" : "\"flag\":false}");
  }
  out.push_back('}');
  return out;
}

std::string watermark(core::State const& state, core::Participant const& who) {
  auto const room = state.rooms().find(who.room);
  return fmt::format("{} · {} · {} · Kursi {}", state.info().mark, who.username,
                     room == state.rooms().end() ? who.room : room->second.name, who.seat);
}

asio::awaitable<Result<std::string>> delivery(Call& call, std::shared_ptr<qti::Package const> package,
                                              core::Test const& test, std::string mark, std::uint64_t seed) {
  qti::TestHeader header{test.title, std::move(mark), test.instrument, static_cast<std::uint64_t>(test.duration_ms)};
  std::function<Result<std::string>()> work = [package, header, id = test.qti_test, seed]() -> Result<std::string> {
    auto view = qti::instantiate(package->entries, id, header, seed);
    if (!view) return view.error();
    return std::move(view->test);
  };
  co_return co_await run_on_pool<Result<std::string>>(call.context.pool, call.context.executor, std::move(work));
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
                    {"submitted", attempt.submitted}, {"current", attempt.current_item},
                    {"remaining_ms", core::remaining_ms(attempt, now.x_ms)}, {"now", now.wall_ms},
                    {"watermark", watermark(exam.state, *exam.state.participant(attempt.participant))}};
  std::string body = json::serialize(head);
  body.pop_back();
  body.append(",\"answers\":").append(answers_json(attempt)).append(",\"test\":").append(test).append("}");
  auto response = http::json_response(std::move(body));
  set_cookie(response, call.request.tls, pupil_cookie, call.context.statements.pupil({exam.id(), session}, now.wall_ms),
             pupil_session_life_ms);
  return response;
}

}  // namespace

asio::awaitable<http::Response> attempt_assets(Call& call) {
  auto const& session = call.caller.pupil->session;
  if (auto live = core::check_session(call.caller.exam->state, session); !live) co_return refuse(live.error());
  Errc why{};
  auto const package = package_of(call, call.request.query_value("test"), why);
  if (!package) co_return refuse(fail(why));
  json::array assets;
  auto const& qti_test = call.caller.exam->state.test(call.request.query_value("test"))->qti_test;
  for (auto const& sha256 : package->test(qti_test)->assets) {
    auto const& asset = package->assets.find(sha256)->second;
    assets.push_back(json::object{{"path", "/api/asset/" + sha256}, {"type", asset.type},
                                  {"bytes", asset.bytes->size()}});
  }
  co_return ok({{"assets", std::move(assets)}});
}

asio::awaitable<http::Response> attempt_prepare(Call& call) {
  auto& context = call.context;
  auto& exam = *call.caller.exam;
  auto session = call.caller.pupil->session;
  core::JsonFields f(call.request.body);
  std::string const test = f.text("test");
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  if (auto able = context.exams.ready(exam); !able) co_return refuse(able.error());
  auto const new_id = context.random.bytes16();
  auto outcome = core::prepare(exam.state, session, test, new_id, context.statements.delivery_seed(new_id),
                               context.exams.now(exam));
  if (!outcome) co_return refuse(outcome.error());
  Errc why{};
  auto const package = package_of(call, test, why);
  if (!package) co_return refuse(fail(Errc::package_invalid));
  auto const done = co_await context.exams.commit(exam, std::move(outcome->entries));
  if (!done) co_return refuse(done.error());

  // Between deciding and the disk a later login may have taken the attempt over.
  auto const* attempt = exam.state.attempt(outcome->attempt);
  if (attempt == nullptr || attempt->epoch.n != session.epoch.n) co_return refuse(fail(Errc::epoch_superseded));
  session.attempt = attempt->id;
  session.epoch = attempt->epoch;
  auto view = co_await delivery(call, package, *exam.state.test(test), exam.state.info().mark, attempt->seed);
  if (!view) co_return refuse(fail(Errc::package_invalid, view.error().detail));
  attempt = exam.state.attempt(outcome->attempt);
  if (attempt == nullptr || attempt->epoch != session.epoch) co_return refuse(fail(Errc::epoch_superseded));
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
  auto const outcome = core::take_heartbeat(exam.state, call.caller.pupil->session, t, now);
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
  if (!entries) {
    core::EventsOutcome outcome =
        core::take_heartbeat(exam.state, session, std::nullopt, call.context.exams.now(exam));
    outcome.reply.error = entries.error();
    co_return co_await settle(call, exam, std::move(outcome));
  }
  auto const done = co_await call.context.exams.commit(exam, std::move(*entries));
  if (!done) co_return refuse(done.error());
  auto const* attempt = exam.state.attempt(*session.attempt);
  co_return ok({{"code", attempt->finish->code}, {"answered", attempt->finish->answered}, {"items", attempt->items},
                {"state", state_of(call.context, exam, session)}});
}

asio::awaitable<http::Response> get_asset(Call& call) {
  auto const& session = call.caller.pupil->session;
  auto const& exam = *call.caller.exam;
  auto const* sitting = exam.state.sitting(session.sitting);
  if (auto live = core::check_session(exam.state, session); !live) co_return refuse(live.error());
  for (auto const& test : sitting == nullptr ? std::vector<core::SittingTest>{} : sitting->tests) {
    Errc why{};
    auto const package = package_of(call, test.test, why);
    if (!package || !package->test(exam.state.test(test.test)->qti_test)->assets.contains(call.argument)) continue;
    auto const found = package->assets.find(call.argument);
    http::Response response;
    response.content_type = found->second.type;
    response.headers.emplace_back("Cache-Control", private_forever);
    if (found->second.type == "image/svg+xml") {
      response.headers.emplace_back("Content-Security-Policy", "sandbox; default-src 'none'");
    }
    response.body = found->second.bytes;
    co_return response;
  }
  co_return refuse(fail(Errc::not_found));
}

}  // namespace proktor::api
