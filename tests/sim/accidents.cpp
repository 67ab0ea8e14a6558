// What goes wrong with the box: power, kills, disk, clocks; and its starts.

#include "run.hpp"

#include "base/file.hpp"
#include "disk.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::sim {

namespace disk = fault::disk;

namespace {

constexpr DurationMs ten_years_ms = 10LL * 365 * 24 * 3'600'000;
constexpr unsigned failed_starts_max = 6;

}  // namespace

void Run::accident() {
  if (healing_) return;
  world_.after(world_.between(5'000, 15'000), [this] { accident(); });
  if (world_.chance(plan_.hostile)) villain_.strike();
  if (plan_.sync) strike_sync();
  if (port_) strike_stick();
  if (!box_ || suspended_) return;
  if (world_.chance(plan_.clock_jump)) {
    world_.reach(Rare::clock_jump);
    auto const by = world_.chance(300) ? ten_years_ms : world_.between(1'000, 7'200'000);
    site_.clock.jump(world_.chance(500) ? by : -by);
  }
  if (world_.chance(plan_.suspend)) return suspend(world_.between(1'000, 120'000));
  strike_disk();
  if (world_.chance(plan_.power_cut)) return cut_power();
  if (world_.chance(plan_.kill)) kill();
}

void Run::strike_disk() {
  auto const strike = [this](disk::Fault fault, bool persistent, DurationMs for_ms, char const* only = "") {
    faulty_ = true;
    world_.say(fmt::format("disk fault {} {}", static_cast<int>(fault), persistent));
    disk::fail({fault, disk::operations() + 1 + world_.below(30), persistent, false, only});
    world_.after(for_ms, [this] {
      disk::fail({});
      faulty_ = false;
    });
  };
  if (world_.chance(plan_.disk_full)) {
    return strike(disk::Fault::no_space, world_.chance(700), world_.between(2'000, 20'000));
  }
  if (world_.chance(plan_.copy_full)) {
    return strike(disk::Fault::no_space, world_.chance(700), world_.between(2'000, 20'000), "journal.copy");
  }
  if (world_.chance(plan_.io_error)) return strike(disk::Fault::io_error, world_.chance(300), 5'000);
  if (world_.chance(plan_.failed_sync)) return strike(disk::Fault::failed_sync, world_.chance(300), 5'000);
  if (world_.chance(plan_.short_write)) return strike(disk::Fault::short_write, false, 5'000);
}

void Run::strike_sync() {
  if (courier_.up() && world_.chance(plan_.kill_sync)) {
    world_.reach(Rare::sync_killed);
    courier_.kill();
    world_.after(world_.between(500, 20'000), [this] { start_sync(); });
  }
  if (centre_.up() && world_.chance(plan_.kill_centre)) {
    world_.reach(Rare::centre_killed);
    centre_.kill();
    world_.after(world_.between(500, 30'000), [this] { start_sync(); });
  }
}

// Both ends, whichever is down. A box without power cannot sync.
void Run::start_sync() {
  if (!centre_.up() && !centre_.start()) world_.blame("centre_complete", "the centre does not start");
  if (courier_.up() || !box_) return;
  if (!courier_.start()) world_.after(2'000, [this] { start_sync(); });
}

void Run::cut_power() {
  if (world_.chance(plan_.at_operation)) {
    world_.reach(Rare::power_cut_in_write);
    return disk::cut_at(disk::operations() + 1 + world_.below(60));
  }
  disk::cut_now();
  crashed(true);
}

void Run::kill() {
  if (world_.chance(plan_.at_operation)) {
    world_.reach(Rare::kill_in_write);
    kill_armed_ = true;
    return disk::kill_at(disk::operations() + 1 + world_.below(60));
  }
  disk::kill_at(disk::operations() + 1);
  crashed(false);
}

// The process is gone from one moment to the next; what it had said before is out.
void Run::crashed(bool power) {
  world_.reach(power ? Rare::power_cut : Rare::process_kill);
  world_.say(power ? "power cut" : "killed");
  exam_time_.died(world_, *box_);
  ++deaths_;
  write_planned_ = kill_armed_ = false;
  if (!power) disk::kill_at(disk::operations() + 1);
  box_.reset();
  if (power) courier_.kill();
  else courier_.box_died();
  disk::fail({});
  faulty_ = false;
  if (power) {
    lossy_ = lossy_ || copy_alone_;
    disk::restore_image();
    if (port_) port_->power_cut();
    site_.clock.boot();
  } else {
    disk::revive();
  }
  auto const wrecked_for = wreck(power);
  if (!power && wrecked_for == 0 && world_.chance(plan_.wal_flip)) flip_wal_bit();
  auto const pause = power ? world_.between(3'000, 40'000) : world_.between(300, 5'000);
  world_.after(pause + wrecked_for, [this] { start(); });
}

void Run::start() {
  if (box_) return;
  if (!healing_ && world_.chance(plan_.cut_again)) disk::cut_at(disk::operations() + 1 + world_.below(80));
  box_ = std::make_unique<Box>(world_, plan_, site_, package_, port_ ? &*port_ : nullptr);
  auto const opened = box_->open();
  if (disk::is_cut()) {
    world_.reach(Rare::kill_in_recovery);
    return crashed(true);
  }
  if (!opened) return not_opened(opened.error());
  started();
}

void Run::not_opened(Error const& error) {
  world_.say("no start: " + describe(error));
  box_.reset();
  if (plan_.lying_syncs > 0 || may_refuse_) {
    // The damage is named and nothing is served; a person restores from a second medium.
    world_.reach(Rare::refused_start);
    over_ = true;
    return;
  }
  if (++failed_starts_ >= failed_starts_max || !faulty_) world_.blame("recovery", describe(error));
  ++deaths_;
  world_.after(3'000, [this] { start(); });
}

void Run::started() {
  failed_starts_ = 0;
  may_refuse_ = copy_alone_ = false;
  disk::cut_at(0);
  auto const& handle = box_->handle();
  world_.say(fmt::format("started at {} recovered {} filled {} cut {}", handle.head.lsn, handle.recovered,
                         handle.copy_filled, handle.copy_cut_bytes));
  if (handle.recovered > 0) world_.reach(Rare::tail_recovered);
  if (handle.copy_filled > 0) world_.reach(Rare::copy_filled);
  if (handle.copy_cut_bytes > 0) world_.reach(Rare::copy_cut);
  if (handle.recovered + handle.copy_filled + handle.copy_cut_bytes > 0) world_.reach(Rare::unclean_start);
  if (stream_ != Bytes16{} && handle.stream != stream_) world_.reach(Rare::rebuilt);
  take_losses();
  if (over_) return box_.reset();
  exam_time_.started(world_, plan_, *box_);
  if (plan_.sync) start_sync();
  check(false);
  stream_ = handle.stream;
}

void Run::suspend(DurationMs for_ms) {
  world_.reach(Rare::suspended);
  suspended_ = true;
  world_.after(for_ms, [this, for_ms] {
    suspended_ = false;
    site_.clock.suspended(for_ms);
    exam_time_.slept(for_ms);
    if (box_) plan_write();
  });
}

// Memory or disk damaged a byte of the newest frames in the write-ahead log of a process that was killed.
void Run::flip_wal_bit() {
  constexpr off_t header_bytes = 32, frame_bytes = 24 + 4'096, salts_at = 8, header_salts_at = 16, salt_bytes = 8;
  constexpr std::uint64_t newest_frames = 4;
  Fd const fd(::open((site_.exam() / "journal.db-wal").c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) return;
  auto const salts = [&fd](off_t at) {
    std::string out(static_cast<std::size_t>(salt_bytes), '\0');
    return ::pread(fd.get(), out.data(), out.size(), at) == salt_bytes ? out : std::string();
  };
  auto const current = salts(header_salts_at);
  std::uint64_t frames = 0;  // behind them lie those of an earlier round
  auto const frame_at = [](std::uint64_t frame) { return header_bytes + static_cast<off_t>(frame) * frame_bytes; };
  while (!current.empty() && salts(frame_at(frames) + salts_at) == current) ++frames;
  if (frames == 0) return;
  auto const frame = frames - 1 - world_.below(std::min(frames, newest_frames));
  auto const at = frame_at(frame) + static_cast<off_t>(world_.below(static_cast<std::uint64_t>(frame_bytes)));
  char byte = 0;
  if (::pread(fd.get(), &byte, 1, at) != 1) return;
  byte = static_cast<char>(byte ^ (1 << world_.below(8)));
  if (::pwrite(fd.get(), &byte, 1, at) != 1 || ::fsync(fd.get()) != 0) return;
  copy_alone_ = true;
  world_.say("a bit of the write-ahead log flipped");
}

}  // namespace proktor::sim
