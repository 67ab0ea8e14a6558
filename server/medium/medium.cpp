#include "medium/medium.hpp"

namespace proktor::medium {
namespace {

// A medium that hangs is seen within a step and one answer: with the board's own quarter of a second, within 1 s.
constexpr std::chrono::milliseconds step_interval{150};
constexpr std::chrono::milliseconds patience{350};
constexpr std::chrono::milliseconds patience_at_start{2'000};

}  // namespace

Result<std::unique_ptr<Medium>> Medium::start(std::filesystem::path const& folder) {
  auto hand = Hand::start(folder);
  if (!hand) return hand.error();
  return std::unique_ptr<Medium>(new Medium(std::move(*hand)));
}

Medium::~Medium() {
  {
    std::lock_guard const lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_one();
  if (thread_.joinable()) thread_.join();
}

Files& Medium::files_at_start() {
  hand_->set_patience(patience_at_start);
  return *hand_;
}

void Medium::follow(Clock& clock, Keys keys, std::filesystem::path data, Journals journals) {
  hand_->set_patience(patience);
  thread_ = std::thread([this, &clock, keys = std::move(keys), data = std::move(data),
                         journals = std::move(journals)] { run(clock, keys, data, journals); });
}

std::optional<Status> Medium::status() const {
  std::lock_guard const lock(mutex_);
  return status_;
}

void Medium::run(Clock& clock, Keys keys, std::filesystem::path const& data, Journals const& journals) {
  Follower follower(*hand_, clock, std::move(keys), data);
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(mutex_);
      last = ready_.wait_for(lock, step_interval, [this] { return stopping_; });
    }
    follower.step(journals(), last);
    std::lock_guard const lock(mutex_);
    status_ = follower.status();
  }
}

}  // namespace proktor::medium
