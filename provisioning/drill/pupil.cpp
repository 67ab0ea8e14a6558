#include "provisioning/drill/pupil.hpp"

#include "base/crypto.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace proktor::drill {
namespace {

namespace json = boost::json;

constexpr TimeUs second_us = 1'000'000;
constexpr TimeUs answer_patience_us = 8 * second_us;  // as the page's, connecting included
constexpr double stages_usual = 3;  // how many share the seconds of a test

}  // namespace

Pupil::Pupil(Target const& target, Plan const& plan, Tally& tally, Card card, std::uint64_t seed,
             TimeUs begin_us)
    : plan_(plan),
      tally_(tally),
      card_(std::move(card)),
      // The same computer every time, so that a second drill goes on without approval.
      device_(hex(sha256("proktor-drill " + card_.username)).substr(0, 32)),
      link_(target),
      random_(seed),
      not_before_us_(begin_us) {}

bool Pupil::settled() const {
  return step_ != Step::answering || (acked_ == saved_.size() && !submitted_);
}

void Pupil::give_up(std::string why) {
  trouble_ = std::move(why);
  step_ = Step::failed;
  link_.close();
}

TimeUs Pupil::tick(TimeUs now, int epoll) {
  if (begun_us_ == 0 && now >= not_before_us_) begun_us_ = last_contact_us_ = stuck_since_us_ = now;
  on_ready(now, epoll);
  return next_wake(now);
}

void Pupil::on_ready(TimeUs now, int epoll) {
  if (step_ == Step::done || step_ == Step::failed || begun_us_ == 0) return;
  if (now - stuck_since_us_ > plan_.patience_us) return give_up("stuck");
  make_due_events(now);
  bool const waiting = asked_ != Ask::nothing || (link_.is_open() && !link_.usable());
  if (waiting && now - asked_at_us_ > answer_patience_us) {
    tally_.trouble("no_answer");
    lost(now);
  }
  if (!link_.is_open()) {
    if (now < not_before_us_) return;
    asked_at_us_ = now;
    if (!link_.open(epoll, this)) lost(now);
  }
  Reply reply;
  while (link_.is_open()) {
    auto const event = link_.advance(reply);
    if (event == Link::Event::lost) return lost(now);
    if (event == Link::Event::replied) handle(reply, now);
    if (step_ == Step::done || step_ == Step::failed) return link_.close();
    bool const free = link_.usable() && asked_ == Ask::nothing && now >= not_before_us_;
    if (free) send_next(now);
    if (event == Link::Event::nothing && !(free && asked_ != Ask::nothing)) return;
  }
}

TimeUs Pupil::next_wake(TimeUs now) const {
  if (step_ == Step::done || step_ == Step::failed) return never_us;
  if (begun_us_ == 0) return not_before_us_;
  TimeUs wake = now + second_us;
  if (step_ == Step::answering && !stopping_ && !submitted_ && staged_ != Staged::due) wake = std::min(wake, next_event_us_);
  if (asked_ == Ask::nothing && now < not_before_us_) wake = std::min(wake, not_before_us_);
  return std::max(wake, now + 1);
}

void Pupil::lost(TimeUs now) {
  link_.close();
  if (asked_ != Ask::nothing || step_ == Step::answering) ++tally_.reconnects;
  asked_ = Ask::nothing;
  auto const spread = static_cast<std::uint64_t>(4 * plan_.reconnect_us);
  not_before_us_ = now + plan_.reconnect_us + static_cast<TimeUs>(random_.below(spread));
}

TimeUs Pupil::pause_us() {
  if (plan_.play) {
    double const events = 2.0 * static_cast<double>(script_->items()) + 1;
    double const seconds = plan_.seconds_per_test / (staged_ == Staged::no ? 1 : stages_usual);
    return static_cast<TimeUs>(seconds / events * 1e6);
  }
  if (plan_.think_s <= 0) return static_cast<TimeUs>(1e6 / plan_.rate);
  double const uniform = (static_cast<double>(random_.below(1U << 30U)) + 1) / static_cast<double>(1U << 30U);
  return static_cast<TimeUs>(-std::log(uniform) * plan_.think_s * 1e6);
}

void Pupil::begin_answering(TimeUs now) {
  step_ = Step::answering;
  auto const pause = static_cast<std::uint64_t>(std::max<TimeUs>(pause_us(), 1));
  next_event_us_ = now + static_cast<TimeUs>(random_.below(pause));
}

void Pupil::make_due_events(TimeUs now) {
  if (step_ != Step::answering || submitted_) return;
  if (stopping_) {
    if (!plan_.finish) return;
    submitted_ = true;
    return save(Script::submit(base_seq_ + saved_.size() + 1, (now - begun_us_) / 1000), now);
  }
  while (!submitted_ && staged_ != Staged::due && next_event_us_ <= now) {
    make_event(next_event_us_, now);
    next_event_us_ += std::max<TimeUs>(pause_us(), 1);
  }
}

void Pupil::make_event(TimeUs intended, TimeUs now) {
  tally_.late_send(now - intended);
  std::uint64_t const seq = base_seq_ + saved_.size() + 1;
  std::int64_t const t = (now - begun_us_) / 1000;
  std::size_t const index = event_index_++;
  if (!plan_.play) return save(script_->answer(index, seq, t), intended);
  std::size_t const item = index / 2;
  if (item >= script_->items()) {
    if (staged_ == Staged::working) {
      staged_ = Staged::due;
      return;
    }
    submitted_ = true;
    return save(Script::submit(seq, t), intended);
  }
  save(index % 2 == 0 ? script_->visit(item, seq, t) : script_->answer(item, seq, t), intended);
}

void Pupil::save(std::string line, TimeUs intended) {
  Bytes32 const& before = saved_.empty() ? base_head_ : saved_.back().head;
  Bytes32 const head = core::next_head(before, line);
  saved_.push_back({std::move(line), head, intended});
}

void Pupil::handle(Reply const& reply, TimeUs now) {
  Ask const what = std::exchange(asked_, Ask::nothing);
  last_contact_us_ = now;
  ++tally_.requests;
  if (!reply.cookie.empty()) cookie_ = reply.cookie;
  if (std::exchange(first_answer_, false)) tally_.first_answer(now - begun_us_);
  if (reply.status != 200) return refused(what, reply, now);
  stuck_since_us_ = now;
  switch (what) {
    case Ask::prepare:
      return take_prepared(reply, now);
    case Ask::start:
      return begin_answering(now);
    case Ask::events:
    case Ask::heartbeat:
      return take_mark(reply, now);
    case Ask::stage:
      return take_stage(reply, now);
    case Ask::finish:
      return take_code(reply, now);
    case Ask::login:
    case Ask::look:
    case Ask::token:
      break;
    case Ask::nothing:
      return;
  }
  boost::system::error_code error;
  json::value const body = json::parse(reply.body, error);
  if (error || !body.is_object()) return give_up("bad_answer");
  take_state(body.get_object(), now);
}

void Pupil::refused(Ask what, Reply const& reply, TimeUs now) {
  boost::system::error_code error;
  json::value const body = json::parse(reply.body, error);
  std::string code = "http_" + std::to_string(reply.status);
  if (!error) {
    if (auto const* id = body.find_pointer("/error/code", error); id && id->is_string())
      code = id->get_string();
  }
  tally_.trouble(code);
  TimeUs const wait = reply.retry_after_s > 0 ? reply.retry_after_s * second_us
                                              : second_us / 2 + static_cast<TimeUs>(random_.below(500'000));
  not_before_us_ = now + wait;
  if (what == Ask::events || what == Ask::stage || what == Ask::finish) take_mark(reply, now);
  if (code == "test_locked" || code == "attempt_finished") {
    step_ = Step::look;
    return;
  }
  bool const passing = reply.status >= 500 || reply.status == 429 || reply.status == 408 ||
                       code == "event_gap" || code == "head_mismatch" || code == "no_sitting_open" ||
                       code == "token_missing" || code == "token_wrong" || code == "token_required";
  if (code == "token_required") step_ = Step::token;
  if (!passing) give_up(code);
}

}  // namespace proktor::drill
