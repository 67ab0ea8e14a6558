#pragma once
// Slows guessing without ever locking a card (DESIGN 7): a bucket per (card, known PC), one per (card, all unknown PCs),
// and an alarm for the whole box. Monotonic milliseconds. I/O thread; bounded.

#include "core/throttle.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace proktor::api {

struct LoginGuardLimits {
  core::ThrottleRate known{8, 2'000};     // a known PC never waits longer than 2 s
  core::ThrottleRate unknown{10, 60'000};  // 60 an hour for all strangers together
  std::size_t box_failures_max = 300;     // an hour; beyond it only known PCs log in
  std::size_t address_failures_max = 30;  // that one address can add to them: one PC alone shuts nobody out
  std::size_t cards_max = 20'000;
};

class LoginGuard {
 public:
  explicit LoginGuard(LoginGuardLimits limits = {}) : limits_(limits) {}

  // Milliseconds to wait before this card may be tried from there; 0: now.
  DurationMs wait_ms(std::string const& card, std::string const& device, bool known, DurationMs now_ms);
  void failed(std::string const& card, std::string const& device, std::string const& address, bool known,
              DurationMs now_ms);
  bool alarm(DurationMs now_ms);  // many addresses guess: a person should look

 private:
  core::Throttle& bucket(std::string const& card, std::string const& device, bool known);

  LoginGuardLimits limits_;
  std::unordered_map<std::string, core::Throttle> buckets_;
  std::deque<std::pair<DurationMs, std::string>> failures_;  // when, from which address; oldest first
  std::unordered_map<std::string, std::size_t> failures_of_address_;
};

}  // namespace proktor::api
