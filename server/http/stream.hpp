#pragma once
// The bytes of one connection, plain or TLS, over a non-blocking socket: each call does what can be done now
// and says what to wait for otherwise. Owns the TLS state, not the descriptor. Neither waits nor knows HTTP.
// An idle TLS connection holds no record buffers (SSL_MODE_RELEASE_BUFFERS).

#include "http/tls.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace proktor::http {

enum class IoState { done, want_read, want_write, closed, failed };

struct IoResult {
  IoState state = IoState::failed;
  std::size_t bytes = 0;  // > 0 when done, except for handshake
};

class Stream {
 public:
  virtual ~Stream() = default;
  virtual IoResult handshake() = 0;
  virtual IoResult read_some(char* out, std::size_t room) = 0;
  virtual IoResult write_some(std::string_view bytes) = 0;
  virtual bool has_buffered_input() const = 0;  // bytes that no readiness of the socket will announce
  virtual void shutdown_write() = 0;            // says goodbye, as far as that goes without waiting
  virtual std::string peer_certificate_der() const { return {}; }
  virtual std::string failure() const { return {}; }  // of the last failed handshake, for the log
};

// `fd` is a connected, non-blocking stream socket and outlives the Stream.
std::unique_ptr<Stream> make_plain_stream(int fd);
std::unique_ptr<Stream> make_tls_server_stream(int fd, TlsContext const& tls);
// `name` is the DNS name or address that must stand in the server's certificate.
std::unique_ptr<Stream> make_tls_client_stream(int fd, TlsContext const& tls, std::string const& name);

}  // namespace proktor::http
