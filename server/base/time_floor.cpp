#include "base/time_floor.hpp"

#include <algorithm>

namespace proktor {
namespace {

std::string minutes(DurationMs ms) { return std::to_string(ms / 60'000) + " menit"; }

}  // namespace

TimeFloor::TimeFloor(Clock& clock, TimeMs known_ms)
    : clock_(clock), known_ms_(known_ms), ahead_ms_(clock.wall_ms() - clock.monotonic_ms()) {}

void TimeFloor::happened(TimeMs at_ms) {
  if (at_ms - known_ms_ < clock_years_ms) known_ms_ = std::max(known_ms_, at_ms);
}

std::string TimeFloor::objection() {
  TimeMs const wall_ms = clock_.wall_ms();
  DurationMs const leapt_ms = wall_ms - clock_.monotonic_ms() - ahead_ms_;
  if (wall_ms < known_ms_ - clock_tolerance_ms) return "tertinggal " + minutes(known_ms_ - wall_ms);
  if (wall_ms - known_ms_ > clock_years_ms) return "lebih dari setahun di depan";
  if (leapt_ms > clock_tolerance_ms || leapt_ms < -clock_tolerance_ms) return "melompat " + minutes(leapt_ms);
  return {};
}

}  // namespace proktor
