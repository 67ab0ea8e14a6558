#pragma once
// What belongs to one simulated machine or process: clocks that stray from true time, and an event loop whose waiting
// coroutines can be dropped while everything they refer to is still there (a kill).

#include "world.hpp"

#include <boost/asio/io_context.hpp>

namespace proktor::sim {

class MachineClock final : public Clock {
 public:
  explicit MachineClock(World const& world) : world_(world) {}
  TimeMs wall_ms() override { return start_of_run_ms + world_.now_ms() + wall_offset_ms_; }
  DurationMs monotonic_ms() override { return world_.now_ms() - zero_ms_; }

  void jump(DurationMs by) { wall_offset_ms_ += by; }
  void suspended(DurationMs by) { zero_ms_ += by; }  // the monotonic clock stood still
  void boot() { zero_ms_ = world_.now_ms(); }

 private:
  static constexpr TimeMs start_of_run_ms = 1'795'400'000'000;
  World const& world_;
  DurationMs wall_offset_ms_ = 0;
  DurationMs zero_ms_ = 0;
};

class Loop : public boost::asio::io_context {
 public:
  Loop() : boost::asio::io_context(1) {}
  // Drops all that waits; nothing runs on it afterwards.
  void kill() { shutdown(); }
  std::size_t turn() {
    if (stopped()) restart();
    return poll();
  }
};

}  // namespace proktor::sim
