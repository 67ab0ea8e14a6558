#pragma once
// A token bucket over exam time: `burst` at once, then one per `refill_ms`. A value without a thread of its own.

#include "base/clock.hpp"

#include <algorithm>

namespace proktor::core {

struct ThrottleRate {
  double burst = 1;
  double refill_ms = 1000;
};

class Throttle {
 public:
  // Takes one if there is one.
  bool take(ThrottleRate rate, DurationMs now_ms) {
    refill(rate, now_ms);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

  // Milliseconds until take() would succeed; 0 when it would now.
  DurationMs wait_ms(ThrottleRate rate, DurationMs now_ms) {
    refill(rate, now_ms);
    return left_ >= 1 ? 0 : static_cast<DurationMs>((1 - left_) * rate.refill_ms) + 1;
  }

 private:
  void refill(ThrottleRate rate, DurationMs now_ms) {
    if (!used_) left_ = rate.burst;
    used_ = true;
    left_ = std::min(rate.burst, left_ + static_cast<double>(now_ms - at_ms_) / rate.refill_ms);
    at_ms_ = now_ms;
  }

  bool used_ = false;  // full at first use
  double left_ = 0;
  DurationMs at_ms_ = 0;
};

}  // namespace proktor::core
