#pragma once
// Waiting that can be cut short, and the pause between tries. I/O thread only.

#include "base/loop_clock.hpp"
#include "base/random.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>

namespace proktor::sync {

// One waiter. A notify() before wait() is not lost: the next wait returns at once.
class Wake {
 public:
  explicit Wake(boost::asio::any_io_executor executor);
  boost::asio::awaitable<void> wait(std::chrono::milliseconds at_most);
  void notify();

 private:
  boost::asio::basic_waitable_timer<LoopClock> timer_;
  bool notified_ = false;
};

// Doubles from `first` to `max`; each pause is drawn evenly from zero to that (full jitter), so that
// thousands of boxes do not come back at once.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds max)
      : first_(first), max_(max), next_(first) {}
  std::chrono::milliseconds next(Random& random);
  void reset() { next_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds max_;
  std::chrono::milliseconds next_;
};

}  // namespace proktor::sync
