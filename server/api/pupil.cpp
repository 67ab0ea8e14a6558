#include "api/pupil.hpp"

#include "api/replies.hpp"
#include "base/crypto.hpp"
#include "core/login.hpp"

#include <algorithm>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t card_text_bytes_max = 64;

struct FoundCard {
  Exam* exam = nullptr;
  core::Participant const* who = nullptr;
};

// The kegiatan whose sitting is open comes first: a box holds several at once.
FoundCard find_card(Context const& context, std::string const& username) {
  FoundCard found;
  for (auto const& exam : context.exams.all()) {
    auto const* who = exam->state.participant_by_username(username);
    if (who == nullptr) continue;
    if (found.who == nullptr || exam->state.any_sitting_open()) found = {exam.get(), who};
  }
  return found;
}

bool opens(Context const& context, core::Participant const& who, std::string const& password) {
  // A card's password ends with `*`, which is easily missed (DESIGN 7).
  return equal_constant_time(context.statements.card_secret(who.username, password), who.secret) ||
         equal_constant_time(context.statements.card_secret(who.username, password + "*"), who.secret);
}

void set_session_cookie(Call& call, Exam const& exam, core::Session const& session, http::Response& response) {
  set_cookie(response, call.request.tls, pupil_cookie,
             call.context.statements.pupil({exam.id(), session}, call.context.clock.wall_ms()), pupil_session_life_ms);
}

http::Response session_reply(Call& call, Exam const& exam, core::Session const& session) {
  auto response = ok(state_of(call.context, exam, session));
  set_session_cookie(call, exam, session, response);
  return response;
}

// The session of a participant's newest login.
core::Session newest_session(core::State const& state, core::Participant const& who, std::uint64_t term) {
  core::Session session{who.nisn, who.sitting, who.device, {term, who.n}, std::nullopt};
  for (auto const& [key, id] : who.attempts) {
    auto const* attempt = state.attempt(id);
    if (key.first != who.sitting || attempt == nullptr || attempt->finish) continue;
    session.attempt = id;
    session.epoch.term = attempt->epoch.term;
  }
  return session;
}

http::Response waiting_reply(Call& call, Exam const& exam, core::LoginOutcome const& outcome,
                             core::LoginCommand const& command) {
  auto response = http::error_response(Errc::approval_pending);
  WaitingLogin const waiting{exam.id(), command.nisn, outcome.sitting, command.device};
  json::object body{{"error", json::object{{"code", id_of(Errc::approval_pending)},
                                           {"message", sentence_of(Errc::approval_pending)}}},
                    {"digits", outcome.digits},
                    {"wait", call.context.statements.waiting(waiting, call.context.clock.wall_ms())}};
  response.body = json::serialize(body);
  return response;
}

asio::awaitable<http::Response> try_login(Call& call, Exam& exam, core::LoginCommand command) {
  auto& context = call.context;
  if (auto able = context.exams.ready(exam); !able) co_return refuse(able.error());
  auto outcome = core::login(exam.state, command, context.exams.now(exam));
  if (!outcome) co_return refuse(outcome.error());
  bool const waits = outcome->n == 0;
  auto const done = co_await context.exams.commit(exam, outcome->entries);
  if (!done) co_return refuse(done.error());
  if (waits) co_return waiting_reply(call, exam, *outcome, command);
  // Between deciding and the disk another PC may have been let in.
  if (exam.state.participant(command.nisn)->device != command.device) co_return refuse(fail(Errc::epoch_superseded));
  co_return session_reply(call, exam, newest_session(exam.state, *exam.state.participant(command.nisn), 0));
}

std::string draw_digits(Random& random) { return std::to_string(10 + random.below(90)); }

bool staff_was_here(Call const& call) {
  auto const& context = call.context;
  TimeMs const now = context.clock.wall_ms();
  if (context.statements.read_staff(cookie_of(call.request, staff_cookie), now)) return true;
  if (context.statements.open("proktor-seen-1", cookie_of(call.request, staff_seen_cookie))) return true;
  if (call.request.peer.loopback) return false;
  auto const found = context.staff_addresses.find(call.request.peer.address);
  return found != context.staff_addresses.end() && found->second > context.clock.monotonic_ms();
}

}  // namespace

asio::awaitable<http::Response> get_info(Call& call) {
  auto const& context = call.context;
  json::object out{{"school", ""}, {"event", ""}, {"mark", ""}, {"time_zone", "WIB"}, {"sitting", nullptr},
                   {"participant_noun", "murid"}, {"now", context.clock.wall_ms()}, {"version", PROKTOR_VERSION}};
  for (auto const& exam : context.exams.all()) {
    auto const& info = exam->state.info();
    out["event"] = info.title;
    out["mark"] = info.mark;
    out["time_zone"] = info.time_zone;
    out["participant_noun"] = info.participant_noun;
    if (!exam->state.schools().empty()) out["school"] = exam->state.schools().begin()->second.name;
    for (auto const& [id, sitting] : exam->state.sittings()) {
      if (sitting.state != core::SittingState::open) continue;
      out["sitting"] = json::object{{"id", id}, {"name", sitting.name}};
      co_return ok(out);
    }
  }
  co_return ok(out);
}

asio::awaitable<http::Response> pupil_login(Call& call) {
  auto& context = call.context;
  core::JsonFields f(call.request.body);
  std::string const username = normalise_card_text(f.text("username"));
  std::string const password = f.text("password");
  std::string const device = f.text("device");
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  if (!unhex16(device) || username.size() > card_text_bytes_max || password.size() > card_text_bytes_max) {
    co_return refuse(fail(Errc::bad_field));
  }
  if (staff_was_here(call)) co_return refuse(fail(Errc::staff_browser));

  DurationMs const now_ms = context.clock.monotonic_ms();
  auto const found = find_card(context, username);
  // A reset vouches for the next PC of this card, so the proctor can always let one in.
  bool const known = found.who != nullptr && (found.exam->state.known_device(device) || found.who->reset_granted);
  if (auto const wait_ms = context.guard.wait_ms(username, device, known, now_ms); wait_ms > 0) {
    auto response = refuse(fail(Errc::login_slow_down));
    std::erase_if(response.headers, [](auto const& field) { return field.first == "Retry-After"; });
    response.headers.emplace_back("Retry-After", std::to_string((wait_ms + 999) / 1000));
    co_return response;
  }
  if (found.who == nullptr || !opens(context, *found.who, password)) {
    context.guard.failed(username, device, call.request.peer.address, known, now_ms);
    co_return refuse(fail(Errc::login_wrong));
  }
  core::LoginCommand const command{found.who->nisn, device, call.request.peer.address, draw_digits(context.random)};
  co_return co_await try_login(call, *found.exam, command);
}

asio::awaitable<http::Response> pupil_login_wait(Call& call) {
  auto& context = call.context;
  core::JsonFields f(call.request.body);
  auto const waiting = context.statements.read_waiting(f.text("wait"), context.clock.wall_ms());
  if (!f.ok() || !waiting) co_return refuse(fail(Errc::bad_field, "wait"));
  auto* exam = context.exams.find(waiting->event);
  auto const* who = exam == nullptr ? nullptr : exam->state.participant(waiting->participant);
  if (who == nullptr) co_return refuse(fail(Errc::not_logged_in));
  bool const approved = who->device == waiting->device && who->sitting == waiting->sitting && !who->pending;
  if (approved && !who->logged_out) {
    co_return session_reply(call, *exam, newest_session(exam->state, *who, 0));
  }
  auto const muted = who->muted_devices_until_x_ms.find(waiting->device);
  if (muted != who->muted_devices_until_x_ms.end() && muted->second > context.exams.now(*exam).x_ms) {
    co_return refuse(fail(Errc::approval_refused));
  }
  core::LoginCommand const command{who->nisn, waiting->device, call.request.peer.address,
                                   draw_digits(context.random)};
  co_return co_await try_login(call, *exam, command);
}

asio::awaitable<http::Response> pupil_state(Call& call) {
  auto const& session = call.caller.pupil->session;
  if (auto live = core::check_session(call.caller.exam->state, session); !live) co_return refuse(live.error());
  co_return ok(state_of(call.context, *call.caller.exam, session));
}

asio::awaitable<http::Response> pupil_token(Call& call) {
  auto& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  core::JsonFields f(call.request.body);
  std::string const token = normalise_card_text(f.text("token"));
  if (!f.ok() || token.size() > card_text_bytes_max) co_return refuse(fail(Errc::bad_field, "token"));
  if (auto able = call.context.exams.ready(exam); !able) co_return refuse(able.error());
  auto entries = core::accept_token(exam.state, session, token, call.context.exams.now(exam));
  if (!entries) co_return refuse(entries.error());
  auto const done = co_await call.context.exams.commit(exam, std::move(*entries));
  if (!done) co_return refuse(done.error());
  co_return ok(state_of(call.context, exam, session));
}

asio::awaitable<http::Response> pupil_logout(Call& call) {
  auto& exam = *call.caller.exam;
  auto entries = core::logout(exam.state, call.caller.pupil->session, call.context.exams.now(exam));
  auto const done = co_await call.context.exams.commit(exam, std::move(entries));
  if (!done) co_return refuse(done.error());
  auto response = ok();
  set_cookie(response, call.request.tls, pupil_cookie, "", 0);
  co_return response;
}

asio::awaitable<http::Response> pupil_resume(Call& call) {
  auto& context = call.context;
  core::JsonFields f(call.request.body);
  auto const ticket = context.statements.read_ticket(f.text("ticket"), pupil_expiry_now_ms(context));
  auto* exam = ticket ? context.exams.find(ticket->event) : nullptr;
  if (!f.ok() || exam == nullptr) co_return refuse(fail(Errc::ticket_invalid));
  auto entries = core::resume(exam->state, ticket->ticket, context.statements.delivery_seed(ticket->ticket.attempt),
                              context.exams.now(*exam));
  auto const& t = ticket->ticket;
  core::Session const session{t.participant, t.sitting, t.device, t.epoch, t.attempt};
  if (!entries) {
    // What this PC still holds may be handed over under the old session, and no more than that.
    auto response = refuse(entries.error());
    if (entries.error() == Errc::epoch_superseded || entries.error() == Errc::not_logged_in) {
      set_session_cookie(call, *exam, session, response);
    }
    co_return response;
  }
  auto const done = co_await context.exams.commit(*exam, std::move(*entries));
  if (!done) co_return refuse(done.error());
  co_return session_reply(call, *exam, session);
}

}  // namespace proktor::api
