#include "seal/recovery_key.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "seal/openssl.hpp"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>

namespace proktor::seal {
namespace {

constexpr std::uint64_t scrypt_n = 16'384;
constexpr std::uint64_t scrypt_r = 8;
constexpr std::uint64_t scrypt_p = 1;
constexpr int salt_bytes = 16;

using Plain = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freed<PKCS8_PRIV_KEY_INFO_free>>;
using Locked = std::unique_ptr<X509_SIG, Freed<X509_SIG_free>>;

}  // namespace

Result<std::string> lock_key(std::string_view key_pem, std::string_view password) {
  auto const key = parse_key(key_pem);
  if (!key) return key.error();
  Plain const plain(EVP_PKEY2PKCS8(key->get()));
  X509_ALGOR* const scheme = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, salt_bytes, nullptr, scrypt_n,
                                                   scrypt_r, scrypt_p);
  if (!plain || scheme == nullptr) return openssl_error(Errc::certificate_invalid, "recovery key");
  Locked const locked(PKCS8_set0_pbe(password.data(), static_cast<int>(password.size()), plain.get(), scheme));
  if (!locked) {
    X509_ALGOR_free(scheme);
    return openssl_error(Errc::certificate_invalid, "recovery key");
  }
  Bio const out = write_bio();
  if (PEM_write_bio_PKCS8(out.get(), locked.get()) != 1)
    return openssl_error(Errc::certificate_invalid, "recovery key");
  return bytes_of_bio(out.get());
}

Result<std::string> unlock_key(std::string_view locked_pem, std::string_view password) {
  Bio const in = read_bio(locked_pem);
  Locked const locked(PEM_read_bio_PKCS8(in.get(), nullptr, nullptr, nullptr));
  if (!locked) return openssl_error(Errc::decrypt_failed, "not a locked key");
  Plain const plain(PKCS8_decrypt(locked.get(), password.data(), static_cast<int>(password.size())));
  Key const key(plain ? EVP_PKCS82PKEY(plain.get()) : nullptr);
  std::string pem = key ? pem_of(key.get()) : std::string();
  if (pem.empty()) return openssl_error(Errc::decrypt_failed, "code");
  return pem;
}

Result<std::string> certificate_sha256(std::string_view certificate_pem) {
  auto const certificate = parse_certificate(certificate_pem);
  if (!certificate) return certificate.error();
  unsigned char* der = nullptr;
  int const length = i2d_X509(certificate->get(), &der);
  if (length <= 0) return openssl_error(Errc::certificate_invalid, "encoding");
  auto const digest = sha256({reinterpret_cast<char const*>(der), static_cast<std::size_t>(length)});
  OPENSSL_free(der);
  return hex(digest);
}

}  // namespace proktor::seal
