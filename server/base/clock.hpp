#pragma once
// Time as a parameter. Wall time is UTC milliseconds since 1970 and may jump; monotonic time never goes back and is
// the only source of durations (DESIGN 8). Any thread.

#include <cstdint>

namespace proktor {

using TimeMs = std::int64_t;      // UTC, milliseconds since 1970-01-01
using DurationMs = std::int64_t;  // milliseconds

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimeMs wall_ms() = 0;
  virtual DurationMs monotonic_ms() = 0;  // CLOCK_MONOTONIC: stands still in suspend
};

class SystemClock final : public Clock {
 public:
  TimeMs wall_ms() override;
  DurationMs monotonic_ms() override;
};

// For tests: moves only when told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimeMs wall = 1'795'400'000'000) : wall_(wall) {}
  TimeMs wall_ms() override { return wall_; }
  DurationMs monotonic_ms() override { return monotonic_; }
  void advance(DurationMs by) { wall_ += by, monotonic_ += by; }
  void jump_wall(DurationMs by) { wall_ += by; }

 private:
  TimeMs wall_;
  DurationMs monotonic_ = 0;
};

}  // namespace proktor
