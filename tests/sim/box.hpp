#pragma once
// proktord in memory: the real writer, recovery, state, routes and sockets' applications, on simulated clock, randomness
// and disk, without threads. Made new at every start; destroyed by a kill. What survives is Site and the disk.

#include "machine.hpp"
#include "plan.hpp"
#include "stick.hpp"

#include "api/control_app.hpp"
#include "api/web_app.hpp"
#include "app/journal_keeper.hpp"
#include "http/static.hpp"
#include "qti/package/package.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace proktor::sim {

inline constexpr char const* event_id = "e1";
inline constexpr char const* sitting_id = "S1";
inline constexpr char const* exam_folder = "kegiatan/e1";
inline constexpr char const* host_name = "kotak";

struct Site {
  std::filesystem::path data;
  std::string site_key;
  std::string box_id = "KOTAK-1";
  std::string certificate_pem, roots_pem;
  MachineClock clock;

  explicit Site(World const& world) : clock(world) {}
  std::filesystem::path exam() const { return data / exam_folder; }
};

struct Reply {
  int status = 0;  // 0: none came
  http::Fields headers{};
  std::string body{};
};

class Box final : public api::ControlHost {
 public:
  using Answered = std::function<void(Reply)>;

  // `port`: null without a second medium.
  Box(World& world, Plan const& plan, Site& site, std::shared_ptr<qti::Package const> package, Port* port);
  ~Box() override;

  // The first start of all: journals with accounts and a kegiatan.
  Result<void> found();
  // A start: the real keeper with its recovery. not_found: nothing is left of a journal.
  Result<void> open();

  void ask(http::Application& app, http::Request request, Answered done);
  http::Application& web() { return web_; }
  http::Application& control() { return control_; }
  http::Application& feed() { return feed_; }

  bool turn();          // everything that is ready on the loop; false: nothing was
  bool work();          // the pool
  bool write();         // one step of the writer
  void each_second();
  std::vector<std::pair<Answered, Reply>> take_replies() { return std::exchange(replies_, {}); }

  std::optional<Error> const& fatal() const { return fatal_; }
  api::Exam& exam() { return *context_.exams.all().front(); }
  api::Context& context() { return context_; }
  journal::JournalHandle const& handle() const { return handle_; }
  journal::Writer& writer() { return writer_; }
  void follow();  // one step of the second medium's follower

  bool healthy() override { return true; }
  boost::asio::awaitable<Result<api::Exam*>> add_exam(api::NewExam) override;
  http::ServerStats web_stats() override { return {}; }

 private:
  journal::WriterOptions options(Plan const& plan);
  std::unique_ptr<medium::Medium> medium_of(Port* port);
  Result<void> take_in(journal::JournalHandle const& handle);
  boost::asio::awaitable<void> answer(http::Application& app, http::Request request, Answered done);

  World& world_;
  Plan const& plan_;
  Site& site_;
  std::shared_ptr<qti::Package const> package_;
  SplitMix64 random_;
  Loop loop_, pool_;
  std::optional<Error> fatal_{};
  std::vector<std::pair<Answered, Reply>> replies_;
  journal::WriterOptions options_;
  journal::Writer writer_;
  api::Exams exams_;
  api::Context context_;
  SimMedium* medium_ = nullptr;  // the keeper's
  app::JournalKeeper keeper_;
  http::StaticAssets pages_;
  api::WebApp web_;
  api::ControlApp control_;
  api::FeedApp feed_;
  journal::JournalHandle handle_{};
  std::uint64_t second_ = 0;
};

// packet.cpp
core::NewEntries packet_entries(Plan const& plan, Site const& site, api::Statements const& statements,
                                std::string const& package, Bytes16 const& stream);
std::string nisn_of(unsigned pupil);
std::string username_of(unsigned pupil);
std::string password_of(unsigned pupil);
inline constexpr char const* proctor_name = "proktor1";
std::vector<std::string> const& test_ids();
std::shared_ptr<qti::Package const> sample_package(unsigned items);

}  // namespace proktor::sim
