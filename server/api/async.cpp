#include "api/async.hpp"

#include <boost/asio/as_tuple.hpp>

namespace proktor::api {

void Signal::notify() {
  for (auto const& timer : std::exchange(waiting_, {})) timer->cancel();
}

boost::asio::awaitable<void> Signal::wait(std::chrono::milliseconds patience) {
  auto timer = std::make_shared<LoopTimer>(executor_, patience);
  waiting_.push_back(timer);
  co_await timer->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  std::erase(waiting_, timer);
}

}  // namespace proktor::api
