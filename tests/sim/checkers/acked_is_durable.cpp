// I1: what was acknowledged is in the journal, byte for byte, under its attempt, epoch and number.

#include "checkers.hpp"

#include "core/json_fields.hpp"

#include <fmt/format.h>

namespace proktor::sim {

Result<SeenJournal> read_journal(std::filesystem::path const& directory) {
  auto reader = journal::Reader::open(directory);
  if (!reader) return reader.error();
  SeenJournal seen;
  auto const read = reader->read_entries(0, 10'000'000, [&](journal::Entry const& entry) { seen.entries.push_back(entry); });
  if (!read) return read.error();
  return seen;
}

namespace {

void check_acts(Evidence const& evidence) {
  auto const& state = evidence.box.exam().state;
  auto const& oracle = evidence.oracle;
  auto const blame = [&](std::string const& what) { evidence.world.blame("acked_is_durable", what); };
  auto const* sitting = state.sitting(sitting_id);
  if (oracle.opened && sitting->state == core::SittingState::scheduled) blame("the opening of the sesi is lost");
  if (oracle.closed && sitting->state != core::SittingState::closed) blame("the close of the sesi is lost");
  for (auto const& [nisn, n] : oracle.logins) {
    if (state.participant(nisn)->n < n) blame(fmt::format("login {} of {} is lost", n, nisn));
  }
  for (auto const& nisn : oracle.tokens_accepted) {
    if (!state.participant(nisn)->token_accepted.contains(sitting_id)) blame("the token of " + nisn + " is lost");
  }
  for (auto const& [id, nisn] : oracle.attempts) {
    auto const* attempt = state.attempt(id);
    if (attempt == nullptr || attempt->participant != nisn) blame("attempt " + hex(id) + " is lost");
  }
  for (auto const& id : oracle.started) {
    auto const* attempt = state.attempt(id);
    if (attempt != nullptr && !attempt->started_x_ms) blame("the start of " + hex(id) + " is lost");
  }
  for (auto const& [id, code] : oracle.codes) {
    auto const* attempt = state.attempt(id);
    if (attempt == nullptr || !attempt->finish || attempt->finish->code != code) blame("the end of " + hex(id) + " is lost");
  }
}

}  // namespace

void check_acked_is_durable(Evidence const& evidence) {
  // A disk that lies keeps no promise; its pupils' pages send again what it forgot, by the end.
  bool const lying = evidence.plan.lying_syncs > 0;
  if (lying) return;
  auto kept = lines_in(evidence.journal.entries);
  for (auto const& [where, lines] : evidence.oracle.lines) {
    auto const& there = kept[where];
    for (auto const& [seq, line] : lines) {
      auto const found = there.find(seq);
      if (found == there.end() || found->second != line) {
        evidence.world.blame("acked_is_durable",
                             fmt::format("{} {} seq {} {}", hex(where.first), core::text_of(where.second), seq,
                                         found == there.end() ? "is missing" : "has other bytes"));
        return;
      }
    }
  }
  check_acts(evidence);
}

}  // namespace proktor::sim
