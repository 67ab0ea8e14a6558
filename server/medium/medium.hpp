#pragma once
// The second medium inside proktord: the follower on a thread of its own, its file work in a process of its own
// (hand.hpp), so that neither can hold up anything: commits, the I/O thread, the end of the program. What it says of
// itself is read by status(), at any moment, from any thread. The simulator (tests/sim) has another Medium, without
// thread and process.

#include "medium/follower.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace proktor::medium {

// What is to be followed, and how far it is durable. Called on the medium's thread.
using Journals = std::function<std::vector<Followed>()>;

class Medium {
 public:
  // As early in the process as possible. Errors: io_error.
  static Result<std::unique_ptr<Medium>> start(std::filesystem::path const& folder);
  virtual ~Medium() = default;  // waits for one answer of the medium at most

  // Before follow(): to look at what the medium has. Waits longer for each answer.
  virtual Files& files_at_start() = 0;

  // Starts the thread. `clock` must outlive this. A recovery card that is made meanwhile is taken up within a second.
  virtual void follow(Clock& clock, Keys keys, std::filesystem::path data, Journals journals) = 0;

  virtual std::optional<Status> status() const = 0;  // nothing before the first step
};

}  // namespace proktor::medium
