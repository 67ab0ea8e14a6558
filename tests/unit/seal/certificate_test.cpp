#include "authority.hpp"

#include "base/file.hpp"
#include "seal/envelope.hpp"
#include "seal/openssl.hpp"
#include "seal/signed_data.hpp"
#include "seal/trust.hpp"

#include "tests/support/result_text.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>

using namespace proktor;
using namespace proktor::seal;
using proktor::seal::testing::authority;
namespace fs = std::filesystem;

namespace {

class TempDir {
 public:
  TempDir() {
    std::string pattern = (fs::temp_directory_path() / "proktor-seal-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TempDir() { fs::remove_all(path_); }
  fs::path operator/(std::string const& name) const { return path_ / name; }

 private:
  fs::path path_;
};

int shell(std::string const& command) {
  return std::system((command + " >/dev/null 2>&1").c_str());
}

bool tls_accepts(SchoolTls const& school, std::string const& name) {
  auto const leaf = parse_certificate(school.server.certificate_pem);
  return X509_check_host((*leaf).get(), name.data(), name.size(), 0, nullptr) == 1 ||
         X509_check_ip_asc((*leaf).get(), name.c_str(), 0) == 1;
}

}  // namespace

TEST_CASE("Signed files and envelopes open with the openssl command") {
  TempDir const dir;
  auto const& box = authority().members.at(Role::box);
  auto const& centre = authority().members.at(Role::centre);
  auto const der = sign("isi", box.leaf.key_pem, box.leaf.certificate_pem, box.chain);
  auto const envelope = encrypt("sandi", centre.leaf.certificate_pem);
  REQUIRE(der);
  REQUIRE(envelope);
  REQUIRE(write_file(dir / "s.cms", *der));
  REQUIRE(write_file(dir / "e.cms", *envelope));
  REQUIRE(write_file(dir / "root.pem", authority().root.certificate_pem));
  REQUIRE(write_file(dir / "c.key", centre.leaf.key_pem, 0600));
  REQUIRE(write_file(dir / "c.pem", centre.leaf.certificate_pem));
  CHECK(shell("openssl cms -verify -binary -inform DER -in " + (dir / "s.cms").string() + " -CAfile " +
              (dir / "root.pem").string() + " -purpose any -attime 1795400000 -out " +
              (dir / "s.txt").string()) == 0);
  CHECK(*read_file(dir / "s.txt", 100) == "isi");
  CHECK(shell("openssl cms -decrypt -binary -inform DER -in " + (dir / "e.cms").string() + " -inkey " +
              (dir / "c.key").string() + " -recip " + (dir / "c.pem").string() + " -out " +
              (dir / "e.txt").string()) == 0);
  CHECK(*read_file(dir / "e.txt", 100) == "sandi");
}

TEST_CASE("A school's server certificate is good for the names given, from 2000 on, and for no others") {
  auto const school =
      make_school_tls("SMP-1", {"server.sekolah.internal", "192.168.10.2", "localhost"}, testing::now_s);
  REQUIRE(school);
  CHECK(tls_accepts(*school, "server.sekolah.internal"));
  CHECK(tls_accepts(*school, "192.168.10.2"));
  CHECK_FALSE(tls_accepts(*school, "192.168.10.3"));
  CHECK_FALSE(tls_accepts(*school, "example.com"));

  auto const leaf = parse_certificate(school->server.certificate_pem);
  auto const ca = parse_certificate(school->authority_pem);
  auto const valid_at = [&](std::int64_t moment_s) {
    Store const store(X509_STORE_new());
    X509_STORE_add_cert(store.get(), ca->get());
    StoreContext const context(X509_STORE_CTX_new());
    X509_STORE_CTX_init(context.get(), store.get(), leaf->get(), nullptr);
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM_set_time(rules, moment_s);
    return X509_verify_cert(context.get()) == 1;
  };
  CHECK(valid_at(1'009'900'000));  // a PC whose clock stands at 2002
  CHECK(valid_at(testing::now_s + leaf_life_s - 1));
  CHECK_FALSE(valid_at(testing::now_s + leaf_life_s + 1));

  int critical = -1;
  void* const constraints = X509_get_ext_d2i(ca->get(), NID_name_constraints, &critical, nullptr);
  CHECK(constraints != nullptr);
  CHECK(critical == 1);
  NAME_CONSTRAINTS_free(static_cast<NAME_CONSTRAINTS*>(constraints));
}

TEST_CASE("A school's authority cannot vouch for a foreign name, even with its key") {
  // The authority's key is gone; here another one with the same constraints stands in for a thief's luck.
  auto const school = make_school_tls("SMP-1", {"server.sekolah.internal"}, testing::now_s);
  auto const foreign = make_school_tls("SMP-1", {"example.com"}, testing::now_s);
  REQUIRE(school);
  REQUIRE(foreign);
  auto const ca = parse_certificate(school->authority_pem);
  auto const leaf = parse_certificate(foreign->server.certificate_pem);
  void* const constraints = X509_get_ext_d2i(ca->get(), NID_name_constraints, nullptr, nullptr);
  X509_check_purpose(leaf->get(), -1, 0);  // makes OpenSSL read the leaf's names
  CHECK(NAME_CONSTRAINTS_check(leaf->get(), static_cast<NAME_CONSTRAINTS*>(constraints)) ==
        X509_V_ERR_PERMITTED_VIOLATION);
  NAME_CONSTRAINTS_free(static_cast<NAME_CONSTRAINTS*>(constraints));
}

TEST_CASE("Ids and names that could carry something else are refused") {
  auto const& box_ca = authority().intermediates.at(Role::box);
  for (std::string const& id : {std::string(), std::string("a b"), std::string("a/CN=x"), std::string("a\nb"),
                                std::string("\xC3\xA9"), std::string(65, 'a')}) {
    INFO(id);
    auto const made = make_leaf(box_ca, Role::box, id, {}, testing::now_s);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == Errc::bad_field);
  }
  for (std::string const& name :
       {std::string(), std::string("a,DNS:example.com"), std::string("a b"), std::string("a..b"),
        std::string("*.sekolah.id"), std::string("a\nb"), std::string(300, 'a')}) {
    INFO(name);
    CHECK_FALSE(make_school_tls("SMP-1", {name}, testing::now_s));
  }
  CHECK_FALSE(make_school_tls("SMP-1", {}, testing::now_s));
  CHECK(make_leaf(box_ca, Role::box, std::string(64, 'a'), {}, testing::now_s));
}

TEST_CASE("A TLS peer is who its certificate says, for the role asked") {
  auto const box = parse_certificate(authority().members.at(Role::box).leaf.certificate_pem);
  unsigned char* der = nullptr;
  int const length = i2d_X509(box->get(), &der);
  std::string const bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  auto const peer = identity_of_peer(bytes, Role::box);
  REQUIRE(peer);
  CHECK(peer->id == "UJI-box");
  CHECK_FALSE(identity_of_peer(bytes, Role::gateway));
  CHECK_FALSE(identity_of_peer("", Role::box));
  CHECK_FALSE(identity_of_peer(bytes.substr(0, 100), Role::box));
  auto const& centre = authority().members.at(Role::centre);
  CHECK(check_certificate(centre.leaf.certificate_pem, centre.chain, authority().root.certificate_pem,
                          Role::centre, build_time_floor_s));
  CHECK_FALSE(check_certificate(centre.leaf.certificate_pem, centre.chain, authority().root.certificate_pem,
                                Role::receipt, build_time_floor_s));
}
