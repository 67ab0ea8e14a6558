#pragma once
// What the sessions of one server share: the application, limits, counters, the door, and the watch over
// deadlines. Private to http. I/O thread.

#include "http/body_budget.hpp"
#include "http/doorman.hpp"
#include "http/server.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>
#include <optional>
#include <unordered_set>

namespace proktor::http {

class Session;

struct Server::Impl : std::enable_shared_from_this<Server::Impl> {
  Impl(boost::asio::any_io_executor used_executor, Application& used_application, Limits used_limits);

  void listen(Fd listening, std::optional<TlsContext> tls);
  void stop_accepting();
  void cut_all();
  static boost::asio::awaitable<void> drain(std::shared_ptr<Impl> self, std::chrono::milliseconds deadline);
  void add(Session* session);
  void remove(Session* session) { sessions.erase(session); }

  boost::asio::any_io_executor const executor;
  Application& application;
  Limits const limits;
  Doorman doorman;
  BodyBudget bodies;
  ServerStats stats{};
  bool draining = false;
  std::unordered_set<Session*> sessions;

 private:
  struct Listener {
    boost::asio::posix::stream_descriptor socket;
    std::optional<TlsContext> tls;
  };

  // Coroutines hold the server by value: they may first run after its owner is gone.
  static boost::asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self,
                                                  std::shared_ptr<Listener> listener);
  bool accept_one(Listener& listener);  // false: nothing waits, or no descriptors are left
  static boost::asio::awaitable<void> watch_deadlines(std::shared_ptr<Impl> self);

  std::list<std::weak_ptr<Listener>> listeners_;
  bool watching_ = false;
  bool out_of_descriptors_ = false;
};

}  // namespace proktor::http
