#pragma once
// One room of one pupil on the real rules (server/core), with a box whose clock can stand still, stop and start anew.
// What the box commits is its log; a start reads it back, as proktord does. Pure, virtual milliseconds.

#include "core/attempt.hpp"
#include "core/events.hpp"
#include "core/login.hpp"
#include "core/sitting.hpp"
#include "core/time.hpp"

#include <cstdint>
#include <string>

namespace proktor::fault {

constexpr DurationMs duration_ms = 3'600'000;
constexpr DurationMs credit_cap_ms = 600'000;
constexpr DurationMs alive_every_ms = 5'000;

class BoxModel {
 public:
  explicit BoxModel(std::uint64_t seed);

  // A step of real time. Down or suspended: exam time stands still.
  void pass(DurationMs ms);
  void cut_power();    // what was not in the journal is forgotten
  void start_again();  // reads the journal
  void suspend() { asleep_ = true; }
  void wake() { asleep_ = false; }
  bool answers() const { return up_ && !asleep_; }
  bool runs() const { return answers(); }

  core::Now now() const { return {1'000 + wall_jump_ms_ + x_ms_, x_ms_}; }
  void jump_wall(TimeMs by) { wall_jump_ms_ += by; }

  core::Session login(std::string const& device);    // makes or takes over the attempt
  core::AttemptId prepare(core::Session& session);   // as POST /api/attempt/prepare
  void start(core::Session const& session, DurationMs t_ms);
  core::EventsOutcome events(core::Session const& session, std::string const& body, DurationMs t_ms);
  core::Attempt const& attempt() const { return *state_.attempt(attempt_); }
  DurationMs left_ms() const { return core::remaining_ms(attempt(), x_ms_); }

 private:
  void commit(core::NewEntries const& entries);

  core::State state_;
  core::NewEntries log_;
  SplitMix64 random_;
  core::AttemptId attempt_{};
  core::EventLimits limits_;
  DurationMs x_ms_ = 5'000, alive_x_ms_ = 0;
  TimeMs wall_jump_ms_ = 0;
  bool up_ = true, asleep_ = false;
};

}  // namespace proktor::fault
