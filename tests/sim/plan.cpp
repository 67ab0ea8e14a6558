#include "plan.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace proktor::sim {
namespace {

// On in about half of the seeds; then up to `most`.
unsigned some(World& world, unsigned most) { return world.chance(500) ? 1 + static_cast<unsigned>(world.below(most)) : 0; }

void draw_disk(World& world, Plan& plan) {
  plan.power_cut = some(world, 300);
  plan.kill = some(world, 300);
  plan.at_operation = some(world, 1000);
  plan.cut_again = some(world, 300);
  plan.io_error = world.chance(250) ? some(world, 100) : 0;
  plan.failed_sync = world.chance(250) ? some(world, 100) : 0;
  plan.short_write = world.chance(250) ? some(world, 100) : 0;
  plan.disk_full = world.chance(300) ? some(world, 200) : 0;
  plan.copy_full = world.chance(200) ? some(world, 200) : 0;
  plan.wal_flip = world.chance(400) ? some(world, 500) : 0;
  plan.lying_syncs = world.chance(150) ? 1 + world.below(world.chance(500) ? 2 : 60) : 0;
  plan.checkpoint_bytes = world.chance(500) ? 16U << 10U : 256U << 10U;
  if (world.chance(150)) plan.checkpoint_bytes = 16U << 20U;
}

void draw_medium(World& world, Plan& plan) {
  plan.medium = world.chance(300);
  if (!plan.medium) return;
  plan.sticks_change = world.chance(400);
  plan.gather_ms = world.chance(500) ? 1'000 : world.between(2'000, 10'000);
  plan.stick_pulled = some(world, 150);
  plan.stick_torn = some(world, 150);
  plan.stick_full = some(world, 150);
  plan.stick_failing = some(world, 150);
  plan.stick_silent = some(world, 150);
  plan.wreck = some(world, 500);
  // Marks go back behind what a page without a store still has; a stick has what the box was made to forget.
  if (plan.wreck > 0 && world.chance(500)) plan.no_storage = 500, plan.reload = std::max(plan.reload, 40U);
  if (world.chance(200)) plan.lying_syncs = 1 + world.below(60);
}

void draw_line(World& world, Plan& plan) {
  plan.sync = world.chance(350);
  plan.line_cut = some(world, 300);
  plan.line_twice = some(world, 200);
  plan.line_lost_reply = some(world, 200);
  plan.line_garbage = some(world, 150);
  plan.kill_sync = some(world, 150);
  plan.kill_centre = some(world, 150);
}

void draw_people(World& world, Plan& plan) {
  plan.reload = some(world, 40);
  plan.lose_cookie = some(world, 400);
  plan.tight_quota = world.chance(100);
  plan.tight_queue = world.chance(150);
  if (plan.tight_queue) plan.commit_most_ms = std::max(plan.commit_most_ms, world.between(100, 600));
  plan.change_pc = some(world, 25);
  plan.twin = some(world, 300);
  plan.leave = some(world, 60);
  plan.type = some(world, 300);
  plan.hurry = some(world, 12);
  plan.reset_first = some(world, 500);
  plan.refuse = some(world, 200);
  plan.no_storage = some(world, 200);
  plan.hostile = some(world, 500);
  plan.close_early = some(world, 400);
}

}  // namespace

Plan draw_plan(World& world) {
  Plan plan;
  plan.pupils = 1 + static_cast<unsigned>(world.below(4));
  plan.items = 2 + static_cast<unsigned>(world.below(4));
  plan.length_ms = world.between(60'000, 240'000);
  plan.duration_ms = world.chance(300) ? world.between(30'000, 90'000) : world.between(120'000, 600'000);
  plan.pace_ms = world.between(800, 5'000);

  plan.delay_most_ms = world.chance(500) ? 20 : world.between(50, 3'000);
  plan.lost_request = some(world, 80);
  plan.lost_reply = some(world, 80);
  plan.duplicate = some(world, 80);
  plan.partition = some(world, 30);

  plan.commit_most_ms = world.chance(500) ? 3 : world.between(10, 400);
  draw_disk(world, plan);
  plan.clock_jump = some(world, 150);
  plan.suspend = world.chance(300) ? some(world, 60) : 0;

  draw_line(world, plan);
  draw_people(world, plan);
  draw_medium(world, plan);
  // A disk that lies shows it at a power cut; a stick that is out then has what the box forgot.
  if (plan.lying_syncs > 0) {
    plan.power_cut = std::max(plan.power_cut, 100U);
    plan.stick_pulled = std::max(plan.stick_pulled, 100U);
  }
  return plan;
}

std::string Plan::text() const {
  return fmt::format("{} pupils, {} s, test {} s, pace {} ms, cut {} kill {} at-operation {} lie {} full {} io {} sync {} "
                     "short {} flip {} jump {} suspend {} net {}/{}/{}/{} hostile {} sync {} medium {} wreck {}",
                     pupils, length_ms / 1000, duration_ms / 1000, pace_ms, power_cut, kill, at_operation, lying_syncs,
                     disk_full, io_error, failed_sync, short_write, wal_flip, clock_jump, suspend, delay_most_ms,
                     lost_request, lost_reply, duplicate, hostile, sync, medium,
                     wreck);
}

}  // namespace proktor::sim
