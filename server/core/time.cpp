#include "core/time.hpp"

#include <algorithm>

namespace proktor::core {

std::optional<DurationMs> start_x_ms(Attempt const& attempt, DurationMs x_ms) {
  std::optional<DurationMs> start = attempt.started_x_ms;
  if (attempt.items_sent_x_ms) {
    DurationMs const latest = *attempt.items_sent_x_ms + start_after_items_ms;
    if (start) start = std::min(*start, latest);
    if (!start && x_ms >= latest) start = latest;
  }
  return start;
}

namespace {

std::optional<DurationMs> deadline_x_ms(Attempt const& attempt, DurationMs x_ms) {
  auto const start = start_x_ms(attempt, x_ms);
  if (!start) return std::nullopt;
  return *start + attempt.duration_ms + attempt.credit_ms;
}

}  // namespace

DurationMs remaining_ms(Attempt const& attempt, DurationMs x_ms) {
  DurationMs const until_x_ms = attempt.finish ? attempt.finish->x_ms : x_ms;
  auto const deadline = deadline_x_ms(attempt, until_x_ms);
  if (!deadline) return attempt.duration_ms;
  return std::clamp<DurationMs>(*deadline - until_x_ms, 0, attempt.duration_ms);
}

bool is_late(Attempt const& attempt, Written const& line, DurationMs x_ms) {
  if (remaining_ms(attempt, x_ms) > 0) return false;
  auto const& before = attempt.contact_in_time;
  auto const deadline = deadline_x_ms(attempt, x_ms);
  if (!deadline || !line.t_ms || before.x_ms >= *deadline + late_grace_ms) return true;
  if (attempt.handed_over_x_ms && x_ms - *attempt.handed_over_x_ms > hand_over_grace_ms) return true;
  // From before that contact as well: it need not have brought all that waited.
  DurationMs const after_ms = *line.t_ms - before.t_ms;
  if (after_ms < *deadline - before.x_ms + late_grace_ms + after_ms / clock_error_per) return false;
  // The page's clock may have leapt before the line was written: how long it waited to be sent tells it as well.
  if (!line.sent_t_ms || *line.sent_t_ms < *line.t_ms) return true;
  DurationMs const waited_ms = *line.sent_t_ms - *line.t_ms;
  return x_ms - waited_ms >= *deadline + late_grace_ms + waited_ms / clock_error_per;
}

void remember_silence(Attempt& attempt, DurationMs x_ms, std::optional<DurationMs> from_t_ms,
                      std::optional<DurationMs> to_t_ms) {
  if (x_ms - attempt.heard_x_ms < silence_least_ms) return;
  if (attempt.silences.size() >= silences_max) attempt.silences.erase(attempt.silences.begin());
  attempt.silences.push_back({attempt.heard_x_ms, x_ms, from_t_ms, to_t_ms});
}

void hear(Attempt& attempt, std::optional<DurationMs> t_ms, DurationMs x_ms) {
  remember_silence(attempt, x_ms);
  auto const& last = attempt.last_contact;
  if (!attempt.silences.empty() && attempt.silences.back().to_x_ms == x_ms && attempt.silences.back().read) {
    auto& silence = attempt.silences.back();
    if (last && last->t_ms > 0) silence.from_t_ms = last->t_ms;
    silence.to_t_ms = t_ms;
    silence.read = !t_ms;
  }
  attempt.last_contact = Contact{x_ms, t_ms.value_or(last ? last->t_ms : 0)};
  attempt.heard_x_ms = x_ms;
}

namespace {

// How long the page's clock stood still in a silence.
DurationMs unseen_ms(Silence const& silence) {
  DurationMs const by_box = silence.to_x_ms - silence.from_x_ms;
  if (!silence.from_t_ms || !silence.to_t_ms) return by_box;
  DurationMs const ms = by_box - (*silence.to_t_ms - *silence.from_t_ms);
  return ms < silence_least_ms ? 0 : ms;  // a little: its clock runs slow
}

DurationMs seen_ms(Silence const& silence, DurationMs from_t_ms, DurationMs to_t_ms) {
  if (silence.from_t_ms) from_t_ms = std::max(from_t_ms, *silence.from_t_ms);
  if (silence.to_t_ms) to_t_ms = std::min(to_t_ms, *silence.to_t_ms);
  return std::max<DurationMs>(0, to_t_ms - from_t_ms);
}

}  // namespace

DurationMs take_blocked_credit(Attempt& attempt, Blocked const& told, DurationMs x_ms, DurationMs cap_ms) {
  DurationMs const from_ms = std::max(told.from_ms, attempt.blocked_until_t_ms);
  DurationMs const to_ms = std::min(told.to_ms, told.t_ms);
  attempt.blocked_until_t_ms = std::max(attempt.blocked_until_t_ms, to_ms);
  auto const start = start_x_ms(attempt, x_ms);
  if (!start) return 0;
  DurationMs seen_left = std::max<DurationMs>(0, to_ms - from_ms);
  DurationMs unseen_left = std::max<DurationMs>(0, told.to_ms - std::max(told.from_ms, told.t_ms));
  DurationMs cap_left = std::max<DurationMs>(0, cap_ms - attempt.credit_ms);
  DurationMs total_ms = 0;
  for (auto& silence : attempt.silences) {
    DurationMs const room = silence.to_x_ms - std::max(silence.from_x_ms, *start) - silence.credited_ms;
    DurationMs const still = unseen_ms(silence) - silence.credited_unseen_ms;
    DurationMs const unseen = std::max<DurationMs>(0, std::min({unseen_left, still, room, cap_left}));
    DurationMs const seen = std::max<DurationMs>(
        0, std::min({seen_left, seen_ms(silence, from_ms, to_ms), room - unseen, cap_left - unseen}));
    silence.credited_ms += seen + unseen;
    silence.credited_unseen_ms += unseen;
    seen_left -= seen;
    unseen_left -= unseen;
    cap_left -= seen + unseen;
    total_ms += seen + unseen;
  }
  return total_ms;
}

}  // namespace proktor::core
