#pragma once
// Ownership of OpenSSL's objects and the small conversions that seal's own files share. Not for other
// folders. No function here keeps state; any thread.

#include "base/result.hpp"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::seal {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
inline void free_certificate_stack(STACK_OF(X509) * stack) {
  sk_X509_pop_free(stack, X509_free);
}
inline void free_extended_usage(EXTENDED_KEY_USAGE* usage) {
  EXTENDED_KEY_USAGE_free(usage);
}

using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using CertificateStack = std::unique_ptr<STACK_OF(X509), Freed<free_certificate_stack>>;
using Store = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;
using ExtendedUsage = std::unique_ptr<EXTENDED_KEY_USAGE, Freed<free_extended_usage>>;

// An error with OpenSSL's last reason in its detail; empties OpenSSL's error queue.
Error openssl_error(Errc code, std::string_view what);

Bio read_bio(std::string_view bytes);  // does not copy: `bytes` must outlive it
Bio write_bio();
std::string bytes_of_bio(BIO* bio);
// What a CMS carries: the content of a SignedData, the ciphertext of an envelope. OpenSSL's CMS_final, CMS_verify and
// CMS_decrypt do not look whether all of it could be copied, so it is compared with what went in or came out.
std::string_view content_of(CMS_ContentInfo* cms);

// Errors: certificate_invalid.
Result<Key> parse_key(std::string_view pem);
Result<Certificate> parse_certificate(std::string_view pem);
Result<CertificateStack> parse_certificates(std::string_view pem);  // at least one

// Empty when there is no memory for it.
std::string pem_of(X509* certificate);
std::string pem_of(EVP_PKEY* private_key);

}  // namespace proktor::seal
