#pragma once
// The object graph of proktord, built in order; destruction is shutdown. Owns everything: lock, writer, journals,
// states, pages, servers, timers. run() is the I/O thread.

#include "app/settings.hpp"
#include "app/sockets.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <memory>

namespace proktor::app {

struct Options {
  std::filesystem::path data;    // must hold box/ (proktor enrol)
  std::filesystem::path config;  // empty: defaults
};

class ExamServer {
 public:
  // Everything up to the point where serving can begin. Errors: locked, not_enrolled, config_invalid,
  // certificate_invalid, and those of opening a journal.
  static Result<std::unique_ptr<ExamServer>> open(Options const& options, Settings settings, InheritedSockets sockets);
  ~ExamServer();

  // Serves until SIGTERM or SIGINT, then drains: no new connections, running requests end, the writer empties its
  // queue and checkpoints. Returns the exit code.
  int run();

 private:
  class Impl;
  explicit ExamServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace proktor::app
