#include "app/notice.hpp"

#include "api/alarms.hpp"
#include "app/notice_page.hpp"
#include "app/page_assets.hpp"
#include "base/log.hpp"
#include "base/service_notify.hpp"
#include "http/server.hpp"
#include "http/static.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <csignal>
#include <cstdlib>

namespace proktor::app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::chrono::seconds watchdog_interval{1};
constexpr std::chrono::milliseconds drain_deadline{500};
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

// Pages for people, a coded 503 for programs.
class WebNotice final : public http::Application {
 public:
  WebNotice(Notice const& notice, std::string const& box)
      : notice_(notice), box_(box), files_(page_assets()), assets_(files_) {}

  http::HeadDecision inspect(http::RequestHead const& head) override {
    bool const reads = head.method == http::Method::get || head.method == http::Method::head;
    http::HeadDecision decision;
    if (!reads || head.path.starts_with("/api/")) decision.refuse = api::refuse(notice_.why);
    return decision;
  }

  asio::awaitable<http::Response> handle(http::Request request) override {
    if (request.path.starts_with("/aset/")) {
      if (auto file = assets_.find(request)) co_return std::move(*file);
    }
    auto response = api::refuse(notice_.why);
    response.content_type = "text/html; charset=utf-8";
    response.body = notice_page(notice_, box_, is_staff_path(request.path));
    co_return response;
  }

 private:
  static bool is_staff_path(std::string_view path) { return path == "/proktor" || path == "/teknisi"; }

  Notice const& notice_;
  std::string const& box_;
  std::vector<http::Asset> files_;
  http::StaticAssets assets_;
};

class ControlNotice final : public http::Application {
 public:
  ControlNotice(Notice const& notice, std::string const& box, api::Alarms const& alarms, std::function<void()> resume)
      : notice_(notice), box_(box), alarms_(alarms), resume_(std::move(resume)) {}

  http::HeadDecision inspect(http::RequestHead const& head) override {
    bool const reads = head.method == http::Method::get;
    bool const known = reads ? head.path == "/healthz" || head.path == "/v1/status" : head.path == "/v1/resume";
    http::HeadDecision decision;
    if (!known) decision.refuse = api::refuse(notice_.why);
    return decision;
  }

  asio::awaitable<http::Response> handle(http::Request request) override {
    if (request.path == "/healthz") co_return health();
    if (request.path == "/v1/status") co_return status();
    resume_();
    co_return http::json_response("{}");
  }

 private:
  http::Response health() const {
    http::Response response;
    response.status = 503;
    response.content_type = "text/plain";
    response.body = std::string(api::id_of(notice_.why)) + (notice_.cause.empty() ? "" : ": " + notice_.cause);
    return response;
  }

  http::Response status() const {
    json::object const body{{"box", box_}, {"version", PROKTOR_VERSION}, {"mode", api::id_of(notice_.why)},
                            {"cause", notice_.cause}, {"journals", json::array()}, {"sitting", nullptr},
                            {"queue", 0}, {"alarms", alarms_.json()}};
    return http::json_response(json::serialize(body));
  }

  Notice const& notice_;
  std::string const& box_;
  api::Alarms const& alarms_;
  std::function<void()> resume_;
};

class NoticeServer {
 public:
  NoticeServer(Notice const& notice, Settings const& settings, std::string box)
      : box_(std::move(box)),
        alarms_(clock_),
        web_app_(notice, box_),
        control_app_(notice, box_, alarms_, [this] { leave_with(exit_start_again); }),
        web_(io_.get_executor(), web_app_, settings.web),
        control_(io_.get_executor(), control_app_) {
    alarms_.raise(notice.why == api::NotServing::parked ? api::Alarm::parked : api::Alarm::safe_mode, notice.cause);
  }

  void listen(Settings const& settings, BoxFiles const& files, InheritedSockets sockets) {
    auto tls = http::make_server_tls(files.tls_chain_pem, files.tls_key_pem);
    if (!tls && !settings.plain_http) log_error("no page can be shown: " + describe(tls.error()));
    for (auto& fd : sockets.web) {
      if (settings.plain_http) web_.listen(std::move(fd));
      else if (tls) web_.listen(std::move(fd), *tls);
    }
    for (auto& fd : sockets.control) control_.listen(std::move(fd));
    for (auto& fd : sockets.feed) control_.listen(std::move(fd));
  }

  int run() {
    signals_.add(SIGPWR);
    asio::co_spawn(io_, wait_for_signal(), asio::detached);
    asio::co_spawn(io_, feed_watchdog(), asio::detached);
    notify_service("READY=1");
    io_.run();
    return exit_code_;
  }

 private:
  asio::awaitable<void> wait_for_signal() {
    for (bool waiting = true; waiting;) {
      auto const [error, number] = co_await signals_.async_wait(as_values);
      waiting = !error && number == SIGPWR;  // power is going, again: this is where it leads
      if (!error && !waiting) leave_with(number == SIGCONT ? exit_start_again : EXIT_SUCCESS);
    }
    notify_service("STOPPING=1");
    co_await web_.drain(drain_deadline);
    co_await control_.drain(drain_deadline);
  }

  asio::awaitable<void> feed_watchdog() {
    while (!leaving_) {
      notify_service("WATCHDOG=1");
      timer_.expires_after(watchdog_interval);
      co_await timer_.async_wait(as_values);
    }
  }

  void leave_with(int exit_code) {
    if (std::exchange(leaving_, true)) return;
    exit_code_ = exit_code;
    timer_.cancel();
    signals_.cancel();
  }

  std::string box_;
  SystemClock clock_;
  asio::io_context io_{1};
  asio::signal_set signals_{io_, SIGTERM, SIGINT, SIGCONT};
  asio::steady_timer timer_{io_};
  api::Alarms alarms_;
  WebNotice web_app_;
  ControlNotice control_app_;
  http::Server web_, control_;
  bool leaving_ = false;
  int exit_code_ = EXIT_SUCCESS;
};

}  // namespace

int serve_notice(Notice const& notice, Settings const& settings, BoxFiles const& files, InheritedSockets sockets) {
  NoticeServer server(notice, settings, files.id);
  server.listen(settings, files, std::move(sockets));
  return server.run();
}

}  // namespace proktor::app
