// One request in flight, all that waits in one batch, back-off, heartbeats (client-web/tes/engine/sender.ts, link.ts),
// and what the pupil does.

#include "page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace proktor::sim {

namespace json = boost::json;

namespace {

constexpr DurationMs heartbeat_ms = 10'000;
constexpr DurationMs rejoin_pause_ms = 5'000;
constexpr std::size_t batch_lines = 200;

}  // namespace

void Page::begin() {
  at_ = At::working;
  sender_on_ = true;
  handing_over_ = finish_busy_ = false;
  handed_mark_.reset();
  failures_ = resumed_ = 0;
  not_before_ = 0;
  last_contact_ms_ = world_.now_ms();
  // The page was away since its last sign of life.
  if (started_ && !finishing_ && record_->last_t > 0 && t() - record_->last_t >= 1'000) {
    append("blocked", "", fmt::format(R"({{"from":{},"to":{}}})", record_->last_t, t()));
  }
  plan(0);
}

void Page::plan(DurationMs delay_ms) {
  auto const number = ++plan_number_;
  world_.after(delay_ms, [self = shared_from_this(), number] {
    if (!self->gone_ && self->plan_number_ == number) self->step();
  });
}

void Page::step() {
  if (in_flight_ || !sender_on_ || record_ == nullptr) return;
  if (deadline_ms_ >= 0 && world_.now_ms() >= deadline_ms_ && !finishing_ && !handing_over_) {
    world_.reach(Rare::time_over);
    finishing_ = true;
    append("submit", "", "");
  }
  std::string batch;
  std::size_t count = 0;
  for (auto const& event : record_->events) {
    if (event.seq > record_->hwm && count < batch_lines) batch += event.line + "\n", ++count;
  }
  DurationMs const quiet_ms = heartbeat_ms - (world_.now_ms() - last_contact_ms_);
  if (started_ && count == 0 && (handing_over_ || quiet_ms > 0)) {
    if (!handing_over_) plan(std::min(quiet_ms, std::max<DurationMs>(1, deadline_ms_ - world_.now_ms())));
    return;
  }
  in_flight_ = true;
  bool const starting = !started_;
  auto const heard = [this, starting](WebReply const& reply) {
    in_flight_ = false;
    if (!sender_on_) return;
    if (reply.status == 410) {
      world_.reach(Rare::superseded);
      handing_over_ = true;
    }
    hear(reply);
    if (!sender_on_) return;
    if (!reply.ok()) return failed(reply);
    started_ = true;
    if (starting) oracle_.started.insert(record_->attempt);
    resumed_ = failures_ = 0;
    not_before_ = 0;
    last_contact_ms_ = world_.now_ms();
    plan(0);
  };
  if (starting) post("/api/attempt/start", fmt::format(R"({{"t":{}}})", t()), heard);
  else if (count > 0) post(fmt::format("/api/attempt/events?t={}", t()), batch, heard, "application/x-ndjson");
  else post("/api/attempt/heartbeat", fmt::format(R"({{"t":{}}})", t()), heard);
}

void Page::hear(WebReply const& reply) {
  if (auto const left = reply.number("remaining_ms")) deadline_ms_ = world_.now_ms() + *left;
  if (auto const said = reply.number("hwm")) {
    auto const hwm = static_cast<std::uint64_t>(*said);
    auto const* own = head_at(*record_, hwm);
    bool const same = own != nullptr && hex(*own) == reply.text("head");
    // The mark tells what is durable only of a chain that is ours.
    if (same) {
      for (auto const& event : record_->events) {
        if (event.seq <= hwm) oracle_.line({record_->attempt, record_->epoch}, event.seq, event.line);
      }
    }
    bool const back = hwm < record_->hwm;
    if (back && !handing_over_) world_.reach(Rare::mark_went_back);
    if (handing_over_) record_->hwm = same ? std::max(hwm, record_->hwm) : record_->hwm;
    else record_->hwm = same ? hwm : 0;
    if (!handing_over_ && !same) return rejoin();
    if (!handing_over_) finish_when_sent();
  }
  if (handing_over_) return;
  auto const state = reply.text("state");
  if (state == "finished" && finishing_) finish_when_sent();
  else if (state == "finished") end(At::done);
  else if (state == "closed") end(At::done);
}

void Page::failed(WebReply const& reply) {
  auto const pause = [this](DurationMs ms) {
    not_before_ = world_.now_ms() + ms;
    plan(ms);
  };
  if (reply.code == "event_gap") {
    world_.reach(Rare::event_gap);
    if (record_->hwm >= record_->base_seq) return pause(backoff());
    return rejoin();
  }
  if (reply.code == "event_conflict" || reply.code == "bad_event_line") return rejoin();
  if (reply.code == "attempt_finished") return finishing_ ? finish_when_sent() : end(At::done);
  if (reply.code == "sitting_closed") return end(At::done);
  if (reply.code == "quota") {
    world_.reach(Rare::quota);
    return pause(reply.retry_after_ms.value_or(5'000));
  }
  if (reply.code == "attempt_unknown" || reply.status == 401) return resume();
  if (reply.status == 410) {
    if (handed_mark_ == record_->hwm) return end(At::locked);
    handed_mark_ = record_->hwm;
    return plan(0);
  }
  if (reply.code == "queue_full") world_.reach(Rare::queue_full);
  if (reply.code == "storage_full") world_.reach(Rare::storage_full);
  pause(std::max(reply.retry_after_ms.value_or(0), backoff()));
}

void Page::resume() {
  in_flight_ = true;
  post("/api/pupil/resume", json::serialize(json::object{{"ticket", record_->ticket}}), [this](WebReply const& reply) {
    in_flight_ = false;
    if (!sender_on_) return;
    ++resumed_;
    if (reply.status == 410) return end(At::locked);
    if (reply.ok() ? resumed_ >= 3 : reply.status == 401 || reply.status == 403) {
      end(At::locked);
      return to_login();
    }
    if (reply.ok()) {
      world_.reach(Rare::ticket_resumed);
      return plan(0);
    }
    plan(std::max(reply.retry_after_ms.value_or(0), backoff()));
  });
}

void Page::rejoin() {
  sender_on_ = false;
  world_.reach(Rare::rejoined);
  later(std::max<DurationMs>(0, last_rejoin_ms_ + rejoin_pause_ms - world_.now_ms()), &Page::rejoin_now);
}

void Page::rejoin_now() {
  if (at_ != At::working) return;
  last_rejoin_ms_ = world_.now_ms();
  post("/api/attempt/prepare", json::serialize(json::object{{"test", record_->test}}), [this](WebReply const& reply) {
    if (at_ != At::working) return;
    if (reply.ok()) {
      join(reply, true);
      sender_on_ = true;
      return plan(0);
    }
    if (reply.status == 410) return end(At::locked);
    if (reply.code == "attempt_finished") return end(At::done);
    if (reply.status == 401) {
      return post("/api/pupil/resume", json::serialize(json::object{{"ticket", record_->ticket}}), [this](WebReply const& resumed) {
        if (resumed.ok() || resumed.status == 0 || resumed.status >= 500) return rejoin();
        end(At::locked);
        to_login();
      });
    }
    rejoin();
  });
}

void Page::finish_when_sent() {
  if (at_ != At::working || !finishing_ || finish_busy_ || !record_->submit_seq || record_->hwm < *record_->submit_seq) return;
  finish_busy_ = true;
  auto const body = json::object{{"seq", record_->seq}, {"head", hex(record_->head)}};
  post("/api/attempt/finish", json::serialize(body), [this](WebReply const& reply) {
    finish_busy_ = false;
    if (at_ != At::working) return;
    if (reply.ok()) {
      oracle_.codes[record_->attempt] = reply.text("code");
      world_.reach(Rare::finished);
      sender_on_ = false;
      record_->closed = true;
      return enter_state(reply.body.at("state").as_object());
    }
    if (reply.code == "head_mismatch" || reply.code == "event_gap") return rejoin();
    if (reply.code == "sitting_closed") return end(At::done);
    if (reply.status == 410) return end(At::locked);
    if (reply.status == 401) {
      post("/api/pupil/resume", json::serialize(json::object{{"ticket", record_->ticket}}), [](WebReply const&) {});
    }
    later(250 + backoff(), &Page::finish_when_sent);
  });
}

void Page::end(At at) {
  sender_on_ = false;
  at_ = at;
  if (record_ != nullptr) record_->closed = true;
}

DurationMs Page::backoff() {
  DurationMs const most = std::min<DurationMs>(15'000, 500LL << std::min(failures_, 10U));
  ++failures_;
  return world_.between(0, most);
}

}  // namespace proktor::sim
