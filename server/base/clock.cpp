#include "base/clock.hpp"

#include <ctime>

namespace proktor {
namespace {

std::int64_t read_ms(clockid_t id) {
  timespec now{};
  ::clock_gettime(id, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

TimeMs SystemClock::wall_ms() { return read_ms(CLOCK_REALTIME); }
DurationMs SystemClock::monotonic_ms() { return read_ms(CLOCK_MONOTONIC); }

}  // namespace proktor
