#include "core/events.hpp"

#include "base/deliberate_fault.hpp"
#include "core/json_fields.hpp"
#include "core/time.hpp"

#include <fmt/format.h>

namespace proktor::core {
namespace {

constexpr TimeMs at_none = 0;

// One request's work on one attempt.
class Batch {
 public:
  Batch(State& state, Attempt& attempt, Session const& session, Now now, EventLimits const& limits)
      : state_(state), attempt_(attempt), session_(session), now_(now), limits_(limits) {
    superseded_ = session.epoch < attempt.epoch && !has_fault(DurabilityFault::missing_fencing);
    auto const* sitting = state.sitting(attempt.sitting);
    closed_ = sitting == nullptr || sitting->state == SittingState::closed;
    credit_max_ms_ = sitting == nullptr ? 0 : sitting->blocked_credit_max_ms;
  }

  // The page is heard: its clock and ours side by side, and the connection's state.
  void begin(std::optional<DurationMs> t_ms) {
    sent_t_ms_ = t_ms;
    if (superseded_) return;
    if (attempt_.lost) add({"connection", hex(attempt_.id), back(t_ms)});
    hear(attempt_, t_ms, now_.x_ms);
  }

  std::optional<Error> take(std::string_view body) {
    while (auto const line = next_line(body)) {
      auto const event = parse_event_line(*line);
      if (!event) return event.error();
      if (auto error = take_line(*event, *line)) return error;
    }
    if (superseded_) return fail(Errc::epoch_superseded);
    return std::nullopt;
  }

  // All lines are taken: whether the deadline has passed by now decides about those that come later.
  void end(bool nothing_waits) {
    if (superseded_) return;
    if (remaining_ms(attempt_, now_.x_ms) > 0) {
      attempt_.handed_over_x_ms.reset();
      if (sent_t_ms_) attempt_.contact_in_time = {now_.x_ms, *sent_t_ms_};
    } else if (nothing_waits && !attempt_.handed_over_x_ms) {
      attempt_.handed_over_x_ms = now_.x_ms;
    }
  }

  NewEntries take_entries() { return std::move(entries_); }

  EventsReply reply() const {
    EventsReply reply;
    auto const quarantined = attempt_.quarantine.find(session_.epoch);
    auto const own = attempt_.marks.find(session_.epoch);
    if (superseded_ && quarantined != attempt_.quarantine.end()) {
      reply.hwm = quarantined->second.hwm;
      reply.head = quarantined->second.head;
    } else if (own != attempt_.marks.end()) {
      reply.hwm = own->second.hwm;
      reply.head = own->second.head;
    }
    reply.remaining_ms = remaining_ms(attempt_, now_.x_ms);
    reply.superseded = superseded_;
    reply.closed = closed_;
    reply.state = attempt_.finish                         ? "finished"
                  : closed_                               ? "closed"
                  : start_x_ms(attempt_, now_.x_ms)        ? "running"
                                                          : "ready";
    return reply;
  }

 private:
  std::optional<Error> take_line(EventLine const& event, std::string_view line) {
    auto& mark = superseded_ ? State::quarantine_mark(attempt_, session_.epoch) : attempt_.marks[session_.epoch];
    if (event.seq > mark.hwm + 1) return fail(Errc::event_gap);
    if (event.seq <= mark.hwm) return repeat_or_conflict(event, line, mark);
    if (superseded_ && mark.bytes + line.size() > limits_.quarantine_bytes_max) return fail(Errc::quota);
    if (!within_quota(line.size())) return fail(Errc::quota);

    EventSubject const subject{attempt_.id, session_.epoch, event.seq, now_.x_ms, flags_of(event)};
    entries_.push_back({superseded_ ? "quarantine" : "event", format_subject(subject), std::string(line), npsn()});
    attempt_.last_activity_ms = now_.wall_ms;
    state_.store_event(attempt_, subject, event, line, superseded_);
    if (event.kind == EventKind::blocked && !superseded_) credit(event);
    return std::nullopt;
  }

  std::optional<Error> repeat_or_conflict(EventLine const& event, std::string_view line, Mark const& mark) {
    std::uint64_t const known = known_fingerprint(mark, event.seq);
    if (known == 0 || known == fingerprint(line)) return std::nullopt;
    if (!attempt_.conflict) {
      EventSubject const subject{attempt_.id, session_.epoch, event.seq, now_.x_ms, {}};
      add({"evidence", format_subject(subject), fmt::format(R"({{"line":"{}"}})", base64url(bytes_of(line))), npsn()});
    }
    return fail(Errc::event_conflict);
  }

  // 0: not known; the line is then taken for a repeat.
  static std::uint64_t known_fingerprint(Mark const& mark, std::uint64_t seq) {
    if (seq > mark.unread) return mark.fingerprints.at(seq - mark.unread - 1);
    auto const found = mark.looked_up.find(seq);
    return found == mark.looked_up.end() ? 0 : found->second;
  }

  bool within_quota(std::size_t bytes) {
    if (entries_.size() >= limits_.batch_entries_max) return false;
    // A superseded page has its own bound above and takes nothing from the one that works.
    if (superseded_) return true;
    bool const forced = now_.x_ms - attempt_.last_forced_x_ms >= limits_.forced_every_ms;
    bool const room = attempt_.events_count < limits_.events_max &&
                      attempt_.events_bytes + bytes <= limits_.bytes_max &&
                      attempt_.event_rate.take(limits_.rate, now_.x_ms);
    if (!room && !forced) return false;
    if (!room) attempt_.last_forced_x_ms = now_.x_ms;
    return true;
  }

  std::string flags_of(EventLine const& event) const {
    std::string flags;
    auto const raise = [&flags](std::string_view flag) { flags.append(flags.empty() ? "" : " ").append(flag); };
    bool const of_item = event.kind == EventKind::answer || event.kind == EventKind::clear ||
                         event.kind == EventKind::flag || event.kind == EventKind::visit;
    if (event.kind == EventKind::unknown) raise("kind");
    unsigned const item = of_item ? item_number(event.item, attempt_.items) : 0;
    if (of_item && item == 0) raise("item");
    if (item > 0 && item < first_open_item(attempt_)) raise("stage");
    if (!value_fits(event)) raise("value");
    if (event.value.size() > limits_.value_bytes_max) raise("size");
    if (!event.t_ms) raise("time");
    if (is_late(attempt_, {event.t_ms, sent_t_ms_}, now_.x_ms)) raise("late");
    if (attempt_.submitted || attempt_.finish || closed_) raise("closed");
    return flags;
  }

  static bool value_fits(EventLine const& event) {
    switch (event.kind) {
      case EventKind::answer:
      case EventKind::blocked: return event.value.starts_with('{');
      case EventKind::flag: return event.value == "true" || event.value == "false";
      case EventKind::unknown: return true;
      default: return event.value.empty();
    }
  }

  void credit(EventLine const& event) {
    JsonFields f(event.value);
    auto const from = f.natural("from");
    auto const to = f.natural("to");
    if (!f.ok() || to > seq_max || from > to) return;
    Blocked const told{static_cast<DurationMs>(from), static_cast<DurationMs>(to),
                       event.t_ms.value_or(static_cast<DurationMs>(to))};
    DurationMs const ms = take_blocked_credit(attempt_, told, now_.x_ms, credit_max_ms_);
    if (ms <= 0) return;
    add({"credit", hex(attempt_.id),
         fmt::format(R"({{"ms":{},"cause":"blocked","seq":{},"x":{}}})", ms, event.seq, now_.x_ms), npsn()});
  }

  // With the page's clock at both ends of the silence, so that a restart knows how much of it the page saw.
  std::string back(std::optional<DurationMs> t_ms) const {
    std::string text = R"({"state":"back")";
    auto const& last = attempt_.last_contact;
    if (last && last->t_ms > 0) text += fmt::format(R"(,"heard_t":{})", last->t_ms);
    if (t_ms) text += fmt::format(R"(,"t":{})", *t_ms);
    return text + fmt::format(R"(,"x":{}}})", now_.x_ms);
  }

  void add(NewEntry entry) {
    // Our own entries always read; a failure would be a programmer's mistake that the replay tests show.
    (void)state_.apply(entry, at_none);
    entries_.push_back(std::move(entry));
  }

  std::string npsn() const {
    auto const* who = state_.participant(attempt_.participant);
    return who == nullptr ? std::string() : who->npsn;
  }

  State& state_;
  Attempt& attempt_;
  Session const& session_;
  Now now_;
  EventLimits const& limits_;
  NewEntries entries_;
  std::optional<DurationMs> sent_t_ms_;
  DurationMs credit_max_ms_ = 0;
  bool superseded_ = false;
  bool closed_ = false;
};

Attempt* find_attempt(State& state, Session const& session) {
  auto* attempt = session.attempt ? state.attempt_mutable(*session.attempt) : nullptr;
  // A session of an epoch that the attempt never had belongs to another life of this box: its ticket restores it.
  bool const own = attempt != nullptr && attempt->participant == session.participant;
  return own && attempt->marks.contains(session.epoch) ? attempt : nullptr;
}

EventsOutcome unknown_attempt() {
  EventsOutcome outcome;
  outcome.reply.error = fail(Errc::attempt_unknown);
  return outcome;
}

EventsOutcome take(State& state, Session const& session, std::string_view body, std::optional<DurationMs> t_ms, Now now,
                   EventLimits const& limits, bool nothing_waits) {
  auto* attempt = find_attempt(state, session);
  if (attempt == nullptr) return unknown_attempt();
  Batch batch(state, *attempt, session, now, limits);
  batch.begin(t_ms);
  auto error = batch.take(body);
  batch.end(nothing_waits);
  EventsOutcome outcome{batch.take_entries(), batch.reply()};
  outcome.reply.error = std::move(error);
  return outcome;
}

}  // namespace

EventsOutcome take_events(State& state, Session const& session, std::string_view body,
                          std::optional<DurationMs> t_ms, Now now, EventLimits const& limits) {
  return take(state, session, body, t_ms, now, limits, body.empty());
}

EventsOutcome take_heartbeat(State& state, Session const& session, std::optional<DurationMs> t_ms, Now now) {
  EventLimits const limits;
  return take(state, session, {}, t_ms, now, limits, true);
}

EventsOutcome take_contact(State& state, Session const& session, std::optional<DurationMs> t_ms, Now now) {
  EventLimits const limits;
  return take(state, session, {}, t_ms, now, limits, false);
}

RepeatedLines repeated_lines(State& state, Session const& session, std::string_view body) {
  auto* attempt = find_attempt(state, session);
  if (attempt == nullptr) return {};
  bool const superseded = session.epoch < attempt->epoch;
  auto& mark = superseded ? State::quarantine_mark(*attempt, session.epoch) : attempt->marks.at(session.epoch);
  RepeatedLines out{attempt, &mark, {}};
  if (mark.unread == 0) return out;
  while (auto const line = next_line(body)) {
    auto const event = parse_event_line(*line);
    if (!event || event->seq > mark.unread) break;
    if (!mark.looked_up.contains(event->seq)) out.seqs.push_back(event->seq);
  }
  return out;
}

NewEntries mark_lost(State& state, Now now, DurationMs silent_ms) {
  NewEntries entries;
  for (auto const& [id, attempt] : state.attempts()) {
    if (attempt.finish || attempt.lost) continue;
    if (!attempt.last_contact) {
      // Not heard since this process began or since a later login: its silence counts from now.
      auto const* sitting = state.sitting(attempt.sitting);
      bool const open = sitting != nullptr && sitting->state == SittingState::open;
      if (open) state.attempt_mutable(id)->last_contact = Contact{now.x_ms, 0};
      continue;
    }
    if (now.x_ms - attempt.last_contact->x_ms < silent_ms) continue;
    entries.push_back({"connection", hex(id), fmt::format(R"({{"state":"lost","heard":{},"x":{}}})",
                                                           attempt.heard_x_ms, now.x_ms)});
  }
  (void)state.apply_all(entries, now.wall_ms);
  return entries;
}

Bytes32 newest_head(Attempt const& attempt) {
  return attempt.marks.empty() ? Bytes32{} : attempt.marks.rbegin()->second.head;
}

}  // namespace proktor::core
