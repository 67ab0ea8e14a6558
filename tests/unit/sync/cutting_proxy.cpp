#include "cutting_proxy.hpp"

#include "http/server.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace proktor::sync::testing {
namespace {

constexpr int poll_ms = 20;
constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

}  // namespace

CuttingProxy::CuttingProxy(std::uint16_t server_port)
    : listening_(std::move(*http::bind_tcp("127.0.0.1", 0))),
      port_(http::port_of(listening_)),
      server_port_(server_port),
      thread_([this] { serve(); }) {}

CuttingProxy::~CuttingProxy() {
  stopping_ = true;
  thread_.join();
}

void CuttingProxy::arm(Direction direction, std::int64_t bytes) {
  direction_ = direction;
  bytes_ = bytes;
  cut_ = false;
  for (auto& passed : passed_) passed = 0;
  armed_ = true;
}

void CuttingProxy::serve() {
  while (!stopping_) {
    pollfd waiting{listening_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, poll_ms) <= 0) continue;
    Fd client(::accept4(listening_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client) pump(std::move(client));
  }
}

bool CuttingProxy::pass(Direction direction, int from, int to, std::int64_t& allowed) {
  std::array<char, 4096> piece{};
  auto const room = std::min<std::int64_t>(allowed, static_cast<std::int64_t>(piece.size()));
  if (room == 0) return false;
  ssize_t const got = ::recv(from, piece.data(), static_cast<std::size_t>(room), 0);
  if (got <= 0) return false;
  if (allowed != no_limit) allowed -= got;
  passed_[static_cast<std::size_t>(direction)] += got;
  return write_all(to, {piece.data(), static_cast<std::size_t>(got)}).has_value() && allowed > 0;
}

void CuttingProxy::pump(Fd client) {
  Fd const server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server_port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(server.get(), reinterpret_cast<sockaddr const*>(&address), sizeof(address)) != 0) return;
  bool const armed = armed_.exchange(false);
  std::int64_t to_server = armed && direction_ == Direction::to_server ? bytes_ : no_limit;
  std::int64_t to_client = armed && direction_ == Direction::to_client ? bytes_ : no_limit;
  bool going = to_server > 0 && to_client > 0;
  while (going && !stopping_) {
    std::array<pollfd, 3> waiting{
        {{client.get(), POLLIN, 0}, {server.get(), POLLIN, 0}, {listening_.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), poll_ms) <= 0) continue;
    if (waiting[0].revents != 0) going = pass(Direction::to_server, client.get(), server.get(), to_server);
    if (going && waiting[1].revents != 0) going = pass(Direction::to_client, server.get(), client.get(), to_client);
    // One sender at a time: a new connection means that this one is abandoned.
    if (waiting[2].revents != 0 && waiting[0].revents == 0 && waiting[1].revents == 0) going = false;
  }
  if (to_server == 0 || to_client == 0) cut_ = true;
}

}  // namespace proktor::sync::testing
