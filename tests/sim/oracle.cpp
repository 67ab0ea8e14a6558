#include "oracle.hpp"

#include "box.hpp"

namespace proktor::sim {

std::map<Oracle::Where, std::map<std::uint64_t, std::string_view>> lines_in(std::vector<journal::Entry> const& entries) {
  std::map<Oracle::Where, std::map<std::uint64_t, std::string_view>> out;
  for (auto const& entry : entries) {
    if (entry.kind != "event" && entry.kind != "quarantine") continue;
    auto const subject = core::parse_subject(entry.subject);
    if (subject) out[{subject->attempt, subject->epoch}][subject->seq] = entry.bytes;
  }
  return out;
}

void Oracle::forget_beyond(core::State const& state, std::vector<journal::Entry> const& entries) {
  auto kept = lines_in(entries);
  for (auto& [where, own] : lines) {
    auto const& there = kept[where];
    std::erase_if(own, [&there](auto const& line) {
      auto const found = there.find(line.first);
      return found == there.end() || found->second != line.second;
    });
  }
  for (auto& [nisn, n] : logins) n = std::min(n, state.participant(nisn)->n);
  std::erase_if(attempts, [&](auto const& one) { return state.attempt(one.first) == nullptr; });
  std::erase_if(started, [&](auto const& id) { return !state.attempt(id) || !state.attempt(id)->started_x_ms; });
  std::erase_if(codes, [&](auto const& one) {
    auto const* attempt = state.attempt(one.first);
    return attempt == nullptr || !attempt->finish || attempt->finish->code != one.second;
  });
  std::erase_if(tokens_accepted,
                [&](auto const& nisn) { return !state.participant(nisn)->token_accepted.contains(sitting_id); });
  auto const now = state.sitting(sitting_id)->state;
  opened = opened && now != core::SittingState::scheduled;
  closed = closed && now == core::SittingState::closed;
}

}  // namespace proktor::sim
