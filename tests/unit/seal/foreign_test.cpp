// What others made: certificates that seal would never issue, and files whose parts were taken out, doubled or changed
// for others with all lengths right again.
#include "authority.hpp"

#include "base/bytes.hpp"
#include "seal/envelope.hpp"
#include "seal/openssl.hpp"
#include "seal/recovery_key.hpp"
#include "seal/signed_data.hpp"
#include "seal/trust.hpp"
#include "tests/support/result_text.hpp"

#include <openssl/ec.h>
#include <openssl/rsa.h>

#include <catch2/catch.hpp>

#include <functional>
#include <vector>

using namespace proktor;
using namespace proktor::seal;
using proktor::seal::testing::authority;
using proktor::seal::testing::now_s;

namespace {

// A box's certificate as it should be; a test changes one thing.
struct Wish {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  EVP_MD const* digest = EVP_sha256();
  std::vector<std::string> names{"KOTAK-9"};
  char const* constraints = "critical,CA:FALSE";
  char const* key_usage = "critical,digitalSignature";
  char const* extended_usage = "critical," PROKTOR_EKU_ARC ".1,clientAuth";
};

void extend(X509* certificate, X509* issuer, int nid, char const* value) {
  if (value == nullptr) return;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  REQUIRE(made != nullptr);
  REQUIRE(X509_add_ext(certificate, made, -1) == 1);
  X509_EXTENSION_free(made);
}

std::string issue_as(Issued const& issuer, Wish const& wish) {
  Key const key(wish.key);
  auto const above = parse_certificate(issuer.certificate_pem);
  auto const above_key = parse_key(issuer.key_pem);
  Certificate const made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 7);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), 1'000'000'000);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), now_s + leaf_life_s);
  X509_set_pubkey(made.get(), key.get());
  for (auto const& name : wish.names)
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<unsigned char const*>(name.data()), static_cast<int>(name.size()), -1, 0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(above->get()));
  X509* const at = above->get();
  extend(made.get(), at, NID_subject_key_identifier, "hash");
  extend(made.get(), at, NID_authority_key_identifier, "keyid:always");
  extend(made.get(), at, NID_basic_constraints, wish.constraints);
  extend(made.get(), at, NID_key_usage, wish.key_usage);
  extend(made.get(), at, NID_ext_key_usage, wish.extended_usage);
  REQUIRE(X509_sign(made.get(), above_key->get(), wish.digest) > 0);
  return pem_of(made.get());
}

Result<Identity> judge(std::string const& certificate) {
  auto const& box = authority().intermediates.at(Role::box);
  return check_certificate(certificate, box.certificate_pem, authority().root.certificate_pem, Role::box,
                           build_time_floor_s);
}

std::string with_length(std::string_view head, std::string const& body) {
  std::string out(head);
  if (body.size() < 0x80) {
    out += static_cast<char>(body.size());
  } else {
    std::string digits;
    for (std::size_t rest = body.size(); rest > 0; rest >>= 8U) digits.insert(digits.begin(), static_cast<char>(rest & 0xFFU));
    out += static_cast<char>(0x80U | digits.size());
    out += digits;
  }
  return out + body;
}

// Every way to take out, double, add to or rename one element, anywhere in `der`, with the lengths around it set right.
void each_change(std::string_view der, std::function<void(std::string const&)> const& use) {
  std::vector<std::string_view> elements;
  for (std::string_view rest = der; rest.size() >= 2;) {
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    std::size_t length = at(1), head = 2;
    if (length >= 0x80) {
      std::size_t const count = length & 0x7FU;
      length = 0;
      for (std::size_t i = 0; i < count; ++i) length = length << 8U | at(2 + i);
      head += count;
    }
    elements.push_back(rest.substr(0, head + length));
    rest.remove_prefix(head + length);
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    auto const element = elements[i];
    std::string const before(der.data(), element.data());
    std::string const after(element.data() + element.size(), der.data() + der.size());
    use(before + after);
    use(before + std::string(element) + std::string(element) + after);
    use(before + std::string(element) + std::string("\x05\x00", 2) + after);
    for (char const tag : {'\x02', '\x04', '\x30', '\x31', '\xA0', '\xA1', '\x1F'})
      if (tag != element[0]) use(before + tag + std::string(element.substr(1)) + after);
    if ((static_cast<unsigned char>(element[0]) & 0x20U) == 0) {
      auto const body = element.substr(2);
      if (element.size() < 0x80) use(before + with_length(element.substr(0, 1), std::string(body) + '\x01') + after);
      if (!body.empty()) use(before + with_length(element.substr(0, 1), std::string(body.substr(1))) + after);
      continue;
    }
    std::size_t const head = element.size() < 2 + 0x80 ? 2 : 2 + (static_cast<unsigned char>(element[1]) & 0x7FU);
    each_change(element.substr(head), [&](std::string const& body) {
      use(before + with_length(element.substr(0, 1), body) + after);
    });
  }
}

}  // namespace

TEST_CASE("A certificate of the right authority that is not exactly a box's is no box's") {
  auto const& box = authority().intermediates.at(Role::box);
  auto const known = judge(issue_as(box, {}));
  REQUIRE(known);
  CHECK(known->id == "KOTAK-9");

  std::vector<std::pair<char const*, std::function<void(Wish&)>>> const wishes = {
      {"another curve", [](Wish& w) { EVP_PKEY_free(std::exchange(w.key, EVP_EC_gen("P-384"))); }},
      {"RSA", [](Wish& w) { EVP_PKEY_free(std::exchange(w.key, EVP_RSA_gen(2'048))); }},
      {"Ed25519", [](Wish& w) { EVP_PKEY_free(std::exchange(w.key, EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))); }},
      {"another digest", [](Wish& w) { w.digest = EVP_sha384(); }},
      {"an authority",
       [](Wish& w) { w.constraints = "critical,CA:TRUE", w.key_usage = "critical,digitalSignature,keyCertSign"; }},
      {"signs and agrees on keys", [](Wish& w) { w.key_usage = "critical,digitalSignature,keyAgreement"; }},
      {"agrees on keys", [](Wish& w) { w.key_usage = "critical,keyAgreement"; }},
      {"no usage", [](Wish& w) { w.key_usage = nullptr; }},
      {"no role", [](Wish& w) { w.extended_usage = nullptr; }},
      {"TLS alone", [](Wish& w) { w.extended_usage = "clientAuth"; }},
      {"a server's usage beside", [](Wish& w) { w.extended_usage = PROKTOR_EKU_ARC ".1,serverAuth"; }},
      {"two roles", [](Wish& w) { w.extended_usage = PROKTOR_EKU_ARC ".1," PROKTOR_EKU_ARC ".3"; }},
      {"a usage with an endless name",
       [](Wish& w) {
         w.extended_usage =
             PROKTOR_EKU_ARC ".1,1.3.6.1.4.1.111111111.111111111.111111111.111111111.111111111.111111111."
             "111111111.111111111.111111111.111111111.111111111.111111111.111111111";
       }},
      {"no name", [](Wish& w) { w.names.clear(); }},
      {"two names", [](Wish& w) { w.names = {"KOTAK-9", "KOTAK-1"}; }},
      {"a name that is no id", [](Wish& w) { w.names = {"KOTAK 9"}; }}};
  for (auto const& [what, change] : wishes) {
    INFO(what);
    Wish wish;
    change(wish);
    auto const judged = judge(issue_as(box, wish));
    REQUIRE_FALSE(judged);
    CHECK(judged.error().code == Errc::certificate_invalid);
  }
}

TEST_CASE("A certificate that the root signed itself, or whose authority is not there, is no box's") {
  CHECK_FALSE(judge(issue_as(authority().root, {})));
  auto const& leaf = authority().members.at(Role::box).leaf.certificate_pem;
  auto const& chain = authority().members.at(Role::box).chain;
  auto const& root = authority().root.certificate_pem;
  CHECK(check_certificate(leaf, chain, root, Role::box, build_time_floor_s));
  std::string const none, torn = leaf.substr(0, leaf.size() / 2);
  for (auto const& bad : {none, torn, root}) {
    INFO(bad);
    CHECK_FALSE(check_certificate(bad, chain, root, Role::box, build_time_floor_s));
    CHECK_FALSE(check_certificate(leaf, bad, root, Role::box, build_time_floor_s));
    if (bad != root) CHECK_FALSE(check_certificate(leaf, chain, bad, Role::box, build_time_floor_s));
  }
  CHECK_FALSE(sign("isi", torn, leaf, chain));
  CHECK_FALSE(sign("isi", authority().members.at(Role::box).leaf.key_pem, torn, chain));
  CHECK_FALSE(sign("isi", authority().members.at(Role::box).leaf.key_pem, leaf, none));
  // A certificate with the key of another signs nothing.
  CHECK_FALSE(sign("isi", authority().other_box.leaf.key_pem, leaf, chain));
}

// RFC 5754: SHA-256 may have a NULL beside it; it is named twice.
TEST_CASE("No element of a signed file can be taken out, doubled, added or renamed, but for two NULLs") {
  auto const& box = authority().members.at(Role::box);
  auto const der = sign("isi", box.leaf.key_pem, box.leaf.certificate_pem, box.chain);
  REQUIRE(der);
  int tried = 0, same = 0;
  each_change(*der, [&](std::string const& changed) {
    ++tried;
    auto const read = verify(changed, authority().root.certificate_pem, Role::box, build_time_floor_s);
    if (!read) return;
    INFO(hex(bytes_of(changed)));
    REQUIRE(read->content == "isi");
    ++same;
  });
  CHECK(tried > 1'000);
  CHECK(same == 2);
}

TEST_CASE("An envelope with an element taken out, doubled, added or renamed opens to its content or not at all") {
  auto const& centre = authority().members.at(Role::centre).leaf;
  auto const der = encrypt("isi", centre.certificate_pem);
  REQUIRE(der);
  int tried = 0, refused = 0;
  each_change(*der, [&](std::string const& changed) {
    auto const opened = decrypt(changed, centre.key_pem, centre.certificate_pem);
    INFO(hex(bytes_of(changed)));
    if (opened) REQUIRE(*opened == "isi");
    ++tried;
    refused += opened ? 0 : 1;
  });
  CHECK(refused > 300);
  // What it says of its recipients is not authenticated (the signature outside is for that); nearly all is judged.
  CHECK(tried - refused < tried / 20);
}

TEST_CASE("An envelope is for one to four who may agree on keys, and its opener needs both key and certificate") {
  auto const& centre = authority().members.at(Role::centre).leaf;
  std::vector<std::string> recipients(recipients_max + 1, centre.certificate_pem);
  CHECK_FALSE(encrypt("isi", recipients));
  CHECK_FALSE(encrypt("isi", std::span<std::string const>()));
  CHECK_FALSE(encrypt("isi", "bukan sertifikat"));
  recipients.pop_back();
  auto const der = encrypt("isi", recipients);
  REQUIRE(der);
  CHECK(*decrypt(*der, centre.key_pem, centre.certificate_pem) == "isi");
  CHECK(decrypt(*der, "bukan kunci", centre.certificate_pem).error().code == Errc::certificate_invalid);
  CHECK(decrypt(*der, centre.key_pem, "bukan sertifikat").error().code == Errc::certificate_invalid);
  CHECK(decrypt(std::string(envelope_bytes_max + 1, 'x'), centre.key_pem, centre.certificate_pem).error().code ==
        Errc::too_large);
}

TEST_CASE("A locked recovery key opens with its code alone, and no damage opens it to another key") {
  auto const recovery = *make_recovery_key("KOTAK-1", now_s);
  auto const locked = lock_key(recovery.key_pem, "1234-5678");
  REQUIRE(locked);
  CHECK(*unlock_key(*locked, "1234-5678") == recovery.key_pem);
  for (char const* code : {"", "1234-5679", "1234-5678 "})
    CHECK(unlock_key(*locked, code).error().code == Errc::decrypt_failed);
  CHECK(unlock_key("", "1234-5678").error().code == Errc::decrypt_failed);
  CHECK(unlock_key(recovery.key_pem, "1234-5678").error().code == Errc::decrypt_failed);
  for (std::size_t at = 0; at < locked->size(); at += 29) {
    std::string changed = *locked;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    auto const opened = unlock_key(changed, "1234-5678");
    INFO("byte " << at);
    if (opened) CHECK(*opened == recovery.key_pem);
  }
  CHECK(lock_key("bukan kunci", "1").error().code == Errc::certificate_invalid);
  CHECK_FALSE(certificate_sha256(recovery.key_pem));
  CHECK(make_recovery_key("KOTAK 1", now_s).error().code == Errc::bad_field);
}
