#pragma once
// The clock of timers on an event loop: the steady clock, unless a simulation that owns all loops of its process moves
// it by hand (tests/sim). Set before the first timer is made; any thread afterwards.

#include <chrono>
#include <cstdint>

namespace proktor {

struct LoopClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<LoopClock>;
  static constexpr bool is_steady = true;

  static inline std::int64_t const* simulated_ms = nullptr;

  static time_point now() noexcept {
    if (simulated_ms != nullptr) return time_point(std::chrono::milliseconds(*simulated_ms));
    return time_point(std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace proktor
