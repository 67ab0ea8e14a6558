#pragma once
// TLS settings for either side: 1.3, and 1.2 for old browsers; ECDSA certificates; no renegotiation, no compression.
// A TlsContext is a cheap handle to an immutable set; copies share it. Does not own connections.

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace proktor::http {

class TlsContext {
 public:
  struct Impl;
  explicit TlsContext(std::shared_ptr<Impl const> impl) : impl_(std::move(impl)) {}
  Impl const& impl() const { return *impl_; }

 private:
  std::shared_ptr<Impl const> impl_;
};

// A server that shows cert_chain_pem. With client_ca_pem every client must prove a certificate under that CA (any
// purpose: the caller checks the role in Peer::certificate_der). verify_at_s: UTC seconds at which peers' validity is
// judged (the time floor), instead of the computer's clock. Errors: certificate_invalid.
Result<TlsContext> make_server_tls(std::string_view cert_chain_pem, std::string_view key_pem,
                                   std::optional<std::string_view> client_ca_pem = std::nullopt,
                                   std::optional<std::int64_t> verify_at_s = std::nullopt);

// A client that trusts ca_pem alone and checks the server's name; with cert and key it proves itself.
// Errors: certificate_invalid.
Result<TlsContext> make_client_tls(std::string_view ca_pem, std::optional<std::string_view> cert_chain_pem = std::nullopt,
                                   std::optional<std::string_view> key_pem = std::nullopt,
                                   std::optional<std::int64_t> verify_at_s = std::nullopt);

}  // namespace proktor::http
