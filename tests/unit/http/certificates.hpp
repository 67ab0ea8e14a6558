#pragma once
// A test authority and leaves under it, ECDSA P-256, made with OpenSSL in memory.

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace proktor::http::test {

struct Identity {
  std::string certificate_pem;
  std::string certificate_der;
  std::string key_pem;
};

class Authority {
 public:
  Authority();
  ~Authority();
  std::string const& pem() const { return pem_; }
  Identity issue(std::string const& name, std::string const& alternative_names);

 private:
  EVP_PKEY* key_;
  X509* certificate_;
  std::string pem_;
  long serial_ = 2;
};

}  // namespace proktor::http::test
