// The ends of serving: an orderly stop (SIGTERM, SIGINT), and the park when the UPS says that power is going (SIGPWR).
// A park is announced to every page first; it takes answers until each heartbeat has heard of it. SIGCONT, power is
// back, calls it off as long as that lasts.

#include "app/exam_server_impl.hpp"

#include "base/log.hpp"
#include "base/service_notify.hpp"
#include "core/sitting.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>

namespace proktor::app {
namespace {

namespace asio = boost::asio;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

}  // namespace

asio::awaitable<void> ExamServer::Impl::wait_for_signal() {
  for (;;) {
    auto const [error, number] = co_await signals_.async_wait(as_values);
    if (error) co_return;
    if (number == SIGTERM || number == SIGINT) break;
    if (number == SIGPWR) announce_park();
    if (number == SIGCONT) call_park_off();
  }
  park_timer_.cancel();
  co_await drain();
}

void ExamServer::Impl::announce_park() {
  if (context_.parked || stopping_) return;
  log_warning("power is going: parking");
  context_.parked = true;
  context_.alarms.raise(api::Alarm::parked);
  for (auto const& exam : exams_.all()) {
    if (exam->stale || !exam->state.any_sitting_open()) continue;
    core::NewEntries entries{core::parked(exams_.now(*exam))};
    if (exam->state.apply_all(entries, clock_.wall_ms())) exams_.commit_later(*exam, std::move(entries));
  }
  exams_.hold_time(true);
  asio::co_spawn(io_, park_when_heard(), asio::detached);
}

void ExamServer::Impl::call_park_off() {
  if (!context_.parked || stopping_) return;
  log_info("power is back");
  park_timer_.cancel();
  context_.parked = false;
  exams_.hold_time(false);
  context_.alarms.clear(api::Alarm::parked);
}

asio::awaitable<void> ExamServer::Impl::park_when_heard() {
  park_timer_.expires_after(std::chrono::milliseconds(settings_.park_ms));
  auto const [error] = co_await park_timer_.async_wait(as_values);
  if (error || !context_.parked || stopping_) co_return;
  ended_ = Ended::parked;
  signals_.cancel();
  co_await drain();
}

asio::awaitable<void> ExamServer::Impl::drain() {
  log_info("draining");
  if (ended_ == Ended::stopped) notify_service("STOPPING=1");
  stopping_ = context_.draining = true;
  check_timer_.cancel();
  for (auto const& exam : exams_.all()) exam->grew.notify();
  auto const deadline = std::chrono::milliseconds(settings_.drain_ms);
  co_await web_.drain(deadline);
  co_await feed_.drain(deadline);
  co_await control_.drain(deadline);
}

}  // namespace proktor::app
