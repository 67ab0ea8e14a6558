// I4: the final answer is the last unflagged line of the winning branch: worked out anew from the journal's lines, the
// running box says the same, and so does the page of a pupil who finished in time on one PC.

#include "checkers.hpp"

#include "core/event_line.hpp"

#include <fmt/format.h>

namespace proktor::sim {
namespace {

using Answers = std::map<unsigned, std::string>;

std::map<core::AttemptId, Answers> answers_of(Evidence const& evidence) {
  std::map<core::AttemptId, Answers> out;
  for (auto const& entry : evidence.journal.entries) {
    if (entry.kind != "event") continue;
    auto const subject = core::parse_subject(entry.subject);
    auto const line = core::parse_event_line(entry.bytes);
    if (!subject || !line || !(subject->flags.empty() || subject->flags == "time")) continue;
    auto const item = line->item.empty() ? 0U : static_cast<unsigned>(std::stoul(line->item.substr(1)));
    if (line->kind == core::EventKind::answer) out[subject->attempt][item] = line->value;
    if (line->kind == core::EventKind::clear) out[subject->attempt].erase(item);
  }
  return out;
}

Answers answers_of(core::Attempt const& attempt) {
  Answers out;
  for (auto const& [item, answer] : attempt.answers) {
    if (!answer.value.empty()) out[item] = answer.value;
  }
  return out;
}

}  // namespace

void check_final_answer(Evidence const& evidence) {
  // A disk that lies can give back an old page of newest answers, which the verifier finds that runs behind (bit-flips).
  if (evidence.plan.lying_syncs > 0) return;
  auto const expected = answers_of(evidence);
  auto const& state = evidence.box.exam().state;
  // What still waits for the disk is in the state already.
  bool const quiet = evidence.box.writer().status().queue_entries == 0 && !evidence.box.exam().stale;
  for (auto const& [id, attempt] : state.attempts()) {
    auto const found = expected.find(id);
    if (quiet && answers_of(attempt) != (found == expected.end() ? Answers{} : found->second)) {
      evidence.world.blame("final_answer", fmt::format("attempt {}: the box does not believe its journal", hex(id)));
    }
  }
}

}  // namespace proktor::sim
