// Memory that runs out inside OpenSSL, at each place: what is made is whole or not made, what is false never passes.
#include "authority.hpp"

#include "base/bytes.hpp"
#include "seal/envelope.hpp"
#include "seal/openssl.hpp"
#include "seal/recovery_key.hpp"
#include "seal/signed_data.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/result_text.hpp"

#include <openssl/crypto.h>

#include <cstdlib>
#include <vector>

using namespace proktor;
using namespace proktor::seal;
using proktor::seal::testing::authority;
using proktor::seal::testing::Member;
using proktor::seal::testing::now_s;
using proktor::testing::Allocations;
using proktor::testing::at_allocations;

namespace {

class OpensslMemory : public Allocations {
 public:
  static bool take_over() {
    return CRYPTO_set_mem_functions(
               [](std::size_t bytes, char const*, int) { return refused() ? nullptr : std::malloc(bytes); },
               [](void* old, std::size_t bytes, char const*, int) {
                 return refused() ? nullptr : std::realloc(old, bytes);
               },
               [](void* old, char const*, int) { std::free(old); }) == 1;
  }
};
// OpenSSL lets it be done before its first allocation only.
bool const taken_over = OpensslMemory::take_over();

std::string text_of_object(ASN1_OBJECT const* object) {
  char text[128] = {};
  OBJ_obj2txt(text, sizeof text, object, 1);
  return text;
}

// All that a certificate says, without what is random: serial, keys and their identifiers.
std::string shape_of(std::string const& pem) {
  auto const certificate = parse_certificate(pem);
  REQUIRE(certificate);
  X509* const x = certificate->get();
  std::string shape;
  for (auto const* name : {X509_get_subject_name(x), X509_get_issuer_name(x)}) {
    for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
      auto const* entry = X509_NAME_get_entry(name, i);
      auto const* data = X509_NAME_ENTRY_get_data(entry);
      shape += text_of_object(X509_NAME_ENTRY_get_object(entry)) + "=" +
               std::string(reinterpret_cast<char const*>(ASN1_STRING_get0_data(data)),
                           static_cast<std::size_t>(ASN1_STRING_length(data))) +
               "\n";
    }
  }
  for (auto const* time : {X509_get0_notBefore(x), X509_get0_notAfter(x)})
    shape += std::string(reinterpret_cast<char const*>(ASN1_STRING_get0_data(time))) + "\n";
  shape += std::to_string(X509_get_version(x)) + " " + std::to_string(X509_get_signature_nid(x)) + " " +
           std::to_string(ASN1_STRING_length(X509_get0_serialNumber(x))) + "\n";
  for (int i = 0; i < X509_get_ext_count(x); ++i) {
    auto* const extension = X509_get_ext(x, i);
    int const nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    bool const random = nid == NID_subject_key_identifier || nid == NID_authority_key_identifier;
    auto const* data = X509_EXTENSION_get_data(extension);
    shape += std::to_string(nid) + (X509_EXTENSION_get_critical(extension) == 1 ? "!" : "") + " " +
             (random ? "" : hex(bytes_of({reinterpret_cast<char const*>(ASN1_STRING_get0_data(data)),
                                          static_cast<std::size_t>(ASN1_STRING_length(data))}))) +
             "\n";
  }
  return shape;
}

std::string shape_of(Issued const& issued) {
  auto const certificate = parse_certificate(issued.certificate_pem);
  auto const key = parse_key(issued.key_pem);
  REQUIRE(certificate);
  REQUIRE(key);
  CHECK(X509_check_private_key(certificate->get(), key->get()) == 1);
  return shape_of(issued.certificate_pem);
}

// `make` with each of about 100 allocations refused; what it gives must be as the one made with all memory.
template <class Make>
void makes_whole_or_nothing(Make const& make) {
  auto const whole = shape_of(*make());
  std::uint64_t refusals = 0;
  at_allocations<OpensslMemory>(100, GENERATE(false, true), [&](Allocations& memory) {
    memory.arm();
    auto const made = make();
    memory.disarm();
    if (made) CHECK(shape_of(*made) == whole);
    refusals += made ? 0U : 1U;
  });
  CHECK(refusals > 0);
}

Result<std::string> signed_by(Member const& member, std::string_view content) {
  return sign(content, member.leaf.key_pem, member.leaf.certificate_pem, member.chain);
}

}  // namespace

TEST_CASE("with too little memory a certificate says all that it should, or is not made") {
  REQUIRE(taken_over);
  auto const& known = authority();
  SECTION("root") { makes_whole_or_nothing([] { return make_root("Akar", now_s); }); }
  SECTION("intermediate") {
    makes_whole_or_nothing([&] { return make_intermediate(known.root, Role::box, now_s); });
  }
  SECTION("gateway") {
    makes_whole_or_nothing([&] {
      return make_leaf(known.intermediates.at(Role::gateway), Role::gateway, "PUSAT", {"pusat.id", "10.0.0.1"}, now_s);
    });
  }
  SECTION("recovery key") { makes_whole_or_nothing([] { return make_recovery_key("KOTAK-1", now_s); }); }
}

TEST_CASE("with too little memory a school's authority keeps to its names, or is not made") {
  auto const make = [] { return make_school_tls("SMP-1", {"server.sekolah.internal"}, now_s); };
  auto const whole = *make();
  at_allocations<OpensslMemory>(120, GENERATE(false, true), [&](Allocations& memory) {
    memory.arm();
    auto const made = make();
    memory.disarm();
    if (!made) return;
    CHECK(shape_of(made->server) == shape_of(whole.server));
    CHECK(shape_of(made->authority_pem) == shape_of(whole.authority_pem));
  });
}

TEST_CASE("with too little memory a signature is good or not made, and a true one is true or an error") {
  auto const& box = authority().members.at(Role::box);
  auto const& roots = authority().root.certificate_pem;
  std::string const content(3'000, 'j');
  auto const good = *signed_by(box, content);
  bool const for_good = GENERATE(false, true);
  at_allocations<OpensslMemory>(150, for_good, [&](Allocations& memory) {
    memory.arm();
    auto const made = signed_by(box, content);
    memory.disarm();
    if (!made) return;
    auto const read = verify(*made, roots, Role::box, build_time_floor_s);
    REQUIRE(read);
    CHECK(read->content == content);
  });
  at_allocations<OpensslMemory>(250, for_good, [&](Allocations& memory) {
    memory.arm();
    auto const read = verify(good, roots, Role::box, build_time_floor_s);
    memory.disarm();
    if (!read) return;
    CHECK(read->content == content);
    CHECK(read->signer.id == "UJI-box");
    CHECK(read->signer.certificate_sha256 == *certificate_sha256(box.leaf.certificate_pem));
  });
}

TEST_CASE("with too little memory nothing false passes") {
  auto const& known = authority();
  auto const& roots = known.root.certificate_pem;
  auto const good = *signed_by(known.members.at(Role::box), "isi");
  std::string changed = good;
  changed[good.find("isi")] = 'I';
  seal::testing::Authority const stranger;
  std::vector<std::string> const bad = {changed, *signed_by(stranger.members.at(Role::box), "isi"),
                                        *signed_by(known.members.at(Role::receipt), "isi")};
  auto const& der = GENERATE_REF(from_range(bad));
  at_allocations<OpensslMemory>(250, false, [&](Allocations& memory) {
    memory.arm();
    auto const read = verify(der, roots, Role::box, build_time_floor_s);
    memory.disarm();
    CHECK_FALSE(read);
  });
}

TEST_CASE("with too little memory an envelope opens to its content or not at all") {
  auto const& centre = authority().members.at(Role::centre).leaf;
  std::vector<std::string> const recipients = {authority().members.at(Role::box).leaf.certificate_pem,
                                               centre.certificate_pem};
  std::string const content(50'000, 'j');
  auto const good = *encrypt(content, recipients);
  bool const for_good = GENERATE(false, true);
  at_allocations<OpensslMemory>(150, for_good, [&](Allocations& memory) {
    memory.arm();
    auto const made = encrypt(content, recipients);
    memory.disarm();
    if (made) CHECK(*decrypt(*made, centre.key_pem, centre.certificate_pem) == content);
  });
  at_allocations<OpensslMemory>(150, for_good, [&](Allocations& memory) {
    memory.arm();
    auto const opened = decrypt(good, centre.key_pem, centre.certificate_pem);
    memory.disarm();
    if (opened) CHECK(*opened == content);
  });
}

TEST_CASE("with too little memory a recovery key locks and unlocks whole or not at all") {
  auto const recovery = *make_recovery_key("KOTAK-1", now_s);
  auto const locked = *lock_key(recovery.key_pem, "kode");
  bool const for_good = GENERATE(false, true);
  at_allocations<OpensslMemory>(10, for_good, [&](Allocations& memory) {
    memory.arm();
    auto const made = lock_key(recovery.key_pem, "kode");
    memory.disarm();
    if (made) CHECK(*unlock_key(*made, "kode") == recovery.key_pem);
  });
  at_allocations<OpensslMemory>(10, for_good, [&](Allocations& memory) {
    memory.arm();
    auto const opened = unlock_key(locked, "kode");
    auto const digest = certificate_sha256(recovery.certificate_pem);
    memory.disarm();
    if (opened) CHECK(*opened == recovery.key_pem);
    if (digest) CHECK(*digest == *certificate_sha256(recovery.certificate_pem));
  });
}
