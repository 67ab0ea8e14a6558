// Attempts: made, taken over, started, filled with events, finished.

#include "base/deliberate_fault.hpp"
#include "core/json_fields.hpp"
#include "core/state.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <charconv>

namespace proktor::core {
namespace {

Error corrupt(std::string_view what) { return fail(Errc::journal_corrupt, std::string(what)); }

bool read_seed(std::string const& text, std::uint64_t& seed) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

Attempt* State::attempt_of_subject(std::string_view subject) {
  auto const id = unhex16(subject.substr(0, 32));
  return id ? attempt_mutable(*id) : nullptr;
}

void State::begin_epoch(Attempt& attempt, Epoch epoch, Bytes32 const& parent, DurationMs x_ms) {
  attempt.epoch = epoch;
  attempt.parent = parent;
  auto& mark = attempt.marks[epoch];
  if (mark.hwm == 0) mark.head = first_head(attempt.id, epoch, parent);
  attempt.last_contact.reset();
  attempt.contact_in_time = {x_ms, 0};
  attempt.handed_over_x_ms.reset();
  attempt.silences.clear();  // of another page's clock
  attempt.blocked_until_t_ms = 0;
  touch(attempt.participant);
}

Result<void> State::on_attempt(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto const id = unhex16(entry.subject);
  Attempt attempt;
  attempt.participant = f.text("participant");
  attempt.sitting = f.text("sesi");
  attempt.test = f.text("test");
  attempt.duration_ms = f.integer("duration_ms");
  Epoch const epoch{f.natural("term"), f.natural("n")};
  attempt.heard_x_ms = f.integer("x");
  saw_x(attempt.heard_x_ms);
  auto* who = participant_mutable(attempt.participant);
  auto const* test = this->test(attempt.test);
  if (!id || who == nullptr || test == nullptr || !f.ok() || !read_seed(f.text("seed"), attempt.seed)) {
    return corrupt(f.wrong());
  }
  attempt.id = *id;
  attempt.items = test->items;
  who->attempts[{attempt.sitting, attempt.test}] = *id;
  auto& stored = attempts_[*id] = std::move(attempt);
  begin_epoch(stored, epoch, Bytes32{}, stored.heard_x_ms);
  return {};
}

Result<void> State::on_epoch(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* attempt = attempt_of_subject(entry.subject);
  Epoch const epoch{f.natural("term"), f.natural("n")};
  auto const parent = unhex32(f.text("parent"));
  auto const x = f.integer("x");
  if (attempt == nullptr || !parent || !f.ok()) return corrupt(f.wrong());
  saw_x(x);
  begin_epoch(*attempt, epoch, *parent, x);
  return {};
}

Result<void> State::on_epoch_restored(NewEntry const& entry, TimeMs at_ms) {
  JsonFields f(entry.bytes);
  auto* who = participant_mutable(f.text("participant"));
  auto const epoch = f.natural("n");
  auto const device = f.text_or("device");
  auto const sitting = f.text_or("sesi");
  if (who == nullptr || !f.ok()) return corrupt(f.wrong());
  who->n = std::max(who->n, epoch);
  who->device = device;
  devices_.insert(who->device);
  who->sitting = sitting;
  who->token_accepted.insert(who->sitting);
  if (attempt_of_subject(entry.subject) == nullptr) {
    if (auto done = on_attempt(entry, at_ms); !done) return done;
  }
  return on_epoch(entry, at_ms);
}

Result<void> State::on_items_sent(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* attempt = attempt_of_subject(entry.subject);
  auto const x = f.integer("x");
  if (attempt == nullptr || !f.ok()) return corrupt(f.wrong());
  saw_x(x);
  if (!attempt->items_sent_x_ms) attempt->items_sent_x_ms = x;
  attempt->heard_x_ms = std::max(attempt->heard_x_ms, x);
  touch(attempt->participant);
  return {};
}

Result<void> State::on_started(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* attempt = attempt_of_subject(entry.subject);
  auto const x = f.integer("x");
  auto const t = f.integer("t");
  if (attempt == nullptr || !f.ok()) return corrupt(f.wrong());
  saw_x(x);
  if (!attempt->started_x_ms) attempt->started_x_ms = x;
  if (remaining_ms(*attempt, x) > 0) attempt->contact_in_time = {x, t};
  remember_silence(*attempt, x);
  attempt->heard_x_ms = std::max(attempt->heard_x_ms, x);
  touch(attempt->participant);
  return {};
}

Result<void> State::on_event(NewEntry const& entry, TimeMs at_ms) {
  auto const subject = parse_subject(entry.subject);
  auto const event = parse_event_line(entry.bytes);
  auto* attempt = subject ? attempt_mutable(subject->attempt) : nullptr;
  if (attempt == nullptr || !event) return corrupt("event");
  attempt->last_activity_ms = at_ms;
  store_event(*attempt, *subject, *event, entry.bytes, entry.kind == "quarantine");
  return {};
}

void State::store_event(Attempt& attempt, EventSubject const& subject, EventLine const& event, std::string_view line,
                        bool quarantine) {
  saw_x(subject.x_ms);
  auto& mark = quarantine ? quarantine_mark(attempt, subject.epoch) : attempt.marks[subject.epoch];
  mark.head = next_head(mark.head, line);
  mark.hwm = event.seq;
  mark.bytes += line.size();
  mark.fingerprints.push_back(fingerprint(line));
  touch(attempt.participant);
  if (subject.flags.find("late") != std::string::npos) attempt.late = true;
  if (quarantine && !has_fault(DurabilityFault::quarantine_adopted)) return;
  attempt.heard_x_ms = std::max(attempt.heard_x_ms, subject.x_ms);
  attempt.events_count += 1;
  attempt.events_bytes += line.size();
  if (event.kind == EventKind::submit) attempt.submitted = true;
  // A flagged line is kept for the centre but is no answer here; only a missing clock does no harm.
  if (subject.flags.empty() || subject.flags == "time") load_answer(attempt.id, event);
}

Mark& State::quarantine_mark(Attempt& attempt, Epoch epoch) {
  auto const [found, made] = attempt.quarantine.try_emplace(epoch);
  if (made) {
    auto const& epoch_mark = attempt.marks[epoch];
    found->second = epoch_mark;
    found->second.bytes = 0;
  }
  return found->second;
}

void State::load_answer(AttemptId const& id, EventLine const& event) {
  auto* attempt = attempt_mutable(id);
  unsigned const item = attempt == nullptr ? 0 : item_number(event.item, attempt->items);
  if (item == 0) return;
  auto& answer = attempt->answers[item];
  switch (event.kind) {
    case EventKind::answer: answer.value = event.value; break;
    case EventKind::clear: answer.value.clear(); break;
    case EventKind::flag: answer.flagged = event.value == "true"; break;
    case EventKind::visit: attempt->current_item = item; break;
    default: break;
  }
}

void State::load_mark(AttemptId const& id, Epoch epoch, bool quarantine, Mark mark, std::uint64_t events) {
  auto* attempt = attempt_mutable(id);
  if (attempt == nullptr) return;
  if (!quarantine) {
    attempt->events_count += events;
    attempt->events_bytes += mark.bytes;
  }
  mark.unread = mark.hwm;
  (quarantine ? attempt->quarantine : attempt->marks)[epoch] = std::move(mark);
}

void State::load_submit(AttemptId const& id) {
  if (auto* attempt = attempt_mutable(id)) attempt->submitted = true;
}

void State::load_late(AttemptId const& id) {
  if (auto* attempt = attempt_mutable(id)) attempt->late = true;
}

void State::load_contact(EventSubject const& subject, EventLine const& line) {
  auto* attempt = attempt_mutable(subject.attempt);
  if (attempt == nullptr) return;
  attempt->heard_x_ms = std::max(attempt->heard_x_ms, subject.x_ms);
  if (subject.epoch != attempt->epoch || !line.t_ms) return;
  auto& contact = attempt->contact_in_time;
  // A line that waited offline came later than it was written: the least delayed one says how the clocks stand.
  DurationMs const apart_ms = std::min(contact.x_ms - contact.t_ms, subject.x_ms - *line.t_ms);
  contact.t_ms = std::max(contact.t_ms, *line.t_ms);
  contact.x_ms = contact.t_ms + apart_ms;
}

void State::carry_over(State const& before) {
  for (auto& [id, attempt] : attempts_) {
    auto const* old = before.attempt(id);
    if (old == nullptr) {
      // A page that was not told to be lost spoke a moment before this box stopped.
      if (!attempt.lost) attempt.heard_x_ms = std::max(attempt.heard_x_ms, x_max_ms_ - lost_after_ms);
      continue;
    }
    attempt.heard_x_ms = std::max(attempt.heard_x_ms, old->heard_x_ms);
    attempt.event_rate = old->event_rate;
    attempt.last_forced_x_ms = old->last_forced_x_ms;
    attempt.last_activity_ms = std::max(attempt.last_activity_ms, old->last_activity_ms);
    if (old->epoch != attempt.epoch) continue;
    attempt.last_contact = old->last_contact;
    attempt.contact_in_time = old->contact_in_time;
    attempt.handed_over_x_ms = old->handed_over_x_ms;
    attempt.silences = old->silences;
    attempt.blocked_until_t_ms = old->blocked_until_t_ms;
  }
  for (auto& [nisn, who] : participants_) {
    auto const* old = before.participant(nisn);
    if (old == nullptr) continue;
    who.token_tries = old->token_tries;
    who.logins = old->logins;
    if (old->n == who.n) who.pending = old->pending;
  }
}

Result<void> State::on_evidence(NewEntry const& entry, TimeMs) {
  if (auto* attempt = attempt_of_subject(entry.subject)) {
    attempt->conflict = true;
    touch(attempt->participant);
  }
  return {};
}

Result<void> State::on_finished(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* attempt = attempt_of_subject(entry.subject);
  Finish finish;
  finish.epoch = {f.natural("term"), f.natural("n")};
  finish.seq = f.natural("seq");
  auto const head = unhex32(f.text("head"));
  finish.code = f.text("code");
  finish.answered = static_cast<unsigned>(f.natural("answered"));
  finish.x_ms = f.integer("x");
  if (attempt == nullptr || !head || !f.ok()) return corrupt(f.wrong());
  finish.head = *head;
  saw_x(finish.x_ms);
  attempt->finish = std::move(finish);
  touch(attempt->participant);
  return {};
}

}  // namespace proktor::core
