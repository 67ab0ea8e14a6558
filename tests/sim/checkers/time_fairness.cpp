// Exam time runs with true time while the box runs, and never otherwise; a crash gives back at most 5 s (the last sign of
// life) and never takes any; blocked credit stays within its cap.

#include "checkers.hpp"

#include "core/json_fields.hpp"

#include <fmt/format.h>

namespace proktor::sim {
namespace {

constexpr DurationMs lost_most_ms = 5'000;  // and what the disk takes for a commit
constexpr DurationMs full_lasts_ms = 20'000;  // as long as accidents fill it
constexpr DurationMs drift_most_ms = 1;
constexpr DurationMs credit_cap_ms = 120'000;

}  // namespace

void ExamTime::started(World& world, Plan const& plan, Box& box) {
  auto const x = box.context().exams.now(box.exam()).x_ms;
  if (lived_ && plan.lying_syncs == 0) {
    if (x > x_at_death_ms_) world.blame("time_fairness", fmt::format("exam time went on {} ms in a crash", x - x_at_death_ms_));
    // While the disk was full nothing could be written down, nor could anybody's answer.
    bool const was_full = x_at_death_ms_ - last_full_x_ms_ < full_lasts_ms;
    auto const most = lost_most_ms + 2 * plan.commit_most_ms + (was_full ? full_lasts_ms : 0);
    // A sesi that was only about to be opened never was.
    bool const was_open = open_at_death_ && box.exam().state.any_sitting_open();
    if (was_open && x_at_death_ms_ - x > most) {
      world.blame("time_fairness", fmt::format("a crash gave {} ms back", x_at_death_ms_ - x));
    }
  }
  base_true_ms_ = world.now_ms();
  base_x_ms_ = x;
  last_full_x_ms_ = x - full_lasts_ms;
  lived_ = running_ = true;
}

void ExamTime::died(World const& world, Box& box) {
  if (!std::exchange(running_, false)) return;  // in its recovery
  x_at_death_ms_ = base_x_ms_ + world.now_ms() - base_true_ms_;
  open_at_death_ = box.exam().state.any_sitting_open();
}

void ExamTime::look(World& world, Box& box) {
  auto const x = box.context().exams.now(box.exam()).x_ms;
  auto const expected = base_x_ms_ + world.now_ms() - base_true_ms_;
  if (x - expected > drift_most_ms || expected - x > drift_most_ms) {
    world.blame("time_fairness", fmt::format("exam time is {} ms, should be {}", x, expected));
  }
  if (box.exam().stale) last_full_x_ms_ = x;
}

void check_time_fairness(Evidence const& evidence) {
  std::map<std::string, DurationMs> credits;
  for (auto const& entry : evidence.journal.entries) {
    if (entry.kind == "event" && entry.subject.find(" late") != std::string::npos) evidence.world.reach(Rare::late_line);
    if (entry.kind != "credit") continue;
    evidence.world.reach(Rare::blocked_credit);
    core::JsonFields f(entry.bytes);
    if ((credits[entry.subject] += f.integer("ms")) > credit_cap_ms) {
      return evidence.world.blame("time_fairness", fmt::format("lsn {}: credit over its cap", entry.lsn));
    }
  }
}

}  // namespace proktor::sim
