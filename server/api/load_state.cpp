#include "api/exams.hpp"

#include "core/event_line.hpp"
#include "core/json_fields.hpp"

namespace proktor::api {
namespace {

void take_receipt(journal::Entry const& entry, std::vector<Receipt>& receipts) {
  core::JsonFields f(entry.bytes);
  Receipt receipt{f.natural("first"), f.natural("last"), f.natural("contiguous"), f.text("hash"), f.integer("at")};
  if (f.ok()) receipts.push_back(std::move(receipt));
}

// Fingerprints tell a repeated line from a conflicting one; only attempts that may still get lines need them.
Result<void> load_lines(journal::Reader& reader, core::State& state, core::Attempt const& attempt, bool quarantine) {
  for (auto const& [epoch, mark] : quarantine ? attempt.quarantine : attempt.marks) {
    std::vector<std::uint64_t> fingerprints;
    if (quarantine) fingerprints = attempt.marks.at(epoch).fingerprints;
    auto const done = reader.read_events(attempt.id, epoch, quarantine, [&](journal::Entry const& entry) {
      fingerprints.push_back(core::fingerprint(entry.bytes));
      auto const event = core::parse_event_line(entry.bytes);
      if (event && event->kind == core::EventKind::submit && !quarantine) state.load_submit(attempt.id);
    });
    if (!done) return done;
    state.load_fingerprints(attempt.id, epoch, quarantine, std::move(fingerprints));
  }
  return {};
}

}  // namespace

Result<void> load_state(journal::Reader& reader, core::State& state, std::vector<Receipt>& receipts) {
  Result<void> applied;
  auto done = reader.read_acts([&](journal::Entry const& entry) {
    if (!applied) return;
    if (entry.kind == "receipt") take_receipt(entry, receipts);
    applied = state.apply({entry.kind, entry.subject, entry.bytes, entry.npsn}, entry.at_ms);
  });
  if (!done) return done;
  if (!applied) return applied;

  auto const marks = reader.read_marks();
  if (!marks) return marks.error();
  for (auto const& mark : *marks) {
    state.load_mark(mark.attempt, mark.epoch, mark.quarantine, {mark.hwm, mark.head, mark.bytes, {}}, mark.events);
  }
  done = reader.read_latest([&](journal::LatestRow const& row) {
    if (auto const event = core::parse_event_line(row.entry.bytes)) state.load_answer(row.attempt, *event);
    if (auto* attempt = state.attempt_mutable(row.attempt)) {
      attempt->last_activity_ms = std::max(attempt->last_activity_ms, row.entry.at_ms);
    }
  });
  if (!done) return done;
  for (auto const& [id, attempt] : state.attempts()) {
    if (attempt.finish) continue;
    for (bool const quarantine : {false, true}) {
      if (done = load_lines(reader, state, attempt, quarantine); !done) return done;
    }
  }
  return {};
}

}  // namespace proktor::api
