// What proktord does by itself: board pushes four times a second, and once a second tokens, lost pages, full disks,
// the watchdog; every 5 s of an open sitting one `alive` entry.

#include "app/exam_server_impl.hpp"

#include "api/proctor.hpp"
#include "base/log.hpp"
#include "base/service_notify.hpp"
#include "core/sitting.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>

namespace proktor::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds push_interval{250};
constexpr std::uint64_t pushes_per_second = 4;
constexpr std::uint64_t alive_every_s = 5;
constexpr std::uint64_t tick_every_s = 10;
constexpr std::uint64_t reload_every_s = 2;
constexpr std::uintmax_t room_bytes_min = std::uintmax_t{2} << 20U;  // free before a full disk is tried again
constexpr DurationMs writer_patience_ms = 8'000;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

}  // namespace

asio::awaitable<void> ExamServer::Impl::wait_for_signal() {
  asio::signal_set signals(io_, SIGTERM, SIGINT);
  co_await signals.async_wait(as_values);
  log_info("draining");
  notify_service("STOPPING=1");
  stopping_ = context_.draining = true;
  for (auto const& exam : exams_.all()) exam->grew.notify();
  auto const deadline = std::chrono::milliseconds(settings_.drain_ms);
  co_await web_.drain(deadline);
  co_await feed_.drain(deadline);
  co_await control_.drain(deadline);
}

asio::awaitable<void> ExamServer::Impl::pulse() {
  asio::steady_timer timer(io_);
  writer_answered_ms_ = clock_.monotonic_ms();
  for (std::uint64_t push = 1; !stopping_; ++push) {
    timer.expires_after(push_interval);
    co_await timer.async_wait(as_values);
    for (auto const& exam : exams_.all()) api::push_boards(context_, *exam);
    if (push % pushes_per_second == 0) each_second(push / pushes_per_second);
  }
}

void ExamServer::Impl::each_second(std::uint64_t second) {
  for (auto const& exam : exams_.all()) each_second_of(*exam, second);
  feed_watchdog();
}

void ExamServer::Impl::each_second_of(api::Exam& exam, std::uint64_t second) {
  if (exam.stale) {
    if (second % reload_every_s == 0) restore(exam);
    return;
  }
  auto const now = exams_.now(exam);
  exams_.commit_later(exam, core::mark_lost(exam.state, now, settings_.silent_ms));
  for (auto const& sitting : core::tokens_due(exam.state, now)) {
    auto entries = core::release_token(exam.state, sitting, core::draw_token(random_), "box", now);
    if (entries && exam.state.apply_all(*entries, now.wall_ms)) exams_.commit_later(exam, std::move(*entries));
  }
  if (second % alive_every_s == 0 && exam.state.any_sitting_open()) {
    core::NewEntries entries{core::alive(now)};
    if (exam.state.apply_all(entries, now.wall_ms)) exams_.commit_later(exam, std::move(entries));
  }
  if (second % tick_every_s == 0) api::push_ticks(context_, exam);
}

// Reads a state anew that is ahead of its journal. Behind everything that still waits in the writer's queue, so that
// what is on its way to the disk is read as well; and only when there is room, for reading a season takes its time.
void ExamServer::Impl::restore(api::Exam& exam) {
  std::error_code error;
  auto const space = std::filesystem::space(exam.directory, error);
  if (error || space.available < room_bytes_min) return;
  writer_.append(exam.journal, {}, term, [this, &exam](Result<journal::Appended> const&) {
    if (!exam.stale) return;
    if (auto done = exams_.reload(exam); !done) {
      log_error("state cannot be read anew: " + describe(done.error()));
      return;
    }
    writer_.resume(exam.journal);
  });
}

void ExamServer::Impl::feed_watchdog() {
  if (healthy()) notify_service("WATCHDOG=1");
  if (writer_asked_) return;
  writer_asked_ = true;
  writer_.ping([this](Result<journal::Appended> const&) {
    writer_asked_ = false;
    writer_answered_ms_ = clock_.monotonic_ms();
  });
}

bool ExamServer::Impl::healthy() { return clock_.monotonic_ms() - writer_answered_ms_ < writer_patience_ms; }

}  // namespace proktor::app
