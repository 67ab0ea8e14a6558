#pragma once
// One HTTP/1.1 client connection, over TCP, TLS or a Unix socket: keep-alive, reconnect, a deadline on every step,
// bounded bodies. One request at a time; a second send() waits for nobody and is a programmer's mistake. Used by
// proktor-sync, the proktor command and tests. Runs on the executor's thread.

#include "base/result.hpp"
#include "http/message.hpp"
#include "http/tls.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::http {

struct Endpoint {
  std::string host{};  // name or address; also the Host header
  std::uint16_t port = 0;
  std::string unix_path{};    // when set, host and port only fill the Host header
  std::string server_name{};  // name to find in the server's certificate; empty: host
};

// "https://host:port/ignored", "http://…" or "unix:/path". `tls` says whether TLS is wanted. Errors: bad_field.
struct ParsedUrl {
  Endpoint endpoint{};
  bool tls = false;
  std::string target{};  // path and query, at least "/"
};
Result<ParsedUrl> parse_url(std::string_view url);

struct ClientLimits {
  std::chrono::milliseconds connect_deadline{5'000};  // name, connection and handshake together
  std::chrono::milliseconds write_deadline{30'000};   // without the peer taking a single byte
  std::chrono::milliseconds read_deadline{30'000};    // without a single byte coming
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 8 * 1024 * 1024;  // of a collected body; pieces given to on_body are not counted
};

struct ClientResponse {
  int status = 0;
  Fields headers{};
  std::string body{};  // empty when on_body took it

  std::string_view header(std::string_view name) const { return find_field(headers, name); }
  bool ok() const { return status >= 200 && status < 300; }
};

struct ClientRequest {
  Method method = Method::get;
  std::string target = "/";
  Fields headers{};            // Host, Content-Length and Connection are set by the client
  std::string content_type{};  // not sent when empty
  std::string body{};
  // Called with the status and headers before the body; an error stops the request.
  std::function<Result<void>(ClientResponse const&)> on_head{};
  // Takes the body of a 2xx response piece by piece; an error stops the request and comes back from send().
  std::function<Result<void>(std::string_view)> on_body{};
  std::optional<std::chrono::milliseconds> read_deadline{};  // instead of the limit's, e.g. for a feed
};

// Where requests go one at a time: a connection of its own (Client), or a simulated one (tests/sim).
class Link {
 public:
  virtual ~Link() = default;
  virtual boost::asio::awaitable<Result<ClientResponse>> send(ClientRequest request) = 0;
  virtual void close() = 0;  // a running send() then returns unreachable
};

class Client final : public Link {
 public:
  Client(boost::asio::any_io_executor executor, Endpoint endpoint, std::optional<TlsContext> tls = std::nullopt,
         ClientLimits limits = {});
  ~Client() override;
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Connects when needed. A kept connection that turns out to be dead before the first byte of the answer is replaced
  // once (as browsers do). Any status is a value. Errors: unreachable, timeout, too_large, certificate_invalid,
  // bad_request (the answer is not HTTP), or what on_head / on_body returned; the connection is then closed.
  boost::asio::awaitable<Result<ClientResponse>> send(ClientRequest request) override;

  bool connected() const;
  void close() override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

// One request from a program without an event loop (the command line, tests). Blocks the calling thread.
Result<ClientResponse> send_blocking(Endpoint endpoint, std::optional<TlsContext> tls, ClientRequest request,
                                     ClientLimits limits = {});

}  // namespace proktor::http
