#include "http/server.hpp"

#include "base/log.hpp"
#include "http/server_impl.hpp"
#include "http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace proktor::http {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds descriptor_shortage_pause{50};
constexpr std::chrono::milliseconds drain_step{10};
constexpr std::chrono::milliseconds drain_grace{1'000};

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

Peer peer_of(sockaddr_storage const& address) {
  Peer peer;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET) {
    auto const& v4 = reinterpret_cast<sockaddr_in const&>(address);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    peer.loopback = (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
  } else if (address.ss_family == AF_INET6) {
    auto const& v6 = reinterpret_cast<sockaddr_in6 const&>(address);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      ::inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
      peer.loopback = v6.sin6_addr.s6_addr[12] == 127;
    } else {
      ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
      peer.loopback = IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
    }
  } else {
    peer.unix_socket = true;
  }
  peer.address = peer.unix_socket ? "unix" : text.data();
  return peer;
}

}  // namespace

Server::Impl::Impl(asio::any_io_executor used_executor, Application& used_application, Limits used_limits)
    : executor(std::move(used_executor)),
      application(used_application),
      limits(used_limits),
      doorman(used_limits),
      bodies(used_limits) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes with write(2), which has no MSG_NOSIGNAL
}

void Server::Impl::listen(Fd listening, std::optional<TlsContext> tls) {
  auto listener = std::make_shared<Listener>(
      Listener{asio::posix::stream_descriptor(executor, listening.release()), std::move(tls)});
  listener->socket.non_blocking(true);
  listeners_.push_back(listener);
  asio::co_spawn(executor, accept_loop(shared_from_this(), listener), asio::detached);
}

asio::awaitable<void> Server::Impl::accept_loop(std::shared_ptr<Impl> self,
                                                std::shared_ptr<Listener> listener) {
  asio::steady_timer pause(self->executor);
  while (!self->draining) {
    auto const [error] =
        co_await listener->socket.async_wait(asio::posix::descriptor_base::wait_read, as_value);
    if (error) break;
    while (!self->draining && self->accept_one(*listener)) {
    }
    if (std::exchange(self->out_of_descriptors_, false)) {
      log_error("http: no file descriptors left, connections wait");
      pause.expires_after(descriptor_shortage_pause);
      co_await pause.async_wait(as_value);
    }
  }
}

bool Server::Impl::accept_one(Listener& listener) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  Fd socket(::accept4(listener.socket.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                      SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) {
    out_of_descriptors_ = errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS;
    return errno == ECONNABORTED || errno == EINTR;
  }
  Peer peer = peer_of(address);
  if (!peer.unix_socket) {
    int const on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!doorman.enter(peer.address, std::chrono::steady_clock::now())) {
      ++stats.connections_refused;
      return true;
    }
  }
  ++stats.connections_accepted;
  auto session =
      std::make_shared<Session>(shared_from_this(), std::move(socket), std::move(peer), listener.tls);
  asio::co_spawn(executor, serve(std::move(session)), asio::detached);
  return true;
}

void Server::Impl::add(Session* session) {
  sessions.insert(session);
  if (std::exchange(watching_, true)) return;
  asio::co_spawn(executor, watch_deadlines(shared_from_this()), asio::detached);
}

// One timer for all connections: a deadline is a number in the session, so that setting one costs nothing.
asio::awaitable<void> Server::Impl::watch_deadlines(std::shared_ptr<Impl> self) {
  asio::steady_timer timer(self->executor);
  while (!self->sessions.empty()) {
    timer.expires_after(self->limits.deadline_tick);
    co_await timer.async_wait(as_value);
    auto const now = std::chrono::steady_clock::now();
    for (Session* const session : self->sessions) session->check_deadline(now);
  }
  self->watching_ = false;
}

void Server::Impl::stop_accepting() {
  draining = true;
  for (auto const& weak : listeners_) {
    if (auto const listener = weak.lock()) listener->socket.close();
  }
  listeners_.clear();
}

void Server::Impl::cut_all() {
  for (Session* const session : sessions) session->cut();
}

asio::awaitable<void> Server::Impl::drain(std::shared_ptr<Impl> self, std::chrono::milliseconds deadline) {
  self->stop_accepting();
  for (Session* const session : self->sessions) session->finish_soon();
  auto const until = std::chrono::steady_clock::now() + deadline;
  bool cut = false;
  asio::steady_timer timer(self->executor);
  while (!self->sessions.empty()) {
    auto const now = std::chrono::steady_clock::now();
    if (now >= until + drain_grace) break;
    if (now >= until && !std::exchange(cut, true)) self->cut_all();
    timer.expires_after(drain_step);
    co_await timer.async_wait(as_value);
  }
}

Server::Server(asio::any_io_executor executor, Application& application, Limits limits)
    : impl_(std::make_shared<Impl>(std::move(executor), application, limits)) {}

Server::~Server() {
  impl_->stop_accepting();
  impl_->cut_all();
}

void Server::listen(Fd listening, std::optional<TlsContext> tls) {
  impl_->listen(std::move(listening), std::move(tls));
}

asio::awaitable<void> Server::drain(std::chrono::milliseconds deadline) {
  return Impl::drain(impl_, deadline);
}

ServerStats Server::stats() const {
  ServerStats stats = impl_->stats;
  stats.connections_open = impl_->sessions.size();
  stats.body_bytes = impl_->bodies.bytes();
  return stats;
}

}  // namespace proktor::http
