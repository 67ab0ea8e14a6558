#include "page.hpp"

#include <fmt/format.h>

namespace proktor::sim {

namespace json = boost::json;

namespace {

constexpr DurationMs request_deadline_ms = 8'000;
constexpr DurationMs look_every_ms = 4'000;
constexpr DurationMs approval_every_ms = 2'000;
constexpr std::size_t handover_lines = 100;

}  // namespace

void Page::send(WebRequest request, Heard heard) {
  for (auto const& cookie : pc_.cookies) request.cookies.push_back(cookie);
  auto const take = [self = shared_from_this(), heard = std::move(heard)](WebReply reply) {
    // The browser takes cookies even when the page is gone already.
    for (auto const& [name, value] : reply.cookies) {
      if (value.empty()) self->pc_.cookies.erase(name);
      else self->pc_.cookies[name] = value;
    }
    self->world_.say(fmt::format("pc {} hears {} {} {}", self->pc_.place, reply.status, reply.code,
                                 reply.number("hwm").value_or(-1)));
    if (!self->gone_) heard(std::move(reply));
  };
  network_.send(pc_.place, request, request_deadline_ms, take);
}

void Page::post(std::string target, std::string body, Heard heard, std::string type) {
  send({http::Method::post, std::move(target), std::move(body), std::move(type), {}}, std::move(heard));
}

void Page::get(std::string target, Heard heard) {
  send({http::Method::get, std::move(target), {}, "application/json", {}}, std::move(heard));
}

void Page::later(DurationMs delay_ms, void (Page::*what)()) {
  world_.after(delay_ms, [self = shared_from_this(), what] {
    if (!self->gone_) ((*self).*what)();
  });
}

void Page::open() {
  get("/api/pupil/state", [this](WebReply const& reply) {
    if (reply.ok()) return enter(reply);
    if (reply.status == 0 || reply.status >= 500) return later(world_.between(500, 3'000), &Page::open);
    Record* newest = nullptr;
    for (auto& [where, record] : pc_.records) {
      if (!record.closed && record.participant == nisn_of(pupil_)) newest = &record;
    }
    if (newest == nullptr) return to_login();
    post("/api/pupil/resume", json::serialize(json::object{{"ticket", newest->ticket}}), [this, newest](WebReply const& resumed) {
      if (resumed.ok()) {
        world_.reach(Rare::ticket_resumed);
        return enter(resumed);
      }
      if (resumed.status == 0 || resumed.status >= 500) return later(world_.between(500, 3'000), &Page::open);
      newest->closed = true;
      to_login();
    });
  });
}

void Page::to_login() {
  at_ = At::login;
  later(world_.between(200, 2'000), &Page::login);
}

void Page::login() {
  std::vector<Record*> left;
  for (auto& [where, record] : pc_.records) {
    if (record.hwm < record.seq) left.push_back(&record);
  }
  hand_over(std::move(left), [this] {
    auto const body = json::object{{"username", username_of(pupil_)}, {"password", password_of(pupil_)}, {"device", pc_.device}};
    post("/api/pupil/login", json::serialize(body), [this](WebReply const& reply) { after_login(reply); });
  });
}

void Page::after_login(WebReply const& reply) {
  if (reply.ok()) {
    room_.digits.erase(nisn_of(pupil_));
    return enter(reply);
  }
  if (reply.code == "approval_pending") {
    at_ = At::waiting;
    wait_ = reply.text("wait");
    room_.digits[nisn_of(pupil_)] = reply.text("digits");
    return later(approval_every_ms, &Page::ask_again);
  }
  if (reply.code == "attempt_finished") {
    at_ = At::done;
    return;
  }
  at_ = At::login;
  later(world_.between(1'000, 8'000), &Page::login);
}

void Page::ask_again() {
  post("/api/pupil/login/wait", json::serialize(json::object{{"wait", wait_}}), [this](WebReply const& reply) {
    if (reply.status == 0 || reply.status >= 500) return later(approval_every_ms, &Page::ask_again);
    if (reply.ok()) world_.reach(Rare::takeover);
    after_login(reply);
  });
}

// Leftovers of an earlier pupil or epoch go to the box before anyone logs in here.
void Page::hand_over(std::vector<Record*> left, std::function<void()> then) {
  if (left.empty()) return then();
  Record* const record = left.back();
  left.pop_back();
  auto const next = [this, left, then] { hand_over(left, then); };
  post("/api/pupil/resume", json::serialize(json::object{{"ticket", record->ticket}}), [this, record, next](WebReply const& reply) {
    if (!reply.ok() && reply.status != 410 && reply.code != "not_logged_in") return next();
    hand_over_lines(record, [this, next] { post("/api/pupil/logout", "{}", [next](WebReply const&) { next(); }); });
  });
}

void Page::hand_over_lines(Record* record, std::function<void()> then) {
  std::string body;
  std::size_t count = 0;
  for (auto const& event : record->events) {
    if (event.seq > record->hwm && count++ < handover_lines) body += event.line + "\n";
  }
  auto const target = fmt::format("/api/attempt/events?t={}", record->last_t);
  post(target, body, [this, record, then](WebReply const& reply) {
    auto const hwm = static_cast<std::uint64_t>(reply.number("hwm").value_or(0));
    auto const* own = head_at(*record, hwm);
    if (hwm <= record->hwm || own == nullptr || hex(*own) != reply.text("head")) return then();
    world_.reach(Rare::quarantine_handed_over);
    record->hwm = hwm;
    for (auto const& event : record->events) {
      if (event.seq <= record->hwm) oracle_.line({record->attempt, record->epoch}, event.seq, event.line);
    }
    if (record->hwm < record->seq && (reply.ok() || reply.status == 410)) return hand_over_lines(record, then);
    then();
  }, "application/x-ndjson");
}

void Page::enter(WebReply const& state) { enter_state(state.body); }

void Page::enter_state(json::object const& state) {
  at_ = At::entering;
  record_ = nullptr;
  auto const* n = state.if_contains("n");
  auto const* tests = state.if_contains("tests");
  if (n == nullptr || tests == nullptr || state.if_contains("token") == nullptr) return to_login();
  auto& told = oracle_.logins[nisn_of(pupil_)];
  told = std::max(told, n->to_number<std::uint64_t>());
  if (state.at("token").as_string() == "needed") return send_token();
  oracle_.tokens_accepted.insert(nisn_of(pupil_));
  for (auto const& test : tests->as_array()) {
    auto const where = test.at("state").as_string();
    if (where == "finished") continue;
    if (where == "locked") return later(look_every_ms, &Page::look);
    test_ = test.at("id").as_string();
    return later(world_.between(100, 1'500), &Page::prepare);
  }
  at_ = At::done;
}

void Page::look() {
  get("/api/pupil/state", [this](WebReply const& reply) {
    if (reply.ok()) return enter(reply);
    if (reply.status == 401) return to_login();
    if (reply.status == 410) return end(At::locked);
    later(look_every_ms, &Page::look);
  });
}

void Page::send_token() {
  at_ = At::confirm;
  post("/api/pupil/token", json::serialize(json::object{{"token", room_.token}}), [this](WebReply const& reply) {
    if (reply.ok()) return enter(reply);
    if (reply.status == 401) return to_login();
    if (reply.status == 410) return end(At::locked);
    later(world_.between(2'000, 15'000), &Page::send_token);
  });
}

void Page::prepare() {
  post("/api/attempt/prepare", json::serialize(json::object{{"test", test_}}), [this](WebReply const& reply) {
    if (reply.ok()) {
      if (auto const id = unhex16(reply.text("attempt"))) oracle_.attempts[*id] = nisn_of(pupil_);
      join(reply, false);
      return begin();
    }
    if (reply.status == 401) return to_login();
    if (reply.status == 410) return end(At::locked);
    later(world_.between(500, 4'000), &Page::look);
  });
}

}  // namespace proktor::sim
