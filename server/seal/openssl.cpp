#include "seal/openssl.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstddef>
#include <utility>

namespace proktor::seal {
namespace {

constexpr int chain_length_max = 16;

// A key file with a passphrase must fail, not ask at the terminal.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Error openssl_error(Errc code, std::string_view what) {
  std::string detail(what);
  if (unsigned long const last = ERR_peek_last_error(); last != 0) {
    if (char const* const reason = ERR_reason_error_string(last)) detail += std::string(": ") + reason;
  }
  ERR_clear_error();
  return fail(code, std::move(detail));
}

Bio read_bio(std::string_view bytes) {
  return Bio(BIO_new_mem_buf(bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size())));
}

Bio write_bio() {
  return Bio(BIO_new(BIO_s_mem()));
}

std::string bytes_of_bio(BIO* bio) {
  char* data = nullptr;
  long const length = BIO_get_mem_data(bio, &data);
  return length > 0 ? std::string(data, static_cast<std::size_t>(length)) : std::string();
}

std::string_view content_of(CMS_ContentInfo* cms) {
  ASN1_OCTET_STRING** const content = CMS_get0_content(cms);
  if (content == nullptr || *content == nullptr) return {};
  return {reinterpret_cast<char const*>(ASN1_STRING_get0_data(*content)),
          static_cast<std::size_t>(ASN1_STRING_length(*content))};
}

Result<Key> parse_key(std::string_view pem) {
  Bio const bio = read_bio(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return openssl_error(Errc::certificate_invalid, "private key");
  return key;
}

Result<Certificate> parse_certificate(std::string_view pem) {
  Bio const bio = read_bio(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  if (!certificate) return openssl_error(Errc::certificate_invalid, "certificate");
  return certificate;
}

Result<CertificateStack> parse_certificates(std::string_view pem) {
  Bio const bio = read_bio(pem);
  CertificateStack stack(sk_X509_new_null());
  while (sk_X509_num(stack.get()) < chain_length_max) {
    X509* const next = PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr);
    if (next == nullptr) break;
    sk_X509_push(stack.get(), next);
  }
  if (sk_X509_num(stack.get()) == 0) return openssl_error(Errc::certificate_invalid, "certificates");
  ERR_clear_error();
  return stack;
}

std::string pem_of(X509* certificate) {
  Bio const bio = write_bio();
  return PEM_write_bio_X509(bio.get(), certificate) == 1 ? bytes_of_bio(bio.get()) : std::string();
}

std::string pem_of(EVP_PKEY* private_key) {
  Bio const bio = write_bio();
  bool const written = PEM_write_bio_PKCS8PrivateKey(bio.get(), private_key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  return written ? bytes_of_bio(bio.get()) : std::string();
}

}  // namespace proktor::seal
