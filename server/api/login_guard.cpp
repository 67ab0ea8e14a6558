#include "api/login_guard.hpp"

namespace proktor::api {
namespace {

constexpr DurationMs hour_ms = 3'600'000;
constexpr DurationMs alarm_wait_ms = 60'000;

}  // namespace

core::Throttle& LoginGuard::bucket(std::string const& card, std::string const& device, bool known) {
  auto const key = card + (known ? "/" + device : "/*");
  auto const found = buckets_.find(key);
  if (found != buckets_.end()) return found->second;
  if (buckets_.size() >= limits_.cards_max) buckets_.erase(buckets_.begin());
  return buckets_[key];
}

DurationMs LoginGuard::wait_ms(std::string const& card, std::string const& device, bool known, DurationMs now_ms) {
  if (!known && alarm(now_ms)) return alarm_wait_ms;
  return bucket(card, device, known).wait_ms(known ? limits_.known : limits_.unknown, now_ms);
}

void LoginGuard::failed(std::string const& card, std::string const& device, std::string const& address, bool known,
                        DurationMs now_ms) {
  bucket(card, device, known).take(known ? limits_.known : limits_.unknown, now_ms);
  if (alarm(now_ms)) return;
  auto& count = failures_of_address_[address];
  if (count >= limits_.address_failures_max) return;
  ++count;
  failures_.emplace_back(now_ms, address);
}

bool LoginGuard::alarm(DurationMs now_ms) {
  while (!failures_.empty() && now_ms - failures_.front().first > hour_ms) {
    auto const found = failures_of_address_.find(failures_.front().second);
    if (--found->second == 0) failures_of_address_.erase(found);
    failures_.pop_front();
  }
  return failures_.size() > limits_.box_failures_max;
}

}  // namespace proktor::api
