#pragma once
// The HTTP server without routes: listening sockets, sessions, limits, deadlines, security headers. Owns its
// connections; the Application answers. Everything runs on the executor's one thread (the I/O thread).
// Takes only sockets that are already bound: it neither opens addresses by itself nor dials out.

#include "base/file.hpp"
#include "base/result.hpp"
#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <sys/types.h>

namespace proktor::http {

// What the application says once the headers are in, before any of the body is read.
struct HeadDecision {
  std::size_t body_bytes_max = body_bytes_before_login_max;
  std::optional<Response> refuse{};  // sent at once, the body is not read
  bool live_session = false;         // a person with a valid session: this address goes first at the door
};

class Application {
 public:
  virtual ~Application() = default;
  // Quick, no I/O, must not throw.
  virtual HeadDecision inspect(RequestHead const& head) = 0;
  // An exception becomes 500 with a log id; the connection goes on.
  virtual boost::asio::awaitable<Response> handle(Request request) = 0;
};

struct ServerStats {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  // over a connection limit
  std::uint64_t handshakes = 0;           // completed
  std::uint64_t handshakes_failed = 0;
  std::uint64_t handshakes_refused = 0;   // over the rate
  std::uint64_t requests = 0;
  std::uint64_t requests_refused = 0;     // malformed, too large, too slow
  std::uint64_t body_bytes = 0;           // of bodies in flight
  std::uint64_t bodies_refused = 0;       // no room for one more
  std::uint64_t deadlines_missed = 0;     // connections cut by a deadline
};

class Server {
 public:
  // `application` must outlive the server and all that is still running after drain().
  Server(boost::asio::any_io_executor executor, Application& application, Limits limits = {});
  ~Server();  // cuts what is left
  Server(Server const&) = delete;
  Server& operator=(Server const&) = delete;

  // Serves a bound, listening stream socket (TCP or Unix). May be called several times.
  void listen(Fd listening, std::optional<TlsContext> tls = std::nullopt);

  // Stops accepting, closes idle connections and event streams, lets running requests finish, cuts what is left after
  // `deadline`. Completes when no connection is left, or one second after the deadline at the latest.
  boost::asio::awaitable<void> drain(std::chrono::milliseconds deadline);

  ServerStats stats() const;

  struct Impl;  // the server's own

 private:
  std::shared_ptr<Impl> impl_;
};

// Listening sockets for `proktor run` and tests, close-on-exec, backlog 4096. Port 0 lets the system choose.
// Errors: io_error (detail: address and errno text).
Result<Fd> bind_tcp(std::string const& address, std::uint16_t port);
Result<Fd> bind_unix(std::filesystem::path const& path, mode_t mode);  // replaces a socket file that nobody serves
std::uint16_t port_of(Fd const& listening);                            // 0 when it is not a TCP socket

}  // namespace proktor::http
