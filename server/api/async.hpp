#pragma once
// Ways for a handler to wait without blocking the I/O thread: for the writer, for the pool, for a signal. Each is an
// ordinary function around async_initiate, which keeps GCC 12's double destruction of captures away.

#include "base/loop_clock.hpp"
#include "base/result.hpp"
#include "journal/writer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace proktor::api {

// Starts something that calls its argument once, on the I/O thread, and waits for that value.
template <class T>
boost::asio::awaitable<T> wait_for_callback(std::function<void(std::function<void(T)>)> start) {
  auto initiate = [](auto handler, std::function<void(std::function<void(T)>)> run) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    run([shared](T value) { std::move (*shared)(std::move(value)); });
  };
  co_return co_await boost::asio::async_initiate<boost::asio::use_awaitable_t<> const, void(T)>(
      initiate, boost::asio::use_awaitable, std::move(start));
}

// Runs `work` on the pool and comes back to `executor` with its value. `work` must not touch the exam's state.
template <class T>
boost::asio::awaitable<T> run_on_pool(boost::asio::any_io_executor pool, boost::asio::any_io_executor executor,
                                      std::function<T()> work) {
  std::function<void(std::function<void(T)>)> start = [pool, executor, work](std::function<void(T)> done) {
    boost::asio::post(pool, [executor, work, done] {
      auto value = std::make_shared<T>(work());
      boost::asio::post(executor, [done, value] { done(std::move(*value)); });
    });
  };
  co_return co_await wait_for_callback<T>(std::move(start));
}

using LoopTimer = boost::asio::basic_waitable_timer<LoopClock>;

// Wakes all who wait, e.g. when the journal grew. I/O thread only.
class Signal {
 public:
  explicit Signal(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  void notify();

  // Returns at the next notify() or after `patience`, whichever is first.
  boost::asio::awaitable<void> wait(std::chrono::milliseconds patience);

 private:
  boost::asio::any_io_executor executor_;
  std::vector<std::shared_ptr<LoopTimer>> waiting_;
};

}  // namespace proktor::api
