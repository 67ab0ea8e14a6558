#include "medium/medium.hpp"

#include "base/file.hpp"
#include "medium/hand.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace proktor::medium {
namespace {

// A medium that hangs is seen within a step and one answer: with the board's own quarter of a second, within 1 s.
constexpr std::chrono::milliseconds step_interval{150};
constexpr std::chrono::milliseconds patience{350};
constexpr std::chrono::milliseconds patience_at_start{2'000};
constexpr std::size_t certificate_bytes_max = std::size_t{64} << 10U;

// The keys with another recovery card than `known` has. Nothing while it is the same, or only half written.
std::optional<Keys> new_card(std::filesystem::path const& data, Keys const& known) {
  auto const certificate = read_file(data / "box" / "recovery.pem", certificate_bytes_max);
  if (!certificate || *certificate == known.recovery_certificate) return std::nullopt;
  auto keys = read_keys(data);
  return keys ? std::optional(std::move(*keys)) : std::nullopt;
}

class HandMedium final : public Medium {
 public:
  explicit HandMedium(std::unique_ptr<Hand> hand) : hand_(std::move(hand)) {}
  HandMedium(HandMedium const&) = delete;
  HandMedium& operator=(HandMedium const&) = delete;

  ~HandMedium() override {
    {
      std::lock_guard const lock(mutex_);
      stopping_ = true;
    }
    ready_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  Files& files_at_start() override {
    hand_->set_patience(patience_at_start);
    return *hand_;
  }

  void follow(Clock& clock, Keys keys, std::filesystem::path data, Journals journals) override {
    hand_->set_patience(patience);
    thread_ = std::thread([this, &clock, keys = std::move(keys), data = std::move(data),
                           journals = std::move(journals)] { run(clock, keys, data, journals); });
  }

  std::optional<Status> status() const override {
    std::lock_guard const lock(mutex_);
    return status_;
  }

 private:
  void run(Clock& clock, Keys keys, std::filesystem::path const& data, Journals const& journals);

  std::unique_ptr<Hand> hand_;
  std::mutex mutable mutex_;
  std::condition_variable ready_;
  std::optional<Status> status_{};
  bool stopping_ = false;
  std::thread thread_;
};

void HandMedium::run(Clock& clock, Keys keys, std::filesystem::path const& data, Journals const& journals) {
  auto follower = std::make_unique<Follower>(*hand_, clock, keys, data);
  for (bool last = false; !last;) {
    {
      std::unique_lock lock(mutex_);
      last = ready_.wait_for(lock, step_interval, [this] { return stopping_; });
    }
    if (auto fresh = new_card(data, keys)) {
      keys = std::move(*fresh);
      follower = std::make_unique<Follower>(*hand_, clock, keys, data);
    }
    follower->step(journals(), last);
    std::lock_guard const lock(mutex_);
    status_ = follower->status();
  }
}

}  // namespace

Result<std::unique_ptr<Medium>> Medium::start(std::filesystem::path const& folder) {
  auto hand = Hand::start(folder);
  if (!hand) return hand.error();
  return std::make_unique<HandMedium>(std::move(*hand));
}

}  // namespace proktor::medium
