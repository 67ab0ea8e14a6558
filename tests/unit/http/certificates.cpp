#include "certificates.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace proktor::http::test {
namespace {

void require(bool good, char const* what) {
  if (!good) throw std::runtime_error(what);
}

template <class Write>
std::string to_text(Write write) {
  BIO* const bio = BIO_new(BIO_s_mem());
  require(write(bio) == 1, "write");
  BUF_MEM* memory = nullptr;
  BIO_get_mem_ptr(bio, &memory);
  std::string text(memory->data, memory->length);
  BIO_free(bio);
  return text;
}

EVP_PKEY* new_key() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  require(key != nullptr, "key");
  return key;
}

void extend(X509* certificate, X509* issuer, int nid, std::string const& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  require(extension != nullptr, "extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* new_certificate(std::string const& name, long serial, EVP_PKEY* key, X509* issuer) {
  X509* const certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20000101000000Z");
  ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20491231000000Z");
  X509_NAME* const subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<unsigned char const*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject);
  X509_set_pubkey(certificate, key);
  return certificate;
}

}  // namespace

Authority::Authority() : key_(new_key()), certificate_(new_certificate("Otoritas Uji", 1, key_, nullptr)) {
  extend(certificate_, certificate_, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate_, certificate_, NID_key_usage, "critical,keyCertSign");
  require(X509_sign(certificate_, key_, EVP_sha256()) > 0, "sign");
  pem_ = to_text([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate_); });
}

Authority::~Authority() {
  X509_free(certificate_);
  EVP_PKEY_free(key_);
}

Identity Authority::issue(std::string const& name, std::string const& alternative_names) {
  EVP_PKEY* const key = new_key();
  X509* const certificate = new_certificate(name, serial_++, key, certificate_);
  extend(certificate, certificate_, NID_subject_alt_name, alternative_names);
  require(X509_sign(certificate, key_, EVP_sha256()) > 0, "sign");
  Identity identity;
  identity.certificate_pem = to_text([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate); });
  identity.certificate_der = to_text([&](BIO* bio) { return i2d_X509_bio(bio, certificate); });
  identity.key_pem = to_text(
      [&](BIO* bio) { return PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
  return identity;
}

}  // namespace proktor::http::test
