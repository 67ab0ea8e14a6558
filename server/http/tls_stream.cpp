#include "http/stream.hpp"
#include "http/tls_impl.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace proktor::http {
namespace {

class TlsStream final : public Stream {
 public:
  TlsStream(int fd, TlsContext const& tls, bool server)
      : fd_(fd), tls_(tls), ssl_(SSL_new(tls.impl().context.get())) {
    if (!ssl_) return;
    SSL_set_fd(ssl_.get(), fd);
    if (server) {
      SSL_set_accept_state(ssl_.get());
    } else {
      SSL_set_connect_state(ssl_.get());
    }
  }

  bool expect_name(std::string const& name) {
    if (!ssl_) return false;
    in6_addr address{};
    bool const numeric = ::inet_pton(AF_INET, name.c_str(), &address) == 1 ||
                         ::inet_pton(AF_INET6, name.c_str(), &address) == 1;
    if (numeric) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), name.c_str()) == 1;
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // SSL_set_tlsext_host_name without the C cast of its macro.
    auto const set_sni = [&] {
      return SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                      const_cast<char*>(name.c_str()));
    };
    return SSL_set1_host(ssl_.get(), name.c_str()) == 1 && set_sni() == 1;
  }

  IoResult handshake() override {
    if (!ssl_) return {IoState::failed, 0};
    ERR_clear_error();
    int const result = SSL_do_handshake(ssl_.get());
    if (result == 1) return {IoState::done, 0};
    IoResult const outcome = state_of(result);
    if (outcome.state == IoState::failed) {
      long const verdict = SSL_get_verify_result(ssl_.get());
      failure_ = take_openssl_errors();
      if (verdict != X509_V_OK) failure_ = X509_verify_cert_error_string(verdict);
    }
    return outcome;
  }

  IoResult read_some(char* out, std::size_t room) override {
    ERR_clear_error();
    std::size_t n = 0;
    int const result = SSL_read_ex(ssl_.get(), out, room, &n);
    return result == 1 ? IoResult{IoState::done, n} : state_of(result);
  }

  IoResult write_some(std::string_view bytes) override {
    ERR_clear_error();
    std::size_t n = 0;
    int const result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &n);
    return result == 1 ? IoResult{IoState::done, n} : state_of(result);
  }

  bool has_buffered_input() const override { return SSL_has_pending(ssl_.get()) == 1; }

  void shutdown_write() override {
    ERR_clear_error();
    if (SSL_is_init_finished(ssl_.get()) == 1 && !broken_) SSL_shutdown(ssl_.get());
    ::shutdown(fd_, SHUT_WR);
  }

  std::string peer_certificate_der() const override {
    X509* const certificate = SSL_get1_peer_certificate(ssl_.get());
    if (!certificate) return {};
    std::string der;
    unsigned char* bytes = nullptr;
    if (int const size = i2d_X509(certificate, &bytes); size > 0) {
      der.assign(reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(size));
      OPENSSL_free(bytes);
    }
    X509_free(certificate);
    return der;
  }

  std::string failure() const override { return failure_; }

 private:
  IoResult state_of(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {IoState::want_read, 0};
      case SSL_ERROR_WANT_WRITE:
        return {IoState::want_write, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {IoState::closed, 0};
      default:
        broken_ = true;
        return {IoState::failed, 0};  // after these OpenSSL forbids further calls
    }
  }

  int const fd_;
  TlsContext const tls_;
  std::unique_ptr<SSL, SslDelete> const ssl_;
  std::string failure_;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_tls_server_stream(int fd, TlsContext const& tls) {
  return std::make_unique<TlsStream>(fd, tls, true);
}

std::unique_ptr<Stream> make_tls_client_stream(int fd, TlsContext const& tls, std::string const& name) {
  auto stream = std::make_unique<TlsStream>(fd, tls, false);
  if (!stream->expect_name(name)) return nullptr;
  return stream;
}

}  // namespace proktor::http
