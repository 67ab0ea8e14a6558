#pragma once
// The object graph of proktord, built in order; destruction is shutdown. Owns everything: lock, writer, journals,
// states, pages, servers, timers. run() is the I/O thread.

#include "app/settings.hpp"
#include "app/sockets.hpp"
#include "app/start_record.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <memory>

namespace proktor::app {

struct Options {
  std::filesystem::path data;    // must hold box/ (proktor enrol)
  std::filesystem::path config;  // empty: defaults
};

enum class Ended { stopped, parked };

class ExamServer {
 public:
  // Everything up to the point where serving can begin. Errors: locked, not_enrolled, config_invalid,
  // certificate_invalid, and those of opening a journal. `starts` must outlive it: it learns of a disk that fails, and
  // of the first durable commit.
  static Result<std::unique_ptr<ExamServer>> open(Options const& options, Settings settings, InheritedSockets sockets,
                                                  StartRecord& starts);
  ~ExamServer();

  // Serves until SIGTERM, SIGINT or SIGPWR, then drains: no new connections, running requests end, the writer empties
  // its queue, checkpoints and syncs the copies (park.cpp).
  Ended run();

 private:
  class Impl;
  explicit ExamServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace proktor::app
