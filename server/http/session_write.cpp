#include "http/session.hpp"

#include "base/log.hpp"
#include "http/response_head.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <charconv>
#include <utility>

namespace proktor::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t joined_body_bytes_max =
    16 * 1024;  // smaller bodies leave in one write with their headers
constexpr std::chrono::milliseconds linger_max{1'000};
constexpr int discard_reads_per_turn = 16;
constexpr std::string_view heartbeat_frame = ":\n\n";
constexpr std::string_view last_chunk = "0\r\n\r\n";

// The bytes of a body that is there as a whole.
std::optional<std::string_view> bytes_of_body(Body const& body) {
  if (auto const* text = std::get_if<std::string>(&body)) return *text;
  if (auto const* shared = std::get_if<std::shared_ptr<std::string const>>(&body)) {
    return *shared ? std::string_view(**shared) : std::string_view();
  }
  if (auto const* fixed = std::get_if<StaticBytes>(&body)) return fixed->bytes;
  return std::nullopt;
}

std::string chunk_of(std::string_view piece) {
  std::array<char, 16> size{};
  auto const end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
  std::string chunk;
  chunk.reserve(piece.size() + 24);
  chunk.append(size.data(), end).append("\r\n").append(piece).append("\r\n");
  return chunk;
}

}  // namespace

asio::awaitable<bool> Session::respond(Response response, bool close) {
  set_deadline(server_->limits.write_deadline);
  Framing framing;
  framing.close = close;
  bool const bodiless = head_request_ || response.status == 204 || response.status == 304;
  if (auto const bytes = bytes_of_body(response.body)) {
    if (response.status != 204 && response.status != 304) framing.content_length = bytes->size();
    std::string head = response_head(response, framing);
    if (bodiless) co_return co_await write(head);
    if (bytes->size() <= joined_body_bytes_max) {
      head.append(*bytes);
      co_return co_await write(head);
    }
    if (!co_await write(head)) co_return false;
    co_return co_await write(*bytes);
  }
  if (auto* const events = std::get_if<std::shared_ptr<EventStream>>(&response.body)) {
    finishing_ = framing.close = true;  // the end of the connection is the end of the body
    if (response.content_type.empty()) response.content_type = "text/event-stream";
    if (server_->draining) (*events)->close();
    std::string const head = response_head(response, framing);
    if (!co_await write(head)) co_return false;
    if (bodiless) co_return false;
    co_return co_await write_events(*events);
  }
  auto const source = std::get<std::shared_ptr<BodySource>>(response.body);
  framing.content_length = source->length();
  framing.chunked = !framing.content_length && !http10_;
  if (!framing.content_length && http10_) finishing_ = framing.close = true;
  std::string const head = response_head(response, framing);
  if (!co_await write(head)) co_return false;
  if (bodiless) co_return true;
  co_return co_await write_source(source, framing.content_length, framing.chunked);
}

asio::awaitable<bool> Session::refuse(Errc code) {
  ++server_->stats.requests_refused;
  expired_ = false;
  head_request_ = false;
  if (cut_) co_return false;
  Response response = error_response(code);
  bool const sent = co_await respond(std::move(response), true);
  if (sent) co_await linger();
  co_return false;
}

// Closing a socket with unread input resets it, and the reset may overtake the answer: so what the peer still
// sends is thrown away for a moment.
asio::awaitable<void> Session::linger() {
  set_deadline(linger_max);
  stream_->shutdown_write();
  bool more = discard_input();
  while (more) {
    more = co_await wait_for(IoState::want_read);
    if (more) more = discard_input();
  }
  cut_ = true;
}

asio::awaitable<bool> Session::write(std::string_view bytes) {
  std::size_t const turn_bytes = server_->limits.static_bytes_per_turn;
  std::size_t in_turn = 0;
  while (!bytes.empty()) {
    if (cut_) co_return false;
    IoResult const result = stream_->write_some(bytes.substr(0, turn_bytes - in_turn));
    if (result.state == IoState::done) {
      bytes.remove_prefix(result.bytes);
      in_turn += result.bytes;
      set_deadline(server_->limits.write_deadline);
      if (in_turn < turn_bytes || bytes.empty()) continue;
      in_turn = 0;
      co_await yield();
      continue;
    }
    bool const blocked = result.state == IoState::want_read || result.state == IoState::want_write;
    bool ready = false;
    if (blocked) ready = co_await wait_for(result.state);
    if (ready) continue;
    cut_ = true;
    co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Session::write_events(std::shared_ptr<EventStream> events) {
  events_ = events;
  events->set_waker([weak = weak_from_this()] {
    if (auto const session = weak.lock()) session->wake();
  });
  beat_at_ = std::chrono::steady_clock::now() + events->heartbeat();
  while (!cut_) {
    bool alive = true;
    while (auto const frame = events->take_frame()) {
      alive = co_await write(*frame);
      if (!alive) break;
    }
    if (!alive || events->closed()) break;
    if (auto const now = std::chrono::steady_clock::now(); now >= beat_at_) {
      if (!co_await write(heartbeat_frame)) break;
      beat_at_ = now + events->heartbeat();
      continue;  // frames may have come meanwhile
    }
    no_deadline();
    if (!co_await wait_for(IoState::want_read)) break;
    if (!discard_input()) break;
  }
  beat_at_ = Time::max();
  events->set_waker(nullptr);
  events->close();
  events_.reset();
  co_return false;
}

asio::awaitable<bool> Session::write_source(std::shared_ptr<BodySource> source,
                                            std::optional<std::uint64_t> length, bool chunked) {
  std::uint64_t sent = 0;
  if (source->live()) live_source_ = source;
  for (;;) {
    no_deadline();
    if (live_source_) watch_peer(source);
    Result<std::string> piece = fail(Errc::internal);
    try {
      piece = co_await source->next(server_->limits.static_bytes_per_turn);
    } catch (std::exception const& failure) {
      log_error(std::string("http: body failed: ") + failure.what());
    }
    ++watch_;
    if (live_source_) wake();
    if (cut_ || !piece) break;
    if (piece->empty()) {
      live_source_.reset();
      if (chunked) co_return co_await write(last_chunk);
      co_return !length || sent == *length;
    }
    sent += piece->size();
    if (length && sent > *length) break;
    std::string const bytes = chunked ? chunk_of(*piece) : std::move(*piece);
    if (!co_await write(bytes)) break;
  }
  live_source_.reset();
  source->peer_left();
  cut_ = true;
  co_return false;
}

void Session::watch_peer(std::shared_ptr<BodySource> const& source) {
  unsigned const mine = ++watch_;
  descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                         [self = shared_from_this(), source, mine](boost::system::error_code error) {
                           if (error || mine != self->watch_) return;
                           self->finishing_ = true;  // what came was thrown away
                           if (self->discard_input()) {
                             self->watch_peer(source);
                           } else {
                             source->peer_left();
                           }
                         });
}

bool Session::discard_input() {
  std::array<char, 4096> bin{};
  for (int i = 0; i < discard_reads_per_turn; ++i) {
    IoState const state = stream_->read_some(bin.data(), bin.size()).state;
    if (state == IoState::closed || state == IoState::failed) return false;
    if (state != IoState::done) return true;
  }
  return true;
}

}  // namespace proktor::http
