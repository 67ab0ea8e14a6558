#include "http/stream.hpp"

#include <cerrno>

#include <sys/socket.h>

namespace proktor::http {
namespace {

IoResult failed_call(IoState when_blocked) {
  if (errno == EAGAIN || errno == EWOULDBLOCK) return {when_blocked, 0};
  if (errno == ECONNRESET || errno == EPIPE) return {IoState::closed, 0};
  return {IoState::failed, 0};
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int fd) : fd_(fd) {}

  IoResult handshake() override { return {IoState::done, 0}; }

  IoResult read_some(char* out, std::size_t room) override {
    for (;;) {
      ssize_t const n = ::recv(fd_, out, room, 0);
      if (n > 0) return {IoState::done, static_cast<std::size_t>(n)};
      if (n == 0) return {IoState::closed, 0};
      if (errno != EINTR) return failed_call(IoState::want_read);
    }
  }

  IoResult write_some(std::string_view bytes) override {
    for (;;) {
      ssize_t const n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n >= 0) return {IoState::done, static_cast<std::size_t>(n)};
      if (errno != EINTR) return failed_call(IoState::want_write);
    }
  }

  bool has_buffered_input() const override { return false; }
  void shutdown_write() override { ::shutdown(fd_, SHUT_WR); }

 private:
  int const fd_;
};

}  // namespace

std::unique_ptr<Stream> make_plain_stream(int fd) {
  return std::make_unique<PlainStream>(fd);
}

}  // namespace proktor::http
