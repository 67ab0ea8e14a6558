#pragma once
// How often proktord failed to start in a row: one line per failure in DIRECTORY/failed-starts, until a commit of a run
// was durable or it has served for a minute. Counted are errors of opening, a failed disk, and crashes by a signal; a
// SIGKILL or a power cut writes nothing and so counts nothing. Lies in the runtime directory: a reboot begins anew, and
// a dead or full data disk does not keep it from counting. Any thread.

#include "base/file.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace proktor::app {

constexpr std::size_t failed_starts_max = 3;  // then safe mode (DESIGN 4)

class StartRecord {
 public:
  // systemd's RUNTIME_DIRECTORY, else DATA/run. Where nothing can be written nothing is counted.
  static std::filesystem::path directory_for(std::filesystem::path const& data);
  explicit StartRecord(std::filesystem::path const& directory);

  // "code: sentence (detail)" of each failure, the oldest first.
  std::vector<std::string> failures() const;
  void failed(Error const& error);
  // From now on SIGSEGV, SIGBUS, SIGABRT, SIGILL and SIGFPE write a line before they end the process.
  void watch_crashes();
  void clear();

 private:
  std::filesystem::path path_;
  Fd fd_;
};

}  // namespace proktor::app
