#pragma once
// One pupil's connection to the box: connect, TLS, one request at a time, its response. Non-blocking, driven
// by the epoll loop; on any failure it is closed and the owner decides when to open it again. Keeps no
// request.

#include "base/file.hpp"
#include "http/client.hpp"
#include "http/stream.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

namespace proktor::drill {

struct Target {
  sockaddr_storage address{};
  socklen_t address_bytes = 0;
  std::string host{};    // "127.0.0.1:8443", for the Host header
  std::string origin{};  // "https://127.0.0.1:8443"
  std::string server_name{};
  std::optional<http::TlsContext> tls{};
};

struct Reply {
  int status = 0;
  int retry_after_s = 0;
  std::string cookie{};  // "name=value" of a Set-Cookie, empty when none
  std::string body{};
};

class Link {
 public:
  enum class Event { nothing, connected, replied, lost };

  explicit Link(Target const& target) : target_(target) {}

  bool open(int epoll, void* owner);  // false: no socket
  void close();
  bool usable() const { return stage_ == Stage::ready && out_.empty() && !waiting_; }
  bool is_open() const { return stage_ != Stage::closed; }
  bool busy() const { return waiting_; }

  void send(std::string_view method, std::string_view path, std::string_view content_type,
            std::string_view cookie, std::string_view body);

  // To be called when the socket is ready and after send(). `reply` is filled when it gives `replied`.
  Event advance(Reply& reply);

 private:
  enum class Stage { closed, connecting, handshake, ready };

  Event flush();
  Event receive(Reply& reply);
  bool take_reply(Reply& reply);
  Event lose();

  Target const& target_;
  Fd socket_;
  std::unique_ptr<http::Stream> stream_;
  Stage stage_ = Stage::closed;
  bool waiting_ = false;
  std::string out_;
  std::string in_;
};

}  // namespace proktor::drill
