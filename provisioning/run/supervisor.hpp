#pragma once
// Keeps one child running: starts it again after a crash with a bounded back-off, hands SIGTERM and SIGINT
// on, and ends when the child ends cleanly or was told to. Owns the child's process; blocks the signals it
// waits for. One thread.

#include "base/result.hpp"
#include "provisioning/run/program.hpp"

#include <chrono>
#include <filesystem>

namespace proktor::run {

struct SupervisorLimits {
  std::chrono::milliseconds backoff_first{100};
  std::chrono::milliseconds backoff_max{5'000};
  std::chrono::milliseconds healthy_after{
      5'000};  // a life this long sets the back-off to its first value again
  int refusals_max =
      5;  // short lives in a row that ended with an exit code: the program says it cannot start
  std::chrono::milliseconds stop_patience{30'000};  // between SIGTERM handed on and SIGKILL
};

// Returns the exit code of the child's last life (128 + signal after a crash). Errors: io_error.
Result<int> supervise(Program const& program, std::filesystem::path const& data,
                      SupervisorLimits limits = {});

}  // namespace proktor::run
