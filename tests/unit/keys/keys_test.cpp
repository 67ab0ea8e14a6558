#include "provisioning/keys/keys.hpp"
#include "provisioning/keys/enrol.hpp"

#include "base/file.hpp"
#include "seal/envelope.hpp"
#include "seal/role.hpp"
#include "seal/signed_data.hpp"
#include "tests/support/result_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>

#include <sys/stat.h>

using namespace proktor;
using namespace proktor::keys;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t now_s = 1'795'400'000;

struct Place {
  fs::path root;
  Place() {
    std::string pattern = (fs::temp_directory_path() / "proktor-keys-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    REQUIRE(make_keys({root / "keys", {"pusat.uji.internal"}}, now_s));
  }
  ~Place() { fs::remove_all(root); }

  EnrolOptions options(std::string box = "SMP-CONTOH-1") const {
    return {root / "keys",         root / "data",   std::move(box),
            "SMP Negeri 1 Contoh", {"192.168.7.2"}, "https://localhost:9443"};
  }
  std::string text(fs::path const& name) const { return *read_file(root / name, 1'000'000); }
};

std::set<std::string> names_in(fs::path const& directory) {
  std::set<std::string> names;
  for (auto const& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), directory).string());
  return names;
}

std::map<std::string, std::string> contents_of(fs::path const& directory) {
  std::map<std::string, std::string> contents;
  for (std::string const& name : names_in(directory))
    contents[name] = *read_file(directory / name, 1'000'000);
  return contents;
}

}  // namespace

TEST_CASE("Enrolling writes a whole box that signs as itself and encrypts to the centre") {
  Place const place;
  REQUIRE(enrol(place.options(), now_s));
  CHECK(names_in(place.root / "data") ==
        std::set<std::string>{"box/box.key", "box/box.pem", "box/chain.pem", "box/centre.pem",
                              "box/receipt_roots.pem", "box/tls.key", "box/tls.pem", "box/school_ca.pem",
                              "box/site.key", "box/enrolment.json"});
  CHECK(place.text("data/box/site.key").size() == 32);

  auto const der = seal::sign("isi", place.text("data/box/box.key"), place.text("data/box/box.pem"),
                              place.text("data/box/chain.pem"));
  REQUIRE(der);
  auto const opened =
      seal::verify(*der, place.text("data/box/receipt_roots.pem"), seal::Role::box, seal::build_time_floor_s);
  REQUIRE(opened);
  CHECK(opened->signer.id == "SMP-CONTOH-1");
  auto const record = boost::json::parse(place.text("data/box/enrolment.json"));
  CHECK(record.at("certificate_sha256").as_string() == opened->signer.certificate_sha256);
  CHECK(record.at("centre").as_string() == "https://localhost:9443");

  auto const envelope = seal::encrypt("sandi", place.text("data/box/centre.pem"));
  REQUIRE(envelope);
  auto const plain =
      seal::decrypt(*envelope, place.text("keys/centre/centre.key"), place.text("keys/centre/centre.pem"));
  REQUIRE(plain);
  CHECK(*plain == "sandi");
}

TEST_CASE("No key that could vouch for others is on the box, and every key is its owner's alone") {
  Place const place;
  REQUIRE(enrol(place.options(), now_s));
  std::set<std::string> keys;
  for (std::string const& name : names_in(place.root / "data/box")) {
    std::string const content = place.text(fs::path("data/box") / name);
    if (content.find("PRIVATE KEY") == std::string::npos) continue;
    keys.insert(name);
    // Every private key on the box belongs to one of its two end certificates.
    std::string const certificate = fs::path(name).replace_extension(".pem").string();
    auto const own = seal::sign("x", content, place.text(fs::path("data/box") / certificate),
                                place.text("data/box/chain.pem"));
    CHECK(own);
    // None of them can sign in the name of an authority the box or the pupils' PCs trust.
    for (char const* authority : {"school_ca.pem", "chain.pem", "receipt_roots.pem"})
      CHECK_FALSE(seal::sign("x", content, place.text(fs::path("data/box") / authority),
                             place.text("data/box/chain.pem")));
  }
  CHECK(keys == std::set<std::string>{"box.key", "tls.key"});
  for (fs::path const& tree : {place.root / "data", place.root / "keys"})
    for (std::string const& name : names_in(tree))
      if (name.ends_with(".key")) {
        struct stat status {};
        REQUIRE(::stat((tree / name).c_str(), &status) == 0);
        INFO(name);
        CHECK((status.st_mode & 0777) == 0600);
      }
}

TEST_CASE("The gateway's folder cannot open a segment") {
  Place const place;
  auto const envelope = seal::encrypt("sandi", place.text("keys/centre/centre.pem"));
  REQUIRE(envelope);
  for (char const* name : {"tls", "receipt"})
    CHECK_FALSE(seal::decrypt(*envelope, place.text("keys/gateway/" + std::string(name) + ".key"),
                              place.text("keys/centre/centre.pem")));
}

TEST_CASE("A second enrolment and a second authority are refused and change nothing") {
  Place const place;
  REQUIRE(enrol(place.options(), now_s));
  auto const before = contents_of(place.root);
  auto const again = enrol(place.options("KOTAK-LAIN"), now_s);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::already_enrolled);
  auto const keys_again = make_keys({place.root / "keys", {}}, now_s);
  REQUIRE_FALSE(keys_again);
  CHECK(contents_of(place.root) == before);
}

TEST_CASE("Where a kegiatan lies, a box that lost its folder of keys gets no new ones") {
  Place const place;
  REQUIRE(enrol(place.options(), now_s));
  fs::remove_all(place.options().data / "box");
  fs::create_directories(place.options().data / "kegiatan" / "an-2026");
  auto const again = enrol(place.options(), now_s);
  REQUIRE_FALSE(again);
  CHECK(again.error().code == Errc::already_enrolled);
  CHECK_FALSE(fs::exists(place.options().data / "box"));
}

TEST_CASE("A bad option or a missing or wrong authority leaves no trace") {
  Place const place;
  auto refused = [&](EnrolOptions const& options, Errc code) {
    auto const result = enrol(options, now_s);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == code);
    CHECK_FALSE(fs::exists(place.root / "data" / "box"));
    CHECK((!fs::exists(place.root / "data") || fs::is_empty(place.root / "data")));
  };
  refused(place.options("a b"), Errc::bad_field);
  auto options = place.options();
  options.hosts = {"a,DNS:example.com"};
  refused(options, Errc::bad_field);
  options = place.options();
  options.centre_url = "http://localhost";
  refused(options, Errc::bad_field);
  options = place.options();
  options.name.clear();
  refused(options, Errc::bad_field);
  options = place.options();
  options.keys = place.root / "tidak-ada";
  refused(options, Errc::not_found);
  // A recipient that is not the centre.
  fs::copy_file(place.root / "keys/gateway/receipt.pem", place.root / "keys/centre/centre.pem",
                fs::copy_options::overwrite_existing);
  refused(place.options(), Errc::certificate_invalid);
}
