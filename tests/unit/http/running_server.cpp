#include "running_server.hpp"

#include <catch2/catch.hpp>

#include <cerrno>
#include <cstdlib>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace proktor::http::test {

RunningServer::RunningServer(Limits limits, std::optional<TlsContext> tls)
    : limits_(limits), tls_(std::move(tls)), listening_(bind_tcp("127.0.0.1", 0).value()) {
  port = port_of(listening_);
}

RunningServer::~RunningServer() { stop(); }

void RunningServer::start() {
  context_ = std::make_unique<boost::asio::io_context>(1);
  work_.emplace(context_->get_executor());
  server_ = std::make_unique<Server>(context_->get_executor(), application, limits_);
  server_->listen(Fd(::dup(listening_.get())), tls_);
  thread_ = std::thread([this] { context_->run(); });
}

void RunningServer::stop() {
  if (!thread_.joinable()) return;
  on_thread([this] { server_.reset(); });
  work_.reset();
  context_->stop();  // a handler of the test may still be waiting
  thread_.join();
  context_.reset();
}

bool RunningServer::eventually(std::function<bool(ServerStats const&)> condition) {
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < until) {
    if (condition(stats())) return true;
    std::this_thread::yield();
  }
  return false;
}

RawPeer::RawPeer(std::uint16_t port, int receive_buffer_bytes) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  timeval const patience{10, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

bool RawPeer::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const n = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

void RawPeer::send(std::string_view bytes) { REQUIRE(try_send(bytes)); }

bool RawPeer::more() {
  char chunk[4096];
  ssize_t const n = ::recv(socket_.get(), chunk, sizeof chunk, 0);
  if (n < 0 && errno == ECONNRESET) reset_ = true;
  if (n < 0 && errno == EAGAIN) FAIL("no bytes for ten seconds, so far: " << buffer_);
  if (n <= 0) return false;
  buffer_.append(chunk, static_cast<std::size_t>(n));
  return true;
}

std::string RawPeer::read_until(std::string_view mark) {
  for (;;) {
    if (auto const at = buffer_.find(mark); at != std::string::npos) {
      std::string found = buffer_.substr(0, at + mark.size());
      buffer_.erase(0, at + mark.size());
      return found;
    }
    if (!more()) return std::exchange(buffer_, {});
  }
}

std::string RawPeer::read_response() {
  std::string head = read_until("\r\n\r\n");
  std::size_t length = 0;
  if (auto const at = head.find("Content-Length: "); at != std::string::npos) {
    length = std::strtoul(head.c_str() + at + 16, nullptr, 10);
  }
  while (buffer_.size() < length && more()) {
  }
  head += buffer_.substr(0, length);
  buffer_.erase(0, length);
  return head;
}

std::string RawPeer::read_all() {
  while (more()) {
  }
  return reset_ && buffer_.empty() ? "RESET" : std::exchange(buffer_, {});
}

std::string body_of(std::string const& response) {
  auto const at = response.find("\r\n\r\n");
  return at == std::string::npos ? "" : response.substr(at + 4);
}

int status_of(std::string const& response) {
  return response.starts_with("HTTP/1.1 ") ? std::atoi(response.c_str() + 9) : 0;
}

}  // namespace proktor::http::test
