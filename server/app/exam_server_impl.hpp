#pragma once
// The members of ExamServer in the order of their making. Private to server/app.

#include "api/control_app.hpp"
#include "api/web_app.hpp"
#include "app/box_files.hpp"
#include "app/exam_server.hpp"
#include "base/time_floor.hpp"
#include "client-web/embed/pages.hpp"
#include "http/server.hpp"
#include "http/static.hpp"
#include "journal/data_lock.hpp"
#include "seal/role.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <thread>
#include <vector>

namespace proktor::app {

class ExamServer::Impl final : public api::ControlHost {
 public:
  Impl(std::filesystem::path data, Settings settings, BoxFiles files, journal::DataLock lock);
  ~Impl() override;

  Result<void> open_journals();
  Result<void> listen(InheritedSockets sockets);
  int run();

  bool healthy() override;
  boost::asio::awaitable<Result<api::Exam*>> add_exam(api::NewExam exam) override;
  http::ServerStats web_stats() override { return web_.stats(); }

 private:
  static constexpr std::uint64_t term = 0;

  journal::WriterOptions writer_options();
  static http::Limits local_limits();
  static std::vector<http::Asset> page_assets();
  Result<void> open_box_journal();
  Result<void> load_packages(api::Exam& exam);
  boost::asio::awaitable<Result<journal::JournalHandle>> new_journal(api::NewExam const& exam);
  boost::asio::awaitable<void> wait_for_empty_queue();
  void warn_of(journal::JournalHandle const& handle, std::filesystem::path const& directory);

  boost::asio::awaitable<void> wait_for_signal();
  boost::asio::awaitable<void> pulse();
  void each_second(std::uint64_t second);
  void look_at_alarms();
  void learn_time(api::Exam const& exam);
  void feed_watchdog();

  std::filesystem::path data_;
  Settings settings_;
  BoxFiles files_;
  journal::DataLock lock_;
  SystemClock clock_;
  SystemRandom random_;
  boost::asio::io_context io_{1};
  boost::asio::thread_pool pool_;
  journal::Writer writer_;
  api::Exams exams_;
  api::Context context_;
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
  int exit_code_ = 0;
};

}  // namespace proktor::app
