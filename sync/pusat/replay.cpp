#include "sync/pusat/replay.hpp"

#include "core/event_line.hpp"
#include "core/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace proktor::pusat {
namespace {

constexpr std::size_t findings_max = 1'000;

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::open:
      return "open";
    case Verdict::matches:
      return "matches";
    case Verdict::without_code:
      return "without_code";
    case Verdict::differs:
      return "differs";
  }
  return "";
}

std::uint64_t AttemptReplay::answered_count() const {
  return static_cast<std::uint64_t>(
      std::count_if(answered.begin(), answered.end(), [](auto const& item) { return item.second; }));
}

std::uint64_t AttemptReplay::quarantined() const {
  std::uint64_t sum = 0;
  for (auto const& [epoch, replay] : epochs) sum += replay.quarantined;
  return sum;
}

Verdict AttemptReplay::verdict() const {
  if (broken) return Verdict::differs;
  if (!finished) return Verdict::open;
  if (!finished->agrees) return Verdict::differs;
  if (finished->code.empty() && !finished->submitted) return Verdict::without_code;
  if (!finished->submitted || finished->code != closing_code(finished->head)) return Verdict::differs;
  return Verdict::matches;
}

void Replay::note(journal::Entry const& entry, std::string_view what) {
  if (findings_.size() < findings_max) findings_.push_back(fmt::format("lsn {}: {}", entry.lsn, what));
}

void Replay::take(journal::Entry const& entry) {
  if (entry.kind == "event") return take_event(entry);
  if (entry.kind == "quarantine") return take_quarantine(entry);
  if (entry.kind == "attempt") return take_attempt(entry);
  if (entry.kind == "epoch") return take_epoch(entry, false);
  if (entry.kind == "epoch-restored") return take_epoch(entry, true);
  if (entry.kind == "finished") return take_finished(entry);
  core::JsonFields fields(entry.bytes);
  if (entry.kind == "school") {
    schools_[entry.subject] = fields.text("name");
  } else if (entry.kind == "test") {
    tests_[entry.subject] = {fields.text("title"), fields.natural("items")};
  } else if (entry.kind == "participant") {
    people_[entry.subject] = {fields.text("name"), entry.npsn.empty() ? fields.text("npsn") : entry.npsn};
  }
  if (!fields.ok()) note(entry, entry.kind + ": " + fields.wrong());
}

AttemptReplay* Replay::known_attempt(journal::Entry const& entry, std::string const& attempt) {
  auto const found = attempts_.find(attempt);
  if (found == attempts_.end()) {
    note(entry, "unknown attempt");
    return nullptr;
  }
  changed_.insert(attempt);
  return &found->second;
}

void Replay::take_attempt(journal::Entry const& entry) {
  core::JsonFields fields(entry.bytes);
  auto const id = unhex16(entry.subject);
  core::Epoch const epoch{fields.natural("term"), fields.natural("n")};
  AttemptReplay attempt;
  attempt.participant = fields.text("participant");
  attempt.sitting = fields.text("sesi");
  attempt.test = fields.text("test");
  if (!fields.ok() || !id || attempts_.contains(entry.subject)) return note(entry, "attempt");
  attempt.epochs[epoch].head = core::first_head(*id, epoch, Bytes32{});
  attempts_[entry.subject] = std::move(attempt);
  changed_.insert(entry.subject);
}

void Replay::take_epoch(journal::Entry const& entry, bool restored) {
  core::JsonFields fields(entry.bytes);
  auto const id = unhex16(entry.subject);
  core::Epoch const epoch{fields.natural("term"), fields.natural("n")};
  auto const parent = unhex32(fields.text("parent"));
  if (!fields.ok() || !id || !parent) return note(entry, "epoch");
  if (restored && !attempts_.contains(entry.subject)) {
    AttemptReplay& attempt = attempts_[entry.subject];
    attempt.participant = fields.text_or("participant");
    attempt.sitting = fields.text_or("sesi");
    attempt.test = fields.text_or("test");
  }
  AttemptReplay* const attempt = known_attempt(entry, entry.subject);
  if (attempt == nullptr) return;
  bool const newer = attempt->epochs.empty() || attempt->epochs.rbegin()->first < epoch;
  // A restored epoch comes from a ticket: its parent may lie on another box.
  bool const joins =
      restored || (newer && !attempt->epochs.empty() && attempt->epochs.rbegin()->second.head == *parent);
  if (!newer || !joins) {
    attempt->broken = true;
    note(entry, "epoch does not follow");
    if (attempt->epochs.contains(epoch)) return;
  }
  EpochReplay& replay = attempt->epochs[epoch];
  replay.parent = *parent;
  replay.head = core::first_head(*id, epoch, *parent);
  attempt->submitted = false;
}

void Replay::take_event(journal::Entry const& entry) {
  auto const subject = core::parse_subject(entry.subject);
  if (!subject) return note(entry, "event subject");
  AttemptReplay* const attempt = known_attempt(entry, hex(subject->attempt));
  if (attempt == nullptr) return;
  auto const found = attempt->epochs.find(subject->epoch);
  auto const line = core::parse_event_line(entry.bytes);
  if (found == attempt->epochs.end() || found->second.seq + 1 != subject->seq || !line ||
      line->seq != subject->seq) {
    attempt->broken = true;
    return note(entry, "event does not follow");
  }
  found->second.head = core::next_head(found->second.head, entry.bytes);
  found->second.seq = subject->seq;
  ++attempt->events;
  // As the box counts: a flagged line is kept but is no answer; only a missing clock does no harm.
  bool const counts = subject->flags.empty() || subject->flags == "time";
  if (line->kind == core::EventKind::answer && counts) attempt->answered[line->item] = !line->value.empty();
  if (line->kind == core::EventKind::clear && counts) attempt->answered[line->item] = false;
  if (line->kind == core::EventKind::submit) attempt->submitted = true;
}

void Replay::take_quarantine(journal::Entry const& entry) {
  auto const subject = core::parse_subject(entry.subject);
  if (!subject) return note(entry, "quarantine subject");
  AttemptReplay* const attempt = known_attempt(entry, hex(subject->attempt));
  if (attempt == nullptr) return;
  auto const found = attempt->epochs.find(subject->epoch);
  if (found == attempt->epochs.end()) return note(entry, "quarantine of an unknown epoch");
  ++found->second.quarantined;
}

void Replay::take_finished(journal::Entry const& entry) {
  core::JsonFields fields(entry.bytes);
  FinishReplay finish;
  finish.epoch = {fields.natural("term"), fields.natural("n")};
  finish.seq = fields.natural("seq");
  finish.code = fields.text("code");
  finish.answered = fields.natural("answered");
  auto const head = unhex32(fields.text("head"));
  AttemptReplay* const attempt = known_attempt(entry, entry.subject);
  if (attempt == nullptr) return;
  if (!fields.ok() || !head || attempt->finished) {
    attempt->broken = true;
    return note(entry, "finished");
  }
  finish.head = *head;
  // Lines that come after this move the chain on; the code stands for what was there when it was given.
  auto const found = attempt->epochs.find(finish.epoch);
  finish.agrees =
      found != attempt->epochs.end() && found->second.head == *head && found->second.seq == finish.seq;
  finish.submitted = attempt->submitted;
  attempt->finished = std::move(finish);
  if (attempt->verdict() == Verdict::differs) note(entry, "head or code differs");
}

std::set<std::string> Replay::take_changed() {
  return std::exchange(changed_, {});
}

}  // namespace proktor::pusat
