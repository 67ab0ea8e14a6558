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

void take_latest(journal::LatestRow const& row, core::State& state) {
  if (auto* attempt = state.attempt_mutable(row.attempt)) {
    attempt->last_activity_ms = std::max(attempt->last_activity_ms, row.entry.at_ms);
  }
  if (row.kind == journal::LatestKind::late) return state.load_late(row.attempt);
  if (row.kind == journal::LatestKind::submit) return state.load_submit(row.attempt);
  auto const event = core::parse_event_line(row.entry.bytes);
  if (!event) return;
  state.load_answer(row.attempt, *event);
  if (auto const subject = core::parse_subject(row.entry.subject)) state.load_contact(*subject, *event);
}

}  // namespace

Result<void> load_state(journal::Reader& reader, core::State& state, std::vector<Receipt>& receipts) {
  Result<void> applied;
  auto done = reader.read_acts([&](journal::Entry const& entry) {
    if (!applied) return;
    // What the centre said of the stream that this one was made from is no word about this one.
    if (entry.kind == "receipt" && entry.subject == hex(reader.stream())) take_receipt(entry, receipts);
    applied = state.apply({entry.kind, entry.subject, entry.bytes, entry.npsn}, entry.at_ms);
  });
  if (!done) return done;
  if (!applied) return applied;

  auto const marks = reader.read_marks();
  if (!marks) return marks.error();
  for (auto const& mark : *marks) {
    state.load_mark(mark.attempt, mark.epoch, mark.quarantine, {mark.hwm, mark.head, mark.bytes}, mark.events);
  }
  return reader.read_latest([&](journal::LatestRow const& row) { take_latest(row, state); });
}

Result<void> look_up_lines(Exam& exam, core::RepeatedLines const& lines, core::Epoch epoch) {
  if (lines.seqs.empty()) return {};
  if (!exam.lines) {
    auto reader = journal::Reader::open(exam.directory);
    if (!reader) return reader.error();
    exam.lines.emplace(std::move(*reader));
  }
  auto const own_hwm = lines.attempt->marks.at(epoch).hwm;
  for (auto const seq : lines.seqs) {
    auto const entry = exam.lines->find_event(lines.attempt->id, epoch, seq > own_hwm, seq);
    if (!entry) return entry.error();
    if (*entry) lines.mark->looked_up[seq] = core::fingerprint((*entry)->bytes);
  }
  return {};
}

}  // namespace proktor::api
