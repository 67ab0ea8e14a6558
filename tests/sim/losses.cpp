// What goes wrong with the stick; and the journal that is lost or damaged together with its copy.

#include "run.hpp"

#include "disk.hpp"
#include "base/file.hpp"
#include "journal/journal.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace proktor::sim {

namespace disk = fault::disk;
namespace fs = std::filesystem;

namespace {

constexpr DurationMs under_way_ms = 10'000;  // longer than any answer takes: whoever was told something, was

void overwrite(World& world, fs::path const& path, bool from_its_start) {
  Fd const fd(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0 || info.st_size == 0) return;
  auto const size = static_cast<std::uint64_t>(info.st_size);
  auto const at = from_its_start ? 0 : world.below(size);
  std::string const noise(static_cast<std::size_t>(std::min<std::uint64_t>(size - at, 20'000)), '\xee');
  std::ignore = ::pwrite(fd.get(), noise.data(), noise.size(), static_cast<off_t>(at));
  std::ignore = ::fsync(fd.get());
}

}  // namespace

void Run::strike_stick() {
  auto& port = *port_;
  if (!port.plugged() || lossy_) return;  // lossy: it is all that is left
  auto const fail_for = [this, &port](disk::Failure failure) {
    failure.at = disk::operations(port.disk()) + 1 + world_.below(6);
    port.make_failing(failure);
    world_.after(world_.between(2'000, 30'000), [&port, stick = *port.plugged()] { port.heal(stick); });
  };
  if (world_.chance(plan_.stick_full)) fail_for({disk::Fault::no_space, 0, world_.chance(700), false, {}});
  else if (world_.chance(plan_.stick_failing)) {
    bool const sync = world_.chance(400);
    fail_for({sync ? disk::Fault::failed_sync : disk::Fault::io_error, 0, world_.chance(500), !sync, {}});
  }
  if (world_.chance(plan_.stick_silent)) {
    port.make_silent(true);
    world_.after(world_.between(1'000, 20'000), [&port] { port.make_silent(false); });
  }
  if (world_.chance(plan_.stick_torn)) {
    disk::cut_at(disk::operations(port.disk()) + 1 + world_.below(8), port.disk());
  } else if (world_.chance(plan_.stick_pulled)) {
    world_.reach(Rare::medium_pulled);
    change_stick();
  }
}

// Out; after a while in again, or the other one.
void Run::change_stick() {
  auto const before = *port_->plugged();
  port_->pull();
  world_.say("stick pulled");
  world_.after(world_.between(2'000, 40'000), [this, before] {
    if (port_->plugged()) return;
    bool const other = plan_.sticks_change && world_.chance(500);
    if (other) world_.reach(Rare::medium_changed);
    plug(other ? 1 - before : before);
  });
}

void Run::plug(std::size_t stick) {
  world_.say(fmt::format("stick {} plugged in", stick));
  port_->plug(stick);
}

void Run::heal_stick() {
  port_->make_silent(false);
  for (std::size_t stick = 0; stick < Port::stick_count; ++stick) {
    port_->heal(stick);
    disk::cut_at(0, Port::first_disk + stick);
  }
}

// A dead box's journal is damaged: the database, the copy or both are gone or hold garbage. What is acknowledged then
// comes from the stick, as far as it was seen to hold it.
DurationMs Run::wreck(bool power) {
  if (!port_ || !world_.chance(plan_.wreck)) return 0;
  auto const database = journal::database_path(site_.exam());
  auto const copy = journal::copy_path(site_.exam());
  bool const both = world_.chance(600);
  bool const database_hit = both || world_.chance(500);
  bool const gone = both ? port_->answers() && world_.chance(400) : world_.chance(500);
  world_.say(fmt::format("{}: {}", both ? "database and copy" : database_hit ? "database" : "copy", gone ? "gone" : "damaged"));
  if (both) world_.reach(Rare::journal_lost);
  // The copy alone has all that was acknowledged when the machine ran on and the disk took it.
  lossy_ = lossy_ || both || (database_hit && (power || copy_behind_));
  copy_alone_ = copy_alone_ || database_hit;
  if (both) {
    may_refuse_ = may_refuse_ || !port_->plugged() || port_->seen(stream_) == 0;
    heal_stick();
  }
  std::error_code ignored;
  auto const damage = [&](fs::path const& path) {
    if (gone) fs::remove(path, ignored);
    else overwrite(world_, path, !both || path == database);
  };
  if (database_hit) damage(database);
  if (database_hit) {  // pages in the log would hide the damage
    for (auto const* suffix : {"-wal", "-shm"}) fs::remove(database.string() + suffix, ignored);
  }
  if (both || !database_hit) damage(copy);
  std::ignore = sync_directory(site_.exam());
  return under_way_ms;
}

// Nothing that the box does not know any more was promised by it as it is now.
void Run::take_losses() {
  if (!std::exchange(lossy_, false)) return;
  auto const seen = read_journal(site_.exam());
  if (!seen) return world_.blame("chains", describe(seen.error()));
  // Not even the packet came back as a whole: a person imports it again.
  if (box_->exam().state.participants().size() < plan_.pupils) {
    over_ = true;
    return;
  }
  // What the centre has got may be given out again under the same numbers: sync stops, and a person makes a new stream.
  if (plan_.sync && box_->handle().stream == stream_) {
    over_ = true;
    return;
  }
  oracle_.forget_beyond(box_->exam().state, seen->entries);
  exam_time_.journal_was_lost();
  room_.closed = oracle_.closed;
  if (!oracle_.opened) proctor_.open();
}

}  // namespace proktor::sim
