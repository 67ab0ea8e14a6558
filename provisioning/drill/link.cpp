#include "provisioning/drill/link.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include <netinet/tcp.h>
#include <sys/epoll.h>

namespace proktor::drill {
namespace {

constexpr std::size_t read_bytes = 16 * 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

long number_of(std::string_view text) {
  long value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

bool Link::open(int epoll, void* owner) {
  close();
  socket_ = Fd(::socket(target_.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return false;
  int const on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  int const result =
      ::connect(socket_.get(), reinterpret_cast<sockaddr const*>(&target_.address), target_.address_bytes);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET;
  event.data.ptr = owner;
  bool const good =
      (result == 0 || errno == EINPROGRESS) && ::epoll_ctl(epoll, EPOLL_CTL_ADD, socket_.get(), &event) == 0;
  if (!good) {
    socket_ = Fd();
    return false;
  }
  stage_ = Stage::connecting;
  return true;
}

void Link::close() {
  stream_.reset();
  socket_ = Fd();
  out_.clear();
  in_.clear();
  waiting_ = false;
  stage_ = Stage::closed;
}

Link::Event Link::lose() {
  close();
  return Event::lost;
}

void Link::send(std::string_view method, std::string_view path, std::string_view content_type,
                std::string_view cookie, std::string_view body) {
  out_.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: ").append(target_.host);
  out_.append("\r\nOrigin: ").append(target_.origin);
  if (!cookie.empty()) out_.append("\r\nCookie: ").append(cookie);
  if (method != "GET") {
    out_.append("\r\nContent-Type: ").append(content_type);
    out_.append("\r\nContent-Length: ").append(std::to_string(body.size()));
  }
  out_.append("\r\n\r\n").append(body);
  waiting_ = true;
}

Link::Event Link::advance(Reply& reply) {
  bool const was_ready = stage_ == Stage::ready;
  if (stage_ == Stage::closed) return Event::nothing;
  if (stage_ == Stage::connecting) {
    int failure = 0;
    socklen_t size = sizeof failure;
    ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &failure, &size);
    sockaddr_storage peer{};
    socklen_t peer_bytes = sizeof peer;
    if (failure != 0) return lose();
    if (::getpeername(socket_.get(), reinterpret_cast<sockaddr*>(&peer), &peer_bytes) != 0)
      return Event::nothing;
    stream_ = target_.tls ? http::make_tls_client_stream(socket_.get(), *target_.tls, target_.server_name)
                          : http::make_plain_stream(socket_.get());
    if (!stream_) return lose();
    stage_ = Stage::handshake;
  }
  if (stage_ == Stage::handshake) {
    http::IoState const state = stream_->handshake().state;
    if (state == http::IoState::closed || state == http::IoState::failed) return lose();
    if (state != http::IoState::done) return Event::nothing;
    stage_ = Stage::ready;
  }
  if (Event const event = flush(); event == Event::lost) return event;
  if (Event const event = receive(reply); event != Event::nothing) return event;
  return was_ready ? Event::nothing : Event::connected;
}

Link::Event Link::flush() {
  while (!out_.empty()) {
    auto const result = stream_->write_some(out_);
    if (result.state == http::IoState::closed || result.state == http::IoState::failed) return lose();
    if (result.state != http::IoState::done) break;
    out_.erase(0, result.bytes);
  }
  return Event::nothing;
}

// Reads until the socket has nothing more: it is watched edge-triggered.
Link::Event Link::receive(Reply& reply) {
  for (;;) {
    std::size_t const before = in_.size();
    in_.resize(before + read_bytes);
    auto const result = stream_->read_some(in_.data() + before, read_bytes);
    in_.resize(before + result.bytes);
    if (result.state == http::IoState::done) {
      if (take_reply(reply)) return Event::replied;
      continue;
    }
    if (result.state == http::IoState::closed || result.state == http::IoState::failed) return lose();
    return Event::nothing;
  }
}

bool Link::take_reply(Reply& reply) {
  std::size_t const end = in_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  reply = Reply{};
  std::string_view head = std::string_view(in_).substr(0, end);
  std::size_t length = 0;
  reply.status = static_cast<int>(number_of(head.substr(std::min<std::size_t>(9, head.size()))));
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;) {
    std::size_t const next = head.find("\r\n", at + 2);
    std::string_view const line = head.substr(at + 2, next == std::string_view::npos ? next : next - at - 2);
    std::size_t const colon = line.find(':');
    at = next;
    if (colon == std::string_view::npos) continue;
    std::string const name = lower(line.substr(0, colon));
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "content-length") length = static_cast<std::size_t>(number_of(value));
    if (name == "retry-after") reply.retry_after_s = static_cast<int>(number_of(value));
    if (name == "set-cookie") reply.cookie = value.substr(0, value.find(';'));
  }
  if (in_.size() < end + 4 + length) return false;
  reply.body = in_.substr(end + 4, length);
  in_.erase(0, end + 4 + length);
  waiting_ = false;
  return true;
}

}  // namespace proktor::drill
