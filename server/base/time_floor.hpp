#pragma once
// Exposes a wrong wall clock, which decides nothing here but is printed and shown to people: it cannot be before what is
// known to have happened (build, packet, last entry, last signed time), nor years after it, nor leap while this process
// runs (DESIGN 8). I/O thread.

#include "base/clock.hpp"

#include <string>

namespace proktor {

constexpr DurationMs clock_tolerance_ms = 120'000;
constexpr DurationMs clock_years_ms = 400LL * 24 * 3'600'000;  // a box that rested for longer than a season and a year

class TimeFloor {
 public:
  // `known_ms`: a moment that has passed for sure. The clock must outlive it.
  TimeFloor(Clock& clock, TimeMs known_ms);

  // Something happened, or was signed, then. What lies years ahead is itself the work of a wrong clock.
  void happened(TimeMs at_ms);

  // Why the clock is wrong; empty when nothing speaks against it.
  std::string objection();

 private:
  Clock& clock_;
  TimeMs known_ms_;
  TimeMs ahead_ms_;  // wall clock beyond the monotonic one, when this began
};

}  // namespace proktor
