#pragma once
// What is inside a TlsContext, for tls.cpp and tls_stream.cpp alone: an SSL_CTX and the deleters of OpenSSL's
// objects.

#include "http/tls.hpp"

#include <openssl/ssl.h>

#include <memory>

namespace proktor::http {

struct SslContextDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslDelete {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};

struct TlsContext::Impl {
  std::unique_ptr<SSL_CTX, SslContextDelete> context;
};

// Empties OpenSSL's queue of errors into one line.
std::string take_openssl_errors();

}  // namespace proktor::http
