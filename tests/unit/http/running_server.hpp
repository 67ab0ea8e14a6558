#pragma once
// A real server on its own thread and port for one test, an application whose answers the test writes, and a raw peer
// that sends any bytes and reads exactly what comes.

#include "http/client.hpp"
#include "http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <functional>
#include <future>
#include <optional>
#include <string>
#include <thread>

namespace proktor::http::test {

class TestApplication final : public Application {
 public:
  std::function<HeadDecision(RequestHead const&)> on_inspect;
  std::function<boost::asio::awaitable<Response>(Request)> on_handle;

  HeadDecision inspect(RequestHead const& head) override { return on_inspect ? on_inspect(head) : HeadDecision{}; }
  boost::asio::awaitable<Response> handle(Request request) override {
    if (on_handle) co_return co_await on_handle(std::move(request));
    co_return echo(request);
  }
  // "<METHOD> <path> <body>"
  static Response echo(Request const& request) {
    Response response;
    response.content_type = "text/plain";
    response.body = std::string(name_of(request.method)) + " " + request.path + " " + request.body;
    return response;
  }
};

class RunningServer {
 public:
  explicit RunningServer(Limits limits = {}, std::optional<TlsContext> tls = std::nullopt);
  ~RunningServer();

  TestApplication application;
  std::uint16_t port = 0;

  void start();  // after the application is set up
  void stop();   // ends the thread; start() again serves the same port
  // Runs on the server's thread and waits for it.
  template <class Function>
  auto on_thread(Function function) {
    auto const task = std::make_shared<std::packaged_task<decltype(function())()>>(std::move(function));
    auto result = task->get_future();
    boost::asio::post(context_->get_executor(), [task] { (*task)(); });
    return result.get();
  }
  ServerStats stats() {
    return on_thread([this] { return server_->stats(); });
  }
  std::future<void> drain(std::chrono::milliseconds deadline) {
    return boost::asio::co_spawn(*context_, server_->drain(deadline), boost::asio::use_future);
  }
  boost::asio::any_io_executor executor() { return context_->get_executor(); }
  Endpoint endpoint() const { return Endpoint{"127.0.0.1", port, "", ""}; }
  // Waits until a condition on the statistics holds; false after ten seconds.
  bool eventually(std::function<bool(ServerStats const&)> condition);

 private:
  Limits const limits_;
  std::optional<TlsContext> const tls_;
  Fd listening_;
  std::unique_ptr<boost::asio::io_context> context_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
};

class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port, int receive_buffer_bytes = 0);
  void send(std::string_view bytes);
  bool try_send(std::string_view bytes);
  // One response with Content-Length (or none): head and body. Empty when the connection ended first.
  std::string read_response();
  std::string read_until(std::string_view mark);
  std::string read_all();  // until the server closes; "RESET" when it reset
  void close() { socket_ = Fd(); }

 private:
  bool more();
  Fd socket_;
  std::string buffer_;
  bool reset_ = false;
};

// The body of a response text.
std::string body_of(std::string const& response);
int status_of(std::string const& response);

inline Limits quick_limits() {
  Limits limits;
  limits.deadline_tick = std::chrono::milliseconds(2);
  return limits;
}

inline std::string get(std::string const& path) { return "GET " + path + " HTTP/1.1\r\nHost: box\r\n\r\n"; }

inline std::string code_in(std::string const& response) {
  std::string const body = body_of(response);
  std::string const mark = "{\"error\":{\"code\":\"";
  if (!body.starts_with(mark)) return "no code: " + response;
  return body.substr(mark.size(), body.find('"', mark.size()) - mark.size());
}

}  // namespace proktor::http::test
