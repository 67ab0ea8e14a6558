// One epoch may write at a time: after a newer login a line of the old one is quarantine, for ever; and what is in
// quarantine changes nothing.

#include "checkers.hpp"

#include "core/json_fields.hpp"

#include <fmt/format.h>

namespace proktor::sim {

void check_fencing(Evidence const& evidence) {
  std::map<core::AttemptId, core::Epoch> owner;
  for (auto const& entry : evidence.journal.entries) {
    bool const begins = entry.kind == "attempt" || entry.kind == "epoch" || entry.kind == "epoch-restored";
    if (begins) {
      core::JsonFields f(entry.bytes);
      core::Epoch const epoch{f.natural("term"), f.natural("n")};
      auto const id = unhex16(entry.subject).value_or(core::AttemptId{});
      if (owner.contains(id) && !(owner[id] < epoch)) {
        return evidence.world.blame("fencing", fmt::format("lsn {}: an epoch goes back", entry.lsn));
      }
      owner[id] = epoch;
      if (entry.kind == "epoch-restored") evidence.world.reach(Rare::epoch_restored);
      continue;
    }
    bool const line = entry.kind == "event";
    if (!line && entry.kind != "quarantine") continue;
    auto const subject = core::parse_subject(entry.subject);
    auto const current = owner[subject->attempt];
    if (line ? subject->epoch != current : !(subject->epoch < current)) {
      return evidence.world.blame("fencing", fmt::format("lsn {}: {} of epoch {} while {} owns the attempt", entry.lsn,
                                                         entry.kind, core::text_of(subject->epoch), core::text_of(current)));
    }
    if (!line) evidence.world.reach(Rare::quarantine);
  }
}

}  // namespace proktor::sim
