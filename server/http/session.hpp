#pragma once
// One connection of the server: handshake, then requests one at a time until either side has enough. Owns the
// socket, its Stream, the read buffer and the deadline that the server's watch looks at. Knows no routes. I/O
// thread.

#include "http/request_parser.hpp"
#include "http/server_impl.hpp"
#include "http/stream.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::http {

// GCC 12 lays out some coroutine frames wrong when co_await stands in a condition (&&, ||, ?:, while, an if
// in a loop): here it stands in statements of its own where it can. tests/support/coroutine_frames.py finds
// such frames.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Session(std::shared_ptr<Server::Impl> server, Fd socket, Peer peer, std::optional<TlsContext> const& tls);
  ~Session();
  Session(Session const&) = delete;
  Session& operator=(Session const&) = delete;

  boost::asio::awaitable<void> run();

  // For the watch and the drain.
  void check_deadline(Time now);
  void finish_soon();  // ends when idle, otherwise after the running request
  void cut();          // ends at the next step, whatever runs

 private:
  // session.cpp: the life of a connection and the requests.
  boost::asio::awaitable<bool> handshake();
  boost::asio::awaitable<bool> serve_one();              // false: the connection ends
  boost::asio::awaitable<Result<Progress>> read_head();  // complete, or ended: the peer has left
  boost::asio::awaitable<Result<void>> read_body();
  boost::asio::awaitable<bool> serve_head(RequestHead head);
  boost::asio::awaitable<Response> answer(Request request);
  boost::asio::awaitable<bool> fill();  // more bytes in buffer_; false: no more will come
  boost::asio::awaitable<bool> wait_for(
      IoState state);                    // false: cut or out of time; true may be a mere wake()
  boost::asio::awaitable<void> yield();  // lets the other connections have a turn

  // session_write.cpp: the responses.
  boost::asio::awaitable<bool> respond(Response response, bool close);
  boost::asio::awaitable<bool> refuse(Errc code);  // always false: the connection ends, the answer arrives
  boost::asio::awaitable<void> linger();
  boost::asio::awaitable<bool> write(std::string_view bytes);
  boost::asio::awaitable<bool> write_events(std::shared_ptr<EventStream> events);
  boost::asio::awaitable<bool> write_source(std::shared_ptr<BodySource> source,
                                            std::optional<std::uint64_t> length, bool chunked);
  void watch_peer(std::shared_ptr<BodySource> const& source);
  bool discard_input();  // false: the peer has left

  void set_deadline(std::chrono::milliseconds from_now) {
    deadline_ = std::chrono::steady_clock::now() + from_now;
  }
  void no_deadline() { deadline_ = Time::max(); }
  void wake() { descriptor_.cancel(); }  // a running wait ends

  std::shared_ptr<Server::Impl> const server_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer door_;
  Peer peer_;
  bool const tls_;
  std::unique_ptr<Stream> const stream_;
  RequestParser parser_;
  std::string buffer_;
  Time deadline_ = Time::max();
  Time beat_at_ = Time::max();  // when an event stream wants to be woken
  bool idle_ = true;            // nothing of a next request has come
  bool cut_ = false;
  bool expired_ = false;    // the deadline has passed
  bool finishing_ = false;  // no further request
  bool head_request_ = false;
  bool http10_ = false;
  unsigned requests_without_wait_ = 0;
  unsigned watch_ = 0;  // which peer watch is current
  std::shared_ptr<EventStream> events_;
  std::shared_ptr<BodySource> live_source_;
};

// Runs a session to its end and keeps it alive meanwhile.
boost::asio::awaitable<void> serve(std::shared_ptr<Session> session);

}  // namespace proktor::http
