// What proktord does by itself: board pushes four times a second, and once a second what each kegiatan needs
// (api/look_after) and the watchdog.

#include "app/exam_server_impl.hpp"

#include "api/async.hpp"
#include "api/look_after.hpp"
#include "api/proctor.hpp"
#include "base/log.hpp"
#include "base/service_notify.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace proktor::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds push_interval{250};
constexpr std::uint64_t pushes_per_second = 4;
constexpr std::uint64_t disk_look_turns = 8;  // of push_interval
constexpr std::uint64_t told_step_mb = 50;    // so that the alarm does not change with every answer
constexpr std::uint64_t good_start_after_s = 60;
constexpr DurationMs writer_patience_ms = 8'000;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

}  // namespace

asio::awaitable<void> ExamServer::Impl::pulse() {
  asio::steady_timer timer(io_);
  writer_answered_ms_ = clock_.monotonic_ms();
  for (std::uint64_t push = 1; !stopping_; ++push) {
    timer.expires_after(push_interval);
    co_await timer.async_wait(as_values);
    for (auto const& exam : exams_.all()) api::push_boards(context_, *exam);
    keeper_->tell();
    if (std::exchange(alarms_pushed_, context_.alarms.revision()) != context_.alarms.revision()) {
      for (auto const& exam : exams_.all()) api::push_ticks(context_, *exam);
    }
    if (push % pushes_per_second == 0) each_second(push / pushes_per_second);
  }
}

void ExamServer::Impl::each_second(std::uint64_t second) {
  for (auto const& exam : exams_.all()) api::look_after(context_, *exam, second, settings_.silent_ms);
  look_at_alarms();
  feed_watchdog();
  if (second >= good_start_after_s) note_good_start();
}

// The alarms that are a state of things; what happens once is raised where it happens.
void ExamServer::Impl::look_at_alarms() {
  using api::Alarm;
  std::string full, behind;
  for (auto const& exam : exams_.all()) {
    auto const status = writer_.status(exam->journal);
    if (exam->stale || status.storage_full) full = exam->id();
    if (status.copy_behind) behind = exam->id();
    if (!exam->receipts.empty()) time_floor_.happened(exam->receipts.back().at_ms);
  }
  context_.alarms.set(Alarm::storage_full, !full.empty(), full);
  context_.alarms.set(Alarm::copy_behind, !behind.empty(), behind);
  context_.alarms.set(Alarm::guessing, context_.guard.alarm(clock_.monotonic_ms()));
  context_.alarms.set(Alarm::sync_refused, context_.sync.state == "STANDBY", context_.sync.error);
  auto const clock_wrong = time_floor_.objection();
  context_.alarms.set(Alarm::clock_wrong, !clock_wrong.empty(), clock_wrong);
  context_.alarms.expire();
}

// Looks at once when a journal begins to refuse, else every other second.
asio::awaitable<void> ExamServer::Impl::guard_disk() {
  asio::steady_timer timer(io_);
  bool was_full = false;
  for (std::uint64_t turn = 0; !stopping_; ++turn) {
    bool const full = std::ranges::any_of(exams_.all(), [](auto const& exam) { return exam->stale; });
    if (std::exchange(was_full, full) != full || turn % disk_look_turns == 0) {
      std::function<std::optional<DiskState>()> work = [this, full] { return disk_guard_.look(full); };
      auto const disk = co_await api::run_on_pool<std::optional<DiskState>>(context_.pool, context_.executor, std::move(work));
      if (disk) hear_disk(*disk);
    }
    timer.expires_after(push_interval);
    co_await timer.async_wait(as_values);
  }
}

void ExamServer::Impl::hear_disk(DiskState const& disk) {
  auto const left_mb = disk.available_bytes / 1'000'000 / told_step_mb * told_step_mb;
  context_.alarms.set(api::Alarm::storage_low, disk.available_bytes < settings_.disk.low_bytes,
                      "sisa " + std::to_string(left_mb) + " MB");
  if (!disk.gave_up) return;
  for (auto const& exam : exams_.all()) {
    if (exam->stale) api::take_up_again(context_, *exam);
  }
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

void ExamServer::Impl::note_good_start() {
  if (!std::exchange(started_well_, true)) starts_.clear();
}

bool ExamServer::Impl::healthy() { return clock_.monotonic_ms() - writer_answered_ms_ < writer_patience_ms; }

}  // namespace proktor::app
