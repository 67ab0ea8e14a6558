#include "http/tls.hpp"

#include "http/tls_impl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <climits>

namespace proktor::http {
namespace {

constexpr char const* tls12_ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!RSA+kRSA:!aNULL";
constexpr unsigned char session_id_context[] = "proktor";
constexpr std::size_t tickets_per_handshake = 1;

struct BioDelete {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Delete {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyDelete {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using BioPtr = std::unique_ptr<BIO, BioDelete>;
using X509Ptr = std::unique_ptr<X509, X509Delete>;
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDelete>;

Error certificate_error(std::string const& what) {
  return fail(Errc::certificate_invalid, what + ": " + take_openssl_errors());
}

BioPtr memory_bio(std::string_view pem) {
  if (pem.size() > INT_MAX) pem = {};
  return BioPtr(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

X509Ptr next_certificate(BIO* bio) {
  return X509Ptr(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr));
}

Result<void> use_certificate(SSL_CTX* context, std::string_view chain_pem, std::string_view key_pem) {
  BioPtr const chain = memory_bio(chain_pem);
  X509Ptr leaf = next_certificate(chain.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1)
    return certificate_error("leaf certificate");
  while (X509Ptr link = next_certificate(chain.get())) {
    if (SSL_CTX_add1_chain_cert(context, link.get()) != 1) return certificate_error("certificate chain");
  }
  ERR_clear_error();
  BioPtr const key_bio = memory_bio(key_pem);
  KeyPtr const key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return certificate_error("private key");
  if (SSL_CTX_check_private_key(context) != 1) return certificate_error("key of another certificate");
  return {};
}

Result<void> trust(SSL_CTX* context, std::string_view ca_pem, std::optional<std::int64_t> verify_at_s,
                   bool server) {
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  BioPtr const bio = memory_bio(ca_pem);
  int count = 0;
  while (X509Ptr authority = next_certificate(bio.get())) {
    if (X509_STORE_add_cert(store, authority.get()) != 1) return certificate_error("authority");
    // The names sent to clients let a browser offer the right certificate.
    if (server && SSL_CTX_add_client_CA(context, authority.get()) != 1) return certificate_error("authority");
    ++count;
  }
  ERR_clear_error();
  if (count == 0) return fail(Errc::certificate_invalid, "no authority certificate");
  X509_VERIFY_PARAM* const rules = SSL_CTX_get0_param(context);
  if (verify_at_s) X509_VERIFY_PARAM_set_time(rules, *verify_at_s);
  if (server) X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_ANY);
  return {};
}

Result<std::shared_ptr<TlsContext::Impl>> new_context(SSL_METHOD const* method) {
  auto impl = std::make_shared<TlsContext::Impl>();
  impl->context.reset(SSL_CTX_new(method));
  SSL_CTX* const context = impl->context.get();
  if (!context) return certificate_error("TLS context");
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, tls12_ciphers);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  return impl;
}

}  // namespace

std::string take_openssl_errors() {
  std::string text;
  std::array<char, 256> line{};
  while (unsigned long const code = ERR_get_error()) {
    ERR_error_string_n(code, line.data(), line.size());
    if (!text.empty()) text += "; ";
    text += line.data();
  }
  return text;
}

Result<TlsContext> make_server_tls(std::string_view cert_chain_pem, std::string_view key_pem,
                                   std::optional<std::string_view> client_ca_pem,
                                   std::optional<std::int64_t> verify_at_s) {
  auto impl = new_context(TLS_server_method());
  if (!impl) return impl.error();
  SSL_CTX* const context = (*impl)->context.get();
  // Browsers of a lab reset connections as they please; the end of a request is known from its framing.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_num_tickets(context, tickets_per_handshake);
  SSL_CTX_set_session_id_context(context, session_id_context, sizeof session_id_context - 1);
  if (auto used = use_certificate(context, cert_chain_pem, key_pem); !used) return used.error();
  if (client_ca_pem) {
    if (auto trusted = trust(context, *client_ca_pem, verify_at_s, true); !trusted) return trusted.error();
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return TlsContext(*impl);
}

Result<TlsContext> make_client_tls(std::string_view ca_pem, std::optional<std::string_view> cert_chain_pem,
                                   std::optional<std::string_view> key_pem,
                                   std::optional<std::int64_t> verify_at_s) {
  auto impl = new_context(TLS_client_method());
  if (!impl) return impl.error();
  SSL_CTX* const context = (*impl)->context.get();
  if (auto trusted = trust(context, ca_pem, verify_at_s, false); !trusted) return trusted.error();
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (cert_chain_pem && key_pem) {
    if (auto used = use_certificate(context, *cert_chain_pem, *key_pem); !used) return used.error();
  }
  return TlsContext(*impl);
}

}  // namespace proktor::http
