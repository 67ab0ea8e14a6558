#include "http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cerrno>
#include <cstring>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace proktor::http {
namespace {

namespace asio = boost::asio;

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

}  // namespace

Connection::Connection(asio::any_io_executor executor)
    : executor_(std::move(executor)), descriptor_(executor_), timer_(executor_) {}

void Connection::arm(Patience patience) {
  expired_ = false;
  unsigned const mine = ++armed_;
  timer_.expires_after(patience);
  timer_.async_wait([weak = weak_from_this(), mine](boost::system::error_code error) {
    auto const self = weak.lock();
    if (error || !self || mine != self->armed_) return;
    self->expired_ = true;
    self->descriptor_.cancel();
  });
}

void Connection::disarm() {
  ++armed_;
  timer_.cancel();
}

void Connection::close() {
  closed_ = true;
  disarm();
  if (stream_) stream_->shutdown_write();
  stream_.reset();
  boost::system::error_code ignored;
  if (descriptor_.is_open()) descriptor_.close(ignored);
}

asio::awaitable<Result<void>> Connection::wait_for(IoState state) {
  if (expired_) co_return fail(Errc::timeout);
  auto const what = state == IoState::want_write ? asio::posix::descriptor_base::wait_write
                                                 : asio::posix::descriptor_base::wait_read;
  auto const [error] = co_await descriptor_.async_wait(what, as_value);
  if (expired_) co_return fail(Errc::timeout);
  if (error || closed_) co_return fail(Errc::unreachable, closed_ ? "closed" : error.message());
  co_return Result<void>();
}

asio::awaitable<Result<void>> Connection::connect_to(sockaddr_storage address, unsigned size) {
  Fd socket(::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) co_return fail(Errc::unreachable, std::strerror(errno));
  int const on = 1;
  if (address.ss_family != AF_UNIX) ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int const result = ::connect(socket.get(), reinterpret_cast<sockaddr const*>(&address), size);
  if (result != 0 && errno != EINPROGRESS) co_return fail(Errc::unreachable, std::strerror(errno));
  boost::system::error_code ignored;
  if (descriptor_.is_open()) descriptor_.close(ignored);
  descriptor_.assign(socket.release());
  if (result == 0) co_return Result<void>();
  if (auto const ready = co_await wait_for(IoState::want_write); !ready) co_return ready.error();
  int failure = 0;
  socklen_t failure_size = sizeof failure;
  ::getsockopt(descriptor_.native_handle(), SOL_SOCKET, SO_ERROR, &failure, &failure_size);
  if (failure != 0) co_return fail(Errc::unreachable, std::strerror(failure));
  co_return Result<void>();
}

asio::awaitable<Result<void>> Connection::connect_unix(std::string path) {
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr_un&>(storage);
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    co_return fail(Errc::unreachable, path + ": path too long for a socket");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  co_return co_await connect_to(storage, sizeof address);
}

asio::awaitable<Result<void>> Connection::connect_tcp(Endpoint endpoint) {
  using asio::ip::tcp;
  std::vector<tcp::endpoint> candidates;
  boost::system::error_code error;
  auto const numeric = asio::ip::make_address(endpoint.host, error);
  if (!error) {
    candidates.emplace_back(numeric, endpoint.port);
  } else {
    tcp::resolver resolver(executor_);
    auto const [failure, found] =
        co_await resolver.async_resolve(endpoint.host, std::to_string(endpoint.port), as_value);
    if (expired_) co_return fail(Errc::timeout);
    if (failure || closed_) co_return fail(Errc::unreachable, endpoint.host + ": " + failure.message());
    for (auto const& entry : found) candidates.push_back(entry.endpoint());
  }
  Result<void> last = fail(Errc::unreachable, endpoint.host);
  for (auto const& candidate : candidates) {
    sockaddr_storage storage{};
    std::memcpy(&storage, candidate.data(), candidate.size());
    last = co_await connect_to(storage, static_cast<unsigned>(candidate.size()));
    if (last || expired_) break;
  }
  co_return last;
}

asio::awaitable<Result<void>> Connection::open(Endpoint endpoint, std::optional<TlsContext> tls,
                                               Patience patience) {
  arm(patience);
  Result<void> connected;
  if (endpoint.unix_path.empty()) {
    connected = co_await connect_tcp(endpoint);
  } else {
    connected = co_await connect_unix(endpoint.unix_path);
  }
  if (!connected) co_return connected.error();
  int const fd = descriptor_.native_handle();
  std::string const& name = endpoint.server_name.empty() ? endpoint.host : endpoint.server_name;
  stream_ = tls ? make_tls_client_stream(fd, *tls, name) : make_plain_stream(fd);
  if (!stream_) co_return fail(Errc::certificate_invalid, name);
  for (;;) {
    IoState const state = stream_->handshake().state;
    if (state == IoState::done) break;
    if (state == IoState::closed) co_return fail(Errc::unreachable, "closed in the handshake");
    if (state == IoState::failed) {
      std::string const why = stream_->failure();
      co_return fail(why.empty() ? Errc::unreachable : Errc::certificate_invalid, why);
    }
    if (auto const ready = co_await wait_for(state); !ready) co_return ready.error();
  }
  disarm();
  co_return Result<void>();
}

asio::awaitable<Result<std::size_t>> Connection::read(std::string& buffer, std::size_t room,
                                                      Patience patience) {
  bool armed = false;
  for (;;) {
    if (!stream_) co_return fail(Errc::unreachable, "closed");
    std::size_t const before = buffer.size();
    buffer.resize(before + room);
    IoResult const result = stream_->read_some(buffer.data() + before, room);
    buffer.resize(before + result.bytes);
    if (armed && (result.state == IoState::done || result.state == IoState::closed)) disarm();
    if (result.state == IoState::done) co_return result.bytes;
    if (result.state == IoState::closed) co_return std::size_t{0};
    if (result.state == IoState::failed) co_return fail(Errc::unreachable, "connection lost");
    if (!std::exchange(armed, true)) arm(patience);
    if (auto const ready = co_await wait_for(result.state); !ready) co_return ready.error();
  }
}

asio::awaitable<Result<void>> Connection::write(std::string_view bytes, Patience patience) {
  while (!bytes.empty()) {
    if (!stream_) co_return fail(Errc::unreachable, "closed");
    IoResult const result = stream_->write_some(bytes);
    if (result.state == IoState::done) {
      bytes.remove_prefix(result.bytes);
      continue;
    }
    if (result.state == IoState::closed || result.state == IoState::failed) {
      co_return fail(Errc::unreachable, "connection lost");
    }
    arm(patience);
    auto const ready = co_await wait_for(result.state);
    disarm();
    if (!ready) co_return ready.error();
  }
  co_return Result<void>();
}

bool Connection::stale() {
  if (!stream_) return true;
  char byte = 0;
  IoState const state = stream_->read_some(&byte, 1).state;
  return state != IoState::want_read && state != IoState::want_write;
}

}  // namespace proktor::http
