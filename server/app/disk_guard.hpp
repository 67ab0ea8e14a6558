#pragma once
// Room for the worst day: a ballast file of real blocks in the data directory. When the disk is full it is given up, so
// that answers go on being stored while somebody makes room; it is made again when there is plenty. Blocking: on the
// pool, one call at a time.

#include "base/file.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace proktor::app {

struct DiskLimits {
  std::uint64_t ballast_bytes = 64U << 20U;  // 0: none
  std::uint64_t low_bytes = 1U << 30U;       // less than this is an alarm; more, beside the ballast, makes it again
};

struct DiskState {
  std::uint64_t available_bytes = 0;
  bool gave_up = false;  // in this look: there is room now
};

class DiskGuard {
 public:
  DiskGuard(std::filesystem::path const& directory, DiskLimits limits);

  // `full`: a journal refuses for want of space. Nothing when the disk does not say how it is.
  std::optional<DiskState> look(bool full);

 private:
  Result<void> make();

  std::filesystem::path directory_, path_;
  DiskLimits limits_;
  bool fresh_ = true;  // nothing was given up in this life
};

}  // namespace proktor::app
