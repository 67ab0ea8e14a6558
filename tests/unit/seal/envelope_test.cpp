#include "authority.hpp"

#include "base/random.hpp"
#include "seal/envelope.hpp"
#include "seal/openssl.hpp"

#include "tests/support/result_text.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::seal;
using proktor::seal::testing::authority;

namespace {

std::string const secret = "jawaban rahasia: 3,5 \xE2\x86\x92 12";

Result<std::string> open(std::string_view der, Role role) {
  Issued const& leaf = authority().members.at(role).leaf;
  return decrypt(der, leaf.key_pem, leaf.certificate_pem);
}

// An envelope by OpenSSL with settings that seal never makes.
std::string foreign_envelope(EVP_CIPHER const* cipher, EVP_MD const* derivation) {
  auto const recipient = parse_certificate(authority().members.at(Role::centre).leaf.certificate_pem);
  Bio const input = read_bio(secret);
  constexpr unsigned flags = CMS_BINARY | CMS_PARTIAL;
  Cms const cms(CMS_encrypt(nullptr, nullptr, cipher, flags));
  CMS_RecipientInfo* const added =
      CMS_add1_recipient_cert(cms.get(), recipient->get(), flags | CMS_KEY_PARAM);
  REQUIRE(EVP_PKEY_CTX_set_ecdh_kdf_md(CMS_RecipientInfo_get0_pkey_ctx(added), derivation) > 0);
  REQUIRE(CMS_set_detached(cms.get(), 0) == 1);
  REQUIRE(CMS_final(cms.get(), input.get(), nullptr, flags) == 1);
  unsigned char* der = nullptr;
  int const length = i2d_CMS_ContentInfo(cms.get(), &der);
  REQUIRE(length > 0);
  std::string bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return bytes;
}

}  // namespace

TEST_CASE("An envelope opens with the recipient's key and with no other") {
  auto const der = encrypt(secret, authority().members.at(Role::centre).leaf.certificate_pem);
  REQUIRE(der);
  CHECK(der->find("rahasia") == std::string::npos);
  auto const opened = open(*der, Role::centre);
  REQUIRE(opened);
  CHECK(*opened == secret);
  for (Role const role : {Role::box, Role::receipt, Role::gateway}) {
    auto const refused = open(*der, role);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::decrypt_failed);
  }
  // The right certificate with a wrong key.
  CHECK_FALSE(decrypt(*der, authority().members.at(Role::box).leaf.key_pem,
                      authority().members.at(Role::centre).leaf.certificate_pem));
}

TEST_CASE("An envelope with weaker algorithms is refused though OpenSSL would open it") {
  CHECK(open(foreign_envelope(EVP_aes_256_gcm(), EVP_sha256()), Role::centre));
  CHECK_FALSE(open(foreign_envelope(EVP_aes_128_gcm(), EVP_sha256()), Role::centre));
  CHECK_FALSE(open(foreign_envelope(EVP_aes_256_cbc(), EVP_sha256()), Role::centre));
  CHECK_FALSE(open(foreign_envelope(EVP_aes_256_gcm(), EVP_sha1()), Role::centre));
}

TEST_CASE("A damaged envelope never opens to another text") {
  auto const der = encrypt(secret, authority().members.at(Role::centre).leaf.certificate_pem);
  REQUIRE(der);
  constexpr std::uint64_t seed = 7'003;
  SplitMix64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    std::string changed = *der;
    if (random.below(5) == 0) changed.resize(static_cast<std::size_t>(random.below(changed.size())));
    if (!changed.empty()) {
      auto const at = static_cast<std::size_t>(random.below(changed.size()));
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << random.below(8)));
    }
    INFO("seed " << seed << " round " << round);
    auto const opened = open(changed, Role::centre);
    REQUIRE((!opened || *opened == secret));
  }
}

TEST_CASE("Large and empty contents survive the envelope") {
  std::string const large(3'000'000, 'p');
  for (std::string const& content : {std::string(), large}) {
    auto const der = encrypt(content, authority().members.at(Role::centre).leaf.certificate_pem);
    REQUIRE(der);
    auto const opened = open(*der, Role::centre);
    REQUIRE(opened);
    CHECK(*opened == content);
  }
  CHECK_FALSE(encrypt(std::string(envelope_bytes_max + 1, 'x'),
                      authority().members.at(Role::centre).leaf.certificate_pem));
}
