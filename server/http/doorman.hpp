#pragma once
// Who may come in: connections in total and per address, and the rate of TLS handshakes in total and per
// address, with addresses that lately had a live session first (DESIGN 12). Counts only; owns no sockets,
// reads no clock. I/O thread.

#include "http/limits.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

namespace proktor::http {

class Doorman {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Doorman(Limits const& limits) : limits_(limits) {}

  // Counts one more connection of that address; false when a limit is reached (nothing is then counted).
  bool enter(std::string const& address, Time now);
  void leave(std::string const& address, Time now);

  // How long this address has to wait before its handshake may begin; nothing when it must be refused. The
  // place in the queue is taken with the answer.
  std::optional<std::chrono::nanoseconds> handshake_wait(std::string const& address, Time now);

  // A request with a live session came from there.
  void live_session(std::string const& address, Time now);

  std::size_t addresses() const { return addresses_.size(); }

 private:
  // A rate with one second of burst (generic cell rate algorithm): `next` is when the next one would be on
  // schedule.
  struct Rate {
    Time next{};
    std::chrono::nanoseconds wait(Time now, std::chrono::nanoseconds interval) const;
    void take(Time now, std::chrono::nanoseconds interval);
  };
  struct Address {
    std::size_t connections = 0;
    Rate handshakes{};
    Time live_until{};
  };

  Limits const limits_;
  std::size_t connections_ = 0;
  Rate handshakes_{};
  std::unordered_map<std::string, Address> addresses_;
};

}  // namespace proktor::http
