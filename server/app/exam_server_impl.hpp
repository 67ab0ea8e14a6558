#pragma once
// The members of ExamServer in the order of their making. Private to server/app.

#include "api/control_app.hpp"
#include "api/web_app.hpp"
#include "app/box_files.hpp"
#include "app/disk_guard.hpp"
#include "app/exam_server.hpp"
#include "app/journal_keeper.hpp"
#include "app/page_assets.hpp"
#include "base/time_floor.hpp"
#include "http/server.hpp"
#include "http/static.hpp"
#include "journal/data_lock.hpp"
#include "seal/role.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include <csignal>
#include <thread>
#include <vector>

namespace proktor::app {

class ExamServer::Impl final : public api::ControlHost {
 public:
  Impl(std::filesystem::path data, Settings settings, BoxFiles files, journal::DataLock lock,
       StartRecord& starts, std::unique_ptr<medium::Medium> medium);
  ~Impl() override;

  Result<void> open_journals();
  Result<void> listen(InheritedSockets sockets);
  Ended run();

  bool healthy() override;
  boost::asio::awaitable<Result<api::Exam*>> add_exam(api::NewExam exam) override;
  http::ServerStats web_stats() override { return web_.stats(); }

 private:
  static constexpr std::uint64_t term = 0;

  journal::WriterOptions writer_options();
  static http::Limits local_limits();
  Result<void> open_box_journal();
  Result<void> open_exam(std::filesystem::path const& directory);
  std::string bring_back_lost();
  Result<qti::Package> read_package(std::string const& sha256) const;
  Result<void> load_packages(api::Exam& exam);
  boost::asio::awaitable<Result<journal::JournalHandle>> new_journal(api::NewExam const& exam);
  boost::asio::awaitable<void> wait_for_empty_queue();
  void warn_of(journal::JournalHandle const& handle, std::filesystem::path const& directory);

  boost::asio::awaitable<void> wait_for_signal();
  void announce_park();
  void call_park_off();
  boost::asio::awaitable<void> park_when_heard();
  boost::asio::awaitable<void> drain();
  boost::asio::awaitable<void> pulse();
  void each_second(std::uint64_t second);
  void look_at_alarms();
  void learn_time(api::Exam const& exam);
  boost::asio::awaitable<void> guard_disk();
  void hear_disk(DiskState const& disk);
  struct ChainCheck;
  boost::asio::awaitable<void> check_behind();
  boost::asio::awaitable<void> check_all();
  boost::asio::awaitable<Result<void>> check_chain(api::Exam const& exam);
  void feed_watchdog();
  void note_good_start();

  std::filesystem::path data_;
  Settings settings_;
  BoxFiles files_;
  journal::DataLock lock_;
  StartRecord& starts_;
  SystemClock clock_;
  SystemRandom random_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_, SIGTERM, SIGINT, SIGPWR};
  boost::asio::steady_timer park_timer_{io_};
  boost::asio::steady_timer check_timer_{io_};
  boost::asio::thread_pool pool_;
  DiskGuard disk_guard_;
  journal::Writer writer_;
  api::Exams exams_;
  api::Context context_;
  std::unique_ptr<JournalKeeper> keeper_;
  std::vector<http::Asset> pages_;
  http::StaticAssets assets_;
  api::WebApp web_app_;
  api::ControlApp control_app_;
  api::FeedApp feed_app_;
  http::Server web_, control_, feed_;
  DurationMs writer_answered_ms_ = 0;
  bool writer_asked_ = false;
  std::uint64_t alarms_pushed_ = 0;
  TimeFloor time_floor_{clock_, seal::build_time_floor_s * 1'000};
  bool stopping_ = false;
  bool started_well_ = false;  // a commit was durable, or it has served for a minute
  Ended ended_ = Ended::stopped;
};

}  // namespace proktor::app
