#pragma once
// A pupil's page as client-web/tes measures time: its clock `t`, what it tells as blocked, its countdown. The world
// gives it real time and decides when it runs, is frozen, sleeps or is off.

#include "school.hpp"

#include <optional>
#include <string>
#include <vector>

namespace proktor::fault {

constexpr DurationMs tick_ms = 1'000, frozen_ms = 2'000, sleep_jump_ms = 2'000, life_every_ms = 5'000;
constexpr DurationMs heartbeat_ms = 10'000, least_gap_ms = 1'000;

struct Line {
  std::string text{};
  double used_ms = 0;       // of the pupil's true time, when it was written
  DurationMs told_ms = 0;   // of a blocked interval
  bool unseen = false;
};

class PupilPage {
 public:
  // A page that finds nothing on this computer, or that goes on after `before` was reloaded.
  PupilPage(BoxModel& box, std::string device, double rate, PupilPage const* before, DurationMs wall_gap_ms);

  void run(DurationMs ms);                            // the page's clock goes on …
  void tick(double used_ms);                          // … and its timers run
  void slept(DurationMs wall_ms);                     // the PC's clock went on by itself, or was set
  void answer(double used_ms);
  // One exchange with the box; true when a line that was written in time came back as late.
  bool exchange(bool ack_lost);
  bool due() const { return !waiting_.empty() || beat_ || t() - contact_t_ >= heartbeat_ms || !started_; }
  bool quiet() const { return waiting_.empty(); }
  bool over() const { return over_; }

  DurationMs silent_ms() const { return t() - contact_t_; }
  DurationMs t() const { return static_cast<DurationMs>(t_); }
  std::string const& device() const { return device_; }
  core::Session const& session() const { return session_; }
  std::uint64_t seq() const { return seq_; }

 private:
  std::optional<DurationMs> left() const;
  DurationMs promised_ms() const;
  DurationMs seen_ms() const;  // of it, what ran off the countdown
  void start();
  void claim(DurationMs from_t, DurationMs to_t);
  void add(std::string const& rest, double used_ms);

  BoxModel* box_;
  std::string device_;
  core::Session session_{};
  double rate_, t_ = 0, monotonic_ = 0, heard_ = 0, prepared_left_ = 0, not_running_ms_ = 0;
  DurationMs tick_t_ = 0, contact_t_ = 0, life_t_ = 0, life_left_ = 0, wall_ahead_ms_ = 0;
  std::optional<double> deadline_;  // of the monotonic clock
  std::vector<Line> waiting_;
  std::uint64_t seq_ = 0;
  bool started_ = false, beat_ = false, over_ = false;
};

}  // namespace proktor::fault
