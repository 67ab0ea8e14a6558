#pragma once
// One process opens the data: an flock on `data/lock`, held as long as the object lives. Any thread.

#include "base/file.hpp"
#include "base/result.hpp"

#include <filesystem>

namespace proktor::journal {

class DataLock {
 public:
  // Errors: locked (another process holds it), io_error.
  static Result<DataLock> take(std::filesystem::path const& data_directory);

 private:
  explicit DataLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace proktor::journal
