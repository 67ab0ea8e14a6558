#pragma once
// What a request and a response are to the code above the transport: plain values, no socket, no Beast.
// Does not know routes, sessions of people, or JSON. Values are built and read on the I/O thread.

#include "base/result.hpp"
#include "http/event_stream.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace proktor::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };
std::string_view name_of(Method method);

// The value of the first field with that name, ASCII case ignored; empty when absent.
std::string_view find_field(Fields const& fields, std::string_view name);

// Who is at the other end of the connection.
struct Peer {
  std::string address{};          // "192.168.1.20", "fe80::1"; "unix" for a Unix socket
  bool loopback = false;          // 127.0.0.0/8 or ::1; false for a Unix socket
  bool unix_socket = false;
  std::string certificate_der{};  // the leaf that the peer proved under mutual TLS; empty if none
};

struct RequestHead {
  Method method = Method::get;
  std::string target{};  // as sent: path and query
  std::string path{};    // percent-decoded UTF-8; never has "." or ".." segments, NUL or control characters
  Fields query{};        // decoded, in order; '+' is a space
  Fields headers{};      // as sent, in order
  Peer peer{};
  std::uint64_t content_length = 0;  // 0 when absent or chunked
  bool tls = false;

  std::string_view header(std::string_view name) const { return find_field(headers, name); }
  bool has_header(std::string_view name) const;
  std::string_view cookie(std::string_view name) const;       // first with that name; empty when absent
  std::string_view query_value(std::string_view name) const;  // empty when absent
};

struct Request : RequestHead {
  std::string body{};
};

// Bytes that live as long as the process (embedded pages); never copied.
struct StaticBytes {
  std::string_view bytes;
};

// A body made piece by piece. With a length it is sent as it is, without one it is chunked.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual std::optional<std::uint64_t> length() const { return std::nullopt; }
  // The next piece, at most bytes_max; empty at the end. On an error the connection is cut, so the peer notices.
  virtual boost::asio::awaitable<Result<std::string>> next(std::size_t bytes_max) = 0;
  // True when next() may wait long for something to happen (a feed): the transport then watches for the peer leaving
  // and calls peer_left(), after which next() must return soon.
  virtual bool live() const { return false; }
  virtual void peer_left() {}
};

using Body = std::variant<std::string, std::shared_ptr<std::string const>, StaticBytes, std::shared_ptr<EventStream>,
                          std::shared_ptr<BodySource>>;

// The transport adds Content-Length or chunking, Connection, the security headers, and Cache-Control: no-store unless
// `headers` has its own.
struct Response {
  int status = 200;
  std::string content_type{};  // not sent when empty
  Fields headers{};
  Body body{};
};

// {"error":{"code":…,"message":…}} with the code's status and its Indonesian sentence; 503 and 429 carry Retry-After.
Response error_response(Errc code);
inline constexpr int retry_after_seconds_default = 2;

// A JSON body; the caller has serialised it.
Response json_response(std::string json, int status = 200);

}  // namespace proktor::http
