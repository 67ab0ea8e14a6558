#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>

namespace proktor {
namespace {

constexpr std::uint64_t scrypt_n = 1U << 14U;
constexpr std::uint64_t scrypt_r = 8;
constexpr std::uint64_t scrypt_p = 1;
constexpr std::uint64_t scrypt_memory_bytes_max = 64U << 20U;

// Fetched once: EVP_sha256() looks the algorithm up again at every use, which costs more than a short hash itself.
EVP_MD const* sha256_method() {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}

void require(bool ok) {
  if (!ok) throw std::bad_alloc();
}

}  // namespace

struct Sha256::Impl {
  EVP_MD_CTX* context = EVP_MD_CTX_new();

  Impl() { require(context != nullptr && EVP_DigestInit_ex2(context, sha256_method(), nullptr) == 1); }
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(Impl const&) = delete;
  Impl& operator=(Impl const&) = delete;
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {}
Sha256::~Sha256() = default;

Sha256& Sha256::update(std::span<std::uint8_t const> bytes) {
  require(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()) == 1);
  return *this;
}

Bytes32 Sha256::finish() {
  Bytes32 out{};
  require(EVP_DigestFinal_ex(impl_->context, out.data(), nullptr) == 1);
  require(EVP_DigestInit_ex2(impl_->context, sha256_method(), nullptr) == 1);
  return out;
}

Bytes32 sha256(std::string_view text) {
  Bytes32 out{};
  require(EVP_Digest(text.data(), text.size(), out.data(), nullptr, sha256_method(), nullptr) == 1);
  return out;
}

Bytes32 hmac_sha256(std::string_view key, std::string_view text) {
  Bytes32 out{};
  auto const input = bytes_of(text);
  require(HMAC(sha256_method(), key.data(), static_cast<int>(key.size()), input.data(), input.size(), out.data(),
               nullptr) != nullptr);
  return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Bytes32 scrypt(std::string_view password, std::string_view salt) {
  Bytes32 out{};
  auto const salt_bytes = bytes_of(salt);
  require(EVP_PBE_scrypt(password.data(), password.size(), salt_bytes.data(), salt_bytes.size(), scrypt_n, scrypt_r,
                         scrypt_p, scrypt_memory_bytes_max, out.data(), out.size()) == 1);
  return out;
}

}  // namespace proktor
