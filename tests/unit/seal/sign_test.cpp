#include "authority.hpp"

#include "base/random.hpp"
#include "seal/envelope.hpp"
#include "seal/signed_data.hpp"

#include "tests/support/result_text.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::seal;
using proktor::seal::testing::authority;
using proktor::seal::testing::Member;

namespace {

std::string const payload = R"({"type":"segment","box":"UJI-box"})"
                            "\n\x00\x01\xFF tail";

Result<std::string> sign_as(Member const& member, std::string_view content = payload) {
  return sign(content, member.leaf.key_pem, member.leaf.certificate_pem, member.chain);
}

Result<Verified> verify_as(Role role, std::string_view der, std::int64_t floor_s = build_time_floor_s) {
  return verify(der, authority().root.certificate_pem, role, floor_s);
}

}  // namespace

TEST_CASE("A signed file gives back its content and who signed it") {
  auto const der = sign_as(authority().members.at(Role::box));
  REQUIRE(der);
  auto const opened = verify_as(Role::box, *der);
  REQUIRE(opened);
  CHECK(opened->content == payload);
  CHECK(opened->signer.id == "UJI-box");
  CHECK(opened->signer.serial.size() == 32);
  CHECK(opened->signer.certificate_sha256.size() == 64);
}

TEST_CASE("A key signs for its own role and for no other") {
  for (Role const signer : all_roles) {
    auto const der = sign_as(authority().members.at(signer));
    if (signer == Role::centre) {
      // The certificate may agree on keys, not sign: refused when made or at the latest when read.
      CHECK((!der || !verify_as(Role::centre, *der)));
    } else {
      REQUIRE(der);
    }
    for (Role const expected : all_roles) {
      if (!der || (signer == expected && signer != Role::centre)) continue;
      auto const opened = verify_as(expected, *der);
      INFO(name_of(signer) << " as " << name_of(expected));
      REQUIRE_FALSE(opened);
      CHECK(opened.error().code == Errc::certificate_invalid);
    }
  }
}

TEST_CASE("A server certificate of a school's LAN signs nothing") {
  auto const school = make_school_tls("UJI-SMP", {"server.sekolah.internal"}, testing::now_s);
  REQUIRE(school);
  auto const der =
      sign(payload, school->server.key_pem, school->server.certificate_pem, school->authority_pem);
  REQUIRE(der);
  for (Role const role : all_roles) {
    CHECK_FALSE(verify_as(role, *der));
    // Not even where somebody took the school's authority for a root.
    CHECK_FALSE(verify(*der, school->authority_pem, role, build_time_floor_s));
  }
}

TEST_CASE("A leaf of one role under another role's intermediate proves nothing") {
  auto const crossed =
      make_leaf(authority().intermediates.at(Role::box), Role::receipt, "TIRUAN", {}, testing::now_s);
  REQUIRE(crossed);
  auto const der = sign_as({*crossed, authority().intermediates.at(Role::box).certificate_pem});
  REQUIRE(der);
  CHECK_FALSE(verify_as(Role::receipt, *der));
  CHECK_FALSE(verify_as(Role::box, *der));
}

TEST_CASE("A stranger's authority with the same names proves nothing") {
  testing::Authority const stranger;
  auto const der = sign_as(stranger.members.at(Role::receipt));
  REQUIRE(der);
  CHECK_FALSE(verify_as(Role::receipt, *der));
  CHECK(verify(*der, stranger.root.certificate_pem, Role::receipt, build_time_floor_s));
}

TEST_CASE("Time is judged at the floor given: whatever the clock says, within the certificate's life") {
  auto const der = sign_as(authority().members.at(Role::box));
  REQUIRE(der);
  constexpr std::int64_t year_2002 = 1'009'900'000;
  constexpr std::int64_t year_1999 = 946'000'000;
  constexpr std::int64_t year_2049 = 2'500'000'000;
  CHECK(verify_as(Role::box, *der, year_2002));
  CHECK_FALSE(verify_as(Role::box, *der, year_1999));
  CHECK_FALSE(verify_as(Role::box, *der, year_2049));

  // Enrolled on a computer whose clock stands at 2002, or at 2049: good today all the same.
  for (std::int64_t const clock_s : {year_2002, year_2049}) {
    auto const leaf = make_leaf(authority().intermediates.at(Role::box), Role::box, "JAM-SALAH", {}, clock_s);
    REQUIRE(leaf);
    auto const signed_there = sign_as({*leaf, authority().intermediates.at(Role::box).certificate_pem});
    REQUIRE(signed_there);
    CHECK(verify_as(Role::box, *signed_there));
  }
}

TEST_CASE("No cut and no flip of a signed file verifies") {
  auto const der = sign_as(authority().members.at(Role::receipt));
  REQUIRE(der);
  for (std::size_t length = 0; length < der->size(); length += 7) {
    INFO("cut to " << length);
    REQUIRE_FALSE(verify_as(Role::receipt, der->substr(0, length)));
  }
  REQUIRE_FALSE(verify_as(Role::receipt, *der + '\0'));

  constexpr std::uint64_t seed = 20'261'121;
  SplitMix64 random(seed);
  for (int round = 0; round < 2'000; ++round) {
    std::string changed = *der;
    std::uint64_t const flips = 1 + random.below(3);
    for (std::uint64_t i = 0; i < flips; ++i) {
      auto const at = static_cast<std::size_t>(random.below(changed.size()));
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << random.below(8)));
    }
    if (changed == *der) continue;
    INFO("seed " << seed << " round " << round);
    REQUIRE_FALSE(verify_as(Role::receipt, changed));
  }
}

TEST_CASE("Every single bit of a signed file counts") {
  auto const der = sign_as(authority().members.at(Role::box), "x");
  REQUIRE(der);
  for (std::size_t bit = 0; bit < der->size() * 8; ++bit) {
    std::string changed = *der;
    changed[bit / 8] = static_cast<char>(static_cast<unsigned char>(changed[bit / 8]) ^ (1U << (bit % 8)));
    INFO("byte " << bit / 8 << " bit " << bit % 8);
    REQUIRE_FALSE(verify_as(Role::box, changed));
  }
}

TEST_CASE("What is not a signed file is refused") {
  CHECK_FALSE(verify_as(Role::box, ""));
  CHECK_FALSE(verify_as(Role::box, "{}"));
  CHECK_FALSE(verify_as(Role::box, std::string(100'000, '\x30')));
  auto const envelope = encrypt(payload, authority().members.at(Role::centre).leaf.certificate_pem);
  REQUIRE(envelope);
  CHECK_FALSE(verify_as(Role::box, *envelope));
}
