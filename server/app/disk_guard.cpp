#include "app/disk_guard.hpp"

#include "base/log.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::app {
namespace {

constexpr mode_t ballast_mode = 0600;

}  // namespace

DiskGuard::DiskGuard(std::filesystem::path const& directory, DiskLimits limits)
    : directory_(directory), path_(directory / "ballast"), limits_(limits) {}

std::optional<DiskState> DiskGuard::look(bool full) {
  std::error_code error;
  bool const held = std::filesystem::exists(path_, error);
  DiskState state;
  if (full && held) {
    fresh_ = false;
    state.gave_up = ::unlink(path_.c_str()) == 0;
    if (state.gave_up) log_warning("the disk is full: the ballast was given up");
  }
  auto const space = std::filesystem::space(directory_, error);
  if (error) return std::nullopt;
  state.available_bytes = space.available;
  // At the start half of what is left may go into it; later only where there is plenty, or it would come and go.
  auto const wanted = limits_.ballast_bytes + (fresh_ ? limits_.ballast_bytes : limits_.low_bytes);
  if (full || held || limits_.ballast_bytes == 0 || state.available_bytes < wanted) return state;
  if (auto done = make(); !done) log_warning("no ballast: " + describe(done.error()));
  return state;
}

// Allocated, not only announced: a sparse file would give nothing back.
Result<void> DiskGuard::make() {
  Fd const fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, ballast_mode));
  if (!fd) return fail(Errc::io_error, path_.string());
  int const refused = ::posix_fallocate(fd.get(), 0, static_cast<off_t>(limits_.ballast_bytes));
  if (refused == 0) return {};
  ::unlink(path_.c_str());
  return fail(refused == ENOSPC ? Errc::storage_full : Errc::io_error, std::strerror(refused));
}

}  // namespace proktor::app
