#pragma once
// The second medium inside proktord: the follower on a thread of its own, its file work in a process of its own
// (hand.hpp), so that neither can hold up anything: commits, the I/O thread, the end of the program. What it says of
// itself is read by status(), at any moment, from any thread.

#include "medium/follower.hpp"
#include "medium/hand.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace proktor::medium {

// What is to be followed, and how far it is durable. Called on the medium's thread.
using Journals = std::function<std::vector<Followed>()>;

class Medium {
 public:
  // As early in the process as possible. Errors: io_error.
  static Result<std::unique_ptr<Medium>> start(std::filesystem::path const& folder);
  ~Medium();  // waits for one answer of the medium at most
  Medium(Medium const&) = delete;
  Medium& operator=(Medium const&) = delete;

  // Before follow(): to look at what the medium has. Waits longer for each answer.
  Files& files_at_start();

  // Starts the thread. `clock` must outlive this.
  void follow(Clock& clock, Keys keys, std::filesystem::path data, Journals journals);

  std::optional<Status> status() const;  // nothing before the first step

 private:
  explicit Medium(std::unique_ptr<Hand> hand) : hand_(std::move(hand)) {}
  void run(Clock& clock, Keys keys, std::filesystem::path const& data, Journals const& journals);

  std::unique_ptr<Hand> hand_;
  std::mutex mutable mutex_;
  std::condition_variable ready_;
  std::optional<Status> status_{};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace proktor::medium
