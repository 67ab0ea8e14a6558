#pragma once
// What one seed plays: how many pupils, which actors and faults are on, and how often each strikes. Drawn from the seed,
// so that every batch is a swarm of different configurations. Rates are per mille of an occasion unless a unit says else.

#include "world.hpp"

namespace proktor::sim {

struct Plan {
  unsigned pupils = 3;
  unsigned items = 4;
  DurationMs length_ms = 0;    // of the busy part; healing follows
  DurationMs duration_ms = 0;  // of a test
  DurationMs pace_ms = 0;      // mean time between two acts of a pupil

  // The room's network.
  DurationMs delay_most_ms = 5;
  unsigned lost_request = 0, lost_reply = 0, duplicate = 0;
  unsigned partition = 0;  // a pupil's cable, per act

  // The box.
  DurationMs commit_most_ms = 3;
  unsigned power_cut = 0, kill = 0;  // per 10 s
  unsigned at_operation = 0;         // of those: inside a later disk operation instead of now
  unsigned cut_again = 0;            // of the starts after one: another cut while it recovers
  unsigned io_error = 0, disk_full = 0, copy_full = 0, short_write = 0, failed_sync = 0;  // per 10 s
  unsigned wal_flip = 0;      // of the power cuts: a bit of the WAL's tail is flipped too
  std::size_t lying_syncs = 0;  // the disk forgets this many syncs at a cut
  unsigned clock_jump = 0, suspend = 0;  // per 10 s
  std::uint64_t checkpoint_bytes = 0;    // small ones make checkpoints happen
  bool tight_quota = false, tight_queue = false;

  // The second medium.
  bool medium = false;
  bool sticks_change = false;  // the other stick is plugged in now and then
  DurationMs gather_ms = 1'000;
  unsigned stick_pulled = 0, stick_torn = 0, stick_full = 0, stick_failing = 0, stick_silent = 0;  // per 10 s
  unsigned wreck = 0;  // of the deaths: the journal's database, copy or both are damaged or gone

  // Sync and centre.
  bool sync = false;
  unsigned line_cut = 0, line_twice = 0, line_lost_reply = 0, line_garbage = 0;
  unsigned kill_sync = 0, kill_centre = 0;  // per 10 s

  // People.
  unsigned lose_cookie = 0;  // of the reloads: the browser forgot its cookies
  unsigned reload = 0, change_pc = 0, twin = 0, leave = 0, type = 0, hurry = 0;  // per act
  unsigned reset_first = 0, refuse = 0;  // of the second PCs
  unsigned no_storage = 0;  // of the PCs: a page that cannot store
  unsigned hostile = 0;     // per 10 s
  unsigned close_early = 0;  // of the runs: the sesi is closed while they work

  std::string text() const;
};

Plan draw_plan(World& world);

}  // namespace proktor::sim
