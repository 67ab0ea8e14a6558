#include "http/session.hpp"

#include "base/log.hpp"
#include "base/random.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <utility>

namespace proktor::http {
namespace {

namespace asio = boost::asio;

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);
constexpr unsigned requests_per_turn = 16;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

std::unique_ptr<Stream> make_stream(int fd, std::optional<TlsContext> const& tls) {
  return tls ? make_tls_server_stream(fd, *tls) : make_plain_stream(fd);
}

Response internal_error(std::string_view what, RequestHead const& head) {
  SystemRandom random;
  std::string const log_id = hex(random.bytes16()).substr(0, 8);
  log_error("http: handler failed, log id " + log_id + ", " + head.path + ": " + std::string(what));
  std::string const message = std::string(sentence_of(Errc::internal)) + " Kode log: " + log_id + ".";
  boost::json::value const body = {{"error", {{"code", id_of(Errc::internal)}, {"message", message}}}};
  return json_response(boost::json::serialize(body), http_status_of(Errc::internal));
}

}  // namespace

asio::awaitable<void> serve(std::shared_ptr<Session> session) {
  try {
    co_await session->run();
  } catch (std::exception const& failure) {
    log_error(std::string("http: connection ended by ") + failure.what());
  }
}

Session::Session(std::shared_ptr<Server::Impl> server, Fd socket, Peer peer,
                 std::optional<TlsContext> const& tls)
    : server_(std::move(server)),
      descriptor_(server_->executor, socket.release()),
      door_(server_->executor),
      peer_(std::move(peer)),
      tls_(tls.has_value()),
      stream_(make_stream(descriptor_.native_handle(), tls)),
      parser_(server_->limits.header_bytes_max) {
  server_->add(this);
}

Session::~Session() {
  if (events_) events_->close();
  server_->remove(this);
  if (!peer_.unix_socket) server_->doorman.leave(peer_.address, std::chrono::steady_clock::now());
}

void Session::check_deadline(Time now) {
  if (now >= deadline_) {
    no_deadline();
    expired_ = true;
    if (!idle_) ++server_->stats.deadlines_missed;
    wake();
  } else if (now >= beat_at_) {
    wake();
  }
}

void Session::finish_soon() {
  finishing_ = true;
  if (idle_) cut();
  if (events_) events_->close();
}

void Session::cut() {
  cut_ = true;
  door_.cancel();
  if (live_source_) live_source_->peer_left();
  wake();
}

asio::awaitable<void> Session::run() {
  if (!co_await handshake()) co_return;
  bool more = true;
  while (more) more = co_await serve_one();
  if (!cut_) stream_->shutdown_write();
}

asio::awaitable<bool> Session::handshake() {
  if (!tls_) co_return true;
  if (!peer_.unix_socket) {
    auto const wait = server_->doorman.handshake_wait(peer_.address, std::chrono::steady_clock::now());
    if (!wait) {
      ++server_->stats.handshakes_refused;
      cut_ = true;
      co_return false;
    }
    if (wait->count() > 0) {
      door_.expires_after(*wait);
      co_await door_.async_wait(as_value);
    }
  }
  set_deadline(server_->limits.handshake_deadline);
  while (!cut_) {
    IoResult const result = stream_->handshake();
    if (result.state == IoState::done) {
      peer_.certificate_der = stream_->peer_certificate_der();
      ++server_->stats.handshakes;
      co_return true;
    }
    bool const blocked = result.state == IoState::want_read || result.state == IoState::want_write;
    if (!blocked) break;
    if (!co_await wait_for(result.state)) break;
  }
  ++server_->stats.handshakes_failed;
  cut_ = true;
  co_return false;
}

asio::awaitable<bool> Session::serve_one() {
  idle_ = buffer_.empty();
  if (++requests_without_wait_ > requests_per_turn) co_await yield();
  parser_.start();
  auto const complete = co_await read_head();
  if (!complete) {
    Errc const code = complete.error().code;
    co_return co_await refuse(code);
  }
  if (*complete == Progress::ended) co_return false;
  ++server_->stats.requests;
  auto head = parser_.take_head();
  if (!head) {
    Errc const code = head.error().code;
    co_return co_await refuse(code);
  }
  head->peer = peer_;
  head->tls = tls_;
  head_request_ = head->method == Method::head;
  http10_ = parser_.http10();
  if (!parser_.keep_alive()) finishing_ = true;
  co_return co_await serve_head(std::move(*head));
}

asio::awaitable<bool> Session::serve_head(RequestHead head) {
  HeadDecision decision = server_->application.inspect(head);
  if (decision.live_session) server_->doorman.live_session(peer_.address, std::chrono::steady_clock::now());
  if (decision.refuse) {
    bool const unread = parser_.has_body();
    bool const close = finishing_ || unread;
    bool const sent = co_await respond(std::move(*decision.refuse), close);
    if (sent && unread) co_await linger();
    co_return sent && !close;
  }
  Request request;
  std::optional<BodyBudget::Share> room;
  if (parser_.has_body()) {
    if (head.content_length > decision.body_bytes_max) co_return co_await refuse(Errc::too_large);
    room = server_->bodies.take(head.content_length > 0 ? head.content_length : decision.body_bytes_max);
    if (!room) {
      ++server_->stats.bodies_refused;
      co_return co_await refuse(Errc::queue_full);
    }
    parser_.limit_body(decision.body_bytes_max);
    auto const read = co_await read_body();
    if (!read) {
      Errc const code = read.error().code;
      co_return co_await refuse(code);
    }
    request.body = parser_.take_body();
  }
  static_cast<RequestHead&>(request) = std::move(head);
  no_deadline();
  Response response = co_await answer(std::move(request));
  room.reset();
  if (cut_) co_return false;
  bool const close = finishing_;
  bool const sent = co_await respond(std::move(response), close);
  co_return sent && !close;
}

asio::awaitable<Result<Progress>> Session::read_head() {
  for (;;) {
    if (!buffer_.empty()) {
      if (std::exchange(idle_, false) || deadline_ == Time::max())
        set_deadline(server_->limits.header_deadline);
      auto const complete = parser_.parse_head(buffer_);
      if (!complete) co_return complete.error();
      if (*complete == Progress::complete) co_return Progress::complete;
    }
    if (!co_await fill()) {
      if (expired_ && !idle_ && !cut_) co_return fail(Errc::timeout);
      cut_ = cut_ || !expired_;  // nobody is there to be told
      co_return Progress::ended;
    }
  }
}

asio::awaitable<Result<void>> Session::read_body() {
  set_deadline(server_->limits.body_deadline);
  if (parser_.expects_continue() && buffer_.empty()) {
    if (!co_await write(continue_line)) co_return fail(Errc::timeout);
  }
  set_deadline(server_->limits.body_deadline);
  for (;;) {
    auto const complete = parser_.parse_body(buffer_);
    if (!complete) co_return complete.error();
    if (*complete == Progress::complete) co_return Result<void>();
    if (!co_await fill()) co_return fail(expired_ ? Errc::timeout : Errc::bad_request);
  }
}

asio::awaitable<bool> Session::fill() {
  if (idle_) {
    // An idle connection keeps no buffer: a lab holds thousands of them open.
    std::string().swap(buffer_);
    set_deadline(server_->limits.idle_deadline);
    if (!stream_->has_buffered_input()) {
      if (!co_await wait_for(IoState::want_read)) co_return false;
    }
  }
  while (!cut_) {
    std::size_t const before = buffer_.size();
    buffer_.resize(before + server_->limits.read_buffer_bytes);
    IoResult const result = stream_->read_some(buffer_.data() + before, buffer_.size() - before);
    buffer_.resize(before + result.bytes);
    if (result.state == IoState::done) co_return true;
    if (result.state == IoState::closed || result.state == IoState::failed) break;
    if (!co_await wait_for(result.state)) break;
  }
  co_return false;
}

asio::awaitable<bool> Session::wait_for(IoState state) {
  if (cut_ || expired_) co_return false;
  requests_without_wait_ = 0;
  auto const what = state == IoState::want_write ? asio::posix::descriptor_base::wait_write
                                                 : asio::posix::descriptor_base::wait_read;
  auto const [error] = co_await descriptor_.async_wait(what, as_value);
  co_return !cut_ && !expired_ && (!error || error == asio::error::operation_aborted);
}

asio::awaitable<void> Session::yield() {
  requests_without_wait_ = 0;
  co_await asio::post(server_->executor, asio::use_awaitable);
}

asio::awaitable<Response> Session::answer(Request request) {
  RequestHead about;
  about.path = request.path;
  std::string failure;
  try {
    co_return co_await server_->application.handle(std::move(request));
  } catch (std::exception const& error) {
    failure = error.what();
  } catch (...) {
    failure = "unknown exception";
  }
  co_return internal_error(failure, about);
}

}  // namespace proktor::http
