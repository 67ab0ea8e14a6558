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

DurationMs remaining_ms(Attempt const& attempt, DurationMs x_ms) {
  DurationMs const until_x_ms = attempt.finish ? attempt.finish->x_ms : x_ms;
  auto const start = start_x_ms(attempt, until_x_ms);
  if (!start) return attempt.duration_ms;
  DurationMs const consumed = until_x_ms - *start - attempt.credit_ms;
  return std::clamp<DurationMs>(attempt.duration_ms - consumed, 0, attempt.duration_ms);
}

bool is_late(Attempt const& attempt, std::optional<std::int64_t> t_ms, DurationMs x_ms) {
  if (remaining_ms(attempt, x_ms) > 0) return false;
  auto const& before = attempt.contact_in_time;
  if (!before || !t_ms || *t_ms < before->t_ms) return true;
  DurationMs const left_then = remaining_ms(attempt, before->x_ms);
  return *t_ms - before->t_ms >= left_then + late_grace_ms;
}

DurationMs blocked_credit_ms(Attempt const& attempt, DurationMs blocked_ms, DurationMs gap_ms, DurationMs cap_ms) {
  return std::max<DurationMs>(0, std::min({blocked_ms, gap_ms, cap_ms - attempt.credit_ms}));
}

}  // namespace proktor::core
