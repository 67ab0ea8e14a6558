#include "sync/agent/wake.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace proktor::sync {

Wake::Wake(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}

boost::asio::awaitable<void> Wake::wait(std::chrono::milliseconds at_most) {
  if (!notified_) {
    timer_.expires_after(at_most);
    co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  notified_ = false;
}

void Wake::notify() {
  notified_ = true;
  timer_.cancel();
}

std::chrono::milliseconds Backoff::next(Random& random) {
  auto const bound = static_cast<std::uint64_t>(next_.count()) + 1;
  next_ = std::min(next_ * 2, max_);
  return std::chrono::milliseconds(static_cast<std::int64_t>(random.below(bound)));
}

}  // namespace proktor::sync
