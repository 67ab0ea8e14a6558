#include "http/doorman.hpp"

#include <algorithm>

namespace proktor::http {
namespace {

constexpr std::chrono::nanoseconds burst{1'000'000'000};
constexpr std::size_t addresses_before_purge = 1'024;

std::chrono::nanoseconds interval_of(std::size_t per_second) {
  return burst / static_cast<std::int64_t>(std::max<std::size_t>(per_second, 1));
}

}  // namespace

// One second's worth may come at once, so waiting begins when the schedule is a second ahead of the clock.
std::chrono::nanoseconds Doorman::Rate::wait(Time now, std::chrono::nanoseconds interval) const {
  return std::max(next + interval - burst - now, std::chrono::nanoseconds::zero());
}

void Doorman::Rate::take(Time now, std::chrono::nanoseconds interval) {
  next = std::max(next, now) + interval;
}

bool Doorman::enter(std::string const& address, Time now) {
  if (connections_ >= limits_.connections_max) return false;
  if (addresses_.size() >= addresses_before_purge) {
    std::erase_if(addresses_, [&](auto const& entry) {
      Address const& a = entry.second;
      return a.connections == 0 && a.live_until <= now && a.handshakes.next <= now;
    });
  }
  Address& entry = addresses_[address];
  std::size_t const limit =
      entry.live_until > now ? limits_.connections_per_address_live_max : limits_.connections_per_address_max;
  if (entry.connections >= limit) return false;
  ++entry.connections;
  ++connections_;
  return true;
}

void Doorman::leave(std::string const& address, Time now) {
  auto const found = addresses_.find(address);
  if (found == addresses_.end() || found->second.connections == 0) return;
  --connections_;
  Address& entry = found->second;
  if (--entry.connections == 0 && entry.live_until <= now && entry.handshakes.next <= now)
    addresses_.erase(found);
}

std::optional<std::chrono::nanoseconds> Doorman::handshake_wait(std::string const& address, Time now) {
  Address& entry = addresses_[address];
  bool const live = entry.live_until > now;
  auto const total_interval = interval_of(limits_.handshakes_per_second_max);
  auto const address_interval = interval_of(live ? limits_.handshakes_per_address_live_second_max
                                                 : limits_.handshakes_per_address_second_max);
  auto wait = entry.handshakes.wait(now, address_interval);
  if (!live) wait = std::max(wait, handshakes_.wait(now, total_interval));
  if (wait > limits_.handshake_queue_max) return std::nullopt;
  entry.handshakes.take(now, address_interval);
  handshakes_.take(now, total_interval);
  return wait;
}

void Doorman::live_session(std::string const& address, Time now) {
  auto const found = addresses_.find(address);
  if (found != addresses_.end()) found->second.live_until = now + limits_.live_session_memory;
}

}  // namespace proktor::http
