#include "qti/package/package.hpp"
#include "base/crypto.hpp"
#include "base/random.hpp"
#include "content_samples.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/package/zip_file.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <functional>
#include <string>

using namespace proktor;
using namespace proktor::package;
using namespace proktor::qti;
namespace json = boost::json;

namespace {

constexpr int mutations = 2'000;

bool stores_all(std::string_view) {
  return true;
}

// Unpacks a .paket, lets `change` loose on its files, writes sizes and hashes anew, and packs it again.
Result<Package> read_after(std::function<void(Files&)> const& change, bool fix_manifest = true) {
  auto files = *unzip(samples::paket());
  change(files);
  if (fix_manifest) {
    auto manifest = json::parse(files.at("manifest.json")).as_object();
    json::array entries;
    for (auto const& [path, content] : files) {
      if (path == "manifest.json") continue;
      entries.push_back({{"path", path}, {"bytes", content.size()}, {"sha256", hex(sha256(content))}});
    }
    manifest["entries"] = std::move(entries);
    files["manifest.json"] = json::serialize(manifest);
  }
  return read_package(*zip(files, stores_all));
}

std::function<void(Files&)> replacing(std::string path, std::string from, std::string to) {
  return [=](Files& files) { samples::replace(files, path, from, to); };
}

}  // namespace

TEST_CASE("A package that was built is read back with its tests, entries and media") {
  auto const bytes = samples::paket();
  REQUIRE_FALSE(bytes.empty());
  CHECK(bytes == samples::paket());
  auto const package = read_package(bytes);
  INFO((package ? "" : describe(package.error())));
  REQUIRE(package.has_value());
  CHECK(package->id == "PAKET-UJI");
  CHECK(package->title == "Tes Uji");
  CHECK(package->mark == "LATIHAN");
  CHECK(package->created == "1980-01-01T00:00:00Z");
  CHECK(package->sha256 == hex(sha256(bytes)));
  REQUIRE(package->test("TES") != nullptr);
  CHECK(package->test("TES")->items == 2);
  CHECK(package->test("NONE") == nullptr);
  REQUIRE(package->assets.size() == 1);
  CHECK(*package->assets.begin()->second.bytes == samples::png);
  auto const view = qti::instantiate(package->entries, "TES", {"", "LATIHAN", "literasi", 60'000}, 7);
  REQUIRE(view.has_value());
  auto const test = json::parse(view->test);
  CHECK(test.at("stimuli").at("s1").at("title") == "Bacaan");
  CHECK(test.at("items").at(1).at("stimuli").at(0) == "s1");
  auto const& asset = test.at("assets").at(0);
  CHECK(asset.at("path").as_string() == "/api/asset/" + package->assets.begin()->first);
  CHECK(asset.at("path") == test.at("items").at(0).at("body").at(0).at("c").at(0).at("src"));
  CHECK(asset.at("bytes").as_int64() == static_cast<std::int64_t>(samples::png.size()));
  CHECK(view->test.find("KUNCI") == std::string::npos);
  CHECK(qti::instantiate(package->entries, "LAIN", {}, 7).error().code == Errc::not_found);
}

TEST_CASE("No key, title or file name of an item is in the package") {
  auto const files = *unzip(samples::paket());
  std::string all;
  for (auto const& [path, content] : files) all += path + content;
  for (auto const* secret : {"correct", "qti-value", "Soal", "a.xml", "gambar satu"}) {
    CAPTURE(secret);
    CHECK(all.find(secret) == std::string::npos);
  }
}

TEST_CASE("Any error means no package; only-playable leaves out what it names") {
  auto files = samples::content();
  samples::replace(files, "items/b.xml", "<qti-item-body>",
                   "<qti-item-body><qti-portable-custom-interaction/>");
  auto const content = import_content(std::move(files));
  CHECK(build_package(content, {}).error().code == Errc::package_invalid);
  BuildSettings settings;
  settings.only_playable = true;
  auto const built = build_package(content, settings);
  REQUIRE(built.has_value());
  CHECK(built->items == 1);
  REQUIRE(built->left_out.size() == 1);
  CHECK(built->left_out[0].identifier == "ITEM-B");
  CHECK(built->left_out[0].reason.code == "portable-custom-interaction");
  CHECK(built->left_out[0].reason.message.find("qti-portable-custom-interaction") != std::string::npos);
  auto const package = read_package(built->bytes);
  REQUIRE(package.has_value());
  CHECK(package->test("TES")->items == 1);
  CHECK(package->entries.items.size() == 1);

  files = samples::content();
  for (auto const* path : {"items/a.xml", "items/b.xml"}) files[path] = "<broken";
  CHECK(build_package(import_content(std::move(files)), settings).error().code == Errc::package_invalid);
  files = samples::content();
  samples::replace(files, "tes.xml", "<qti-assessment-section ",
                   "<qti-pre-condition/><qti-assessment-section ");
  CHECK(build_package(import_content(std::move(files)), settings).error().code == Errc::package_invalid);
}

TEST_CASE("Marks that need sealing are refused when building and when reading") {
  auto const content = import_content(samples::content());
  BuildSettings settings;
  settings.mark = "SIMULASI";
  CHECK(build_package(content, settings).has_value());
  settings.mark = "UTAMA";
  CHECK(build_package(content, settings).error().code == Errc::package_sealed_unsupported);
  settings.mark = "MAIN";
  CHECK(build_package(content, settings).error().code == Errc::bad_field);
  CHECK(read_after(replacing("manifest.json", "LATIHAN", "GLADI")).error().code ==
        Errc::package_sealed_unsupported);
  CHECK(read_after(replacing("manifest.json", "LATIHAN", "BEBAS")).error().code == Errc::package_invalid);
}

TEST_CASE("A package that was tampered with is refused whole") {
  CHECK(read_after([](Files&) {}).has_value());
  auto const item = std::string("items/ITEM-A.json");
  auto const refused = [](std::function<void(Files&)> const& change, bool fix_manifest = true) {
    auto const package = read_after(change, fix_manifest);
    return package ? std::string("accepted") : package.error().detail;
  };
  CHECK(refused(replacing(item, "Dua", "Due"), false) == "wrong hash: items/ITEM-A.json");
  CHECK(refused(replacing(item, "Dua", "Dua!"), false) == "wrong size: items/ITEM-A.json");
  CHECK(refused([&](Files& files) { files.erase(item); }, false) == "not in the package: items/ITEM-A.json");
  CHECK(refused([](Files& files) { files["items/X.json"] = "{}"; }, false) ==
        "the package holds files that its manifest does not list");
  // With hashes that hold: still only what the contract knows.
  CHECK(refused([&](Files& files) { files.erase(item); }) == "no item ITEM-A");
  CHECK(refused([](Files& files) { files.erase("stimuli/STIM.json"); }) == "no stimulus STIM");
  CHECK(refused([](Files& files) {
          std::erase_if(files, [](auto& f) { return f.first.starts_with("assets/"); });
        }) == "an asset is not in the package");
  CHECK(refused(replacing(item, "\"t\":\"p\"", "\"t\":\"script\""))
            .find("item ITEM-A is not a delivery entry") == 0);
  CHECK(refused(replacing(item, "\"ITEM-A\"", "\"ITEM-C\"")) ==
        "entry under another name: items/ITEM-A.json");
  CHECK(refused([](Files& files) { files["lain/x"] = "y"; }) == "unknown entry: lain/x");
  CHECK(refused([](Files& files) { files["assets/x.png"] = "<svg/>"; }).starts_with("asset that is not"));
  CHECK(refused(replacing("manifest.json", "proktor-package/1", "proktor-package/2")) ==
        "manifest.json: unknown format");
  CHECK(refused(replacing("manifest.json", "\"items\":2", "\"items\":3")) == "wrong count of items in TES");
  CHECK(refused([](Files& files) { files["manifest.json"] = "[]"; }, false) ==
        "manifest.json is not a JSON object");
  CHECK(refused([](Files& files) { files.erase("manifest.json"); }, false) ==
        "no manifest.json: not a .paket");
}

TEST_CASE("Two thousand damaged packages are refused or read, never half") {
  auto const good = samples::paket();
  auto const begin = std::chrono::steady_clock::now();
  int refused = 0;
  for (int seed = 0; seed < mutations; ++seed) {
    CAPTURE(seed);
    SplitMix64 random(static_cast<std::uint64_t>(seed));
    auto bytes = good;
    auto const changes = 1 + random.below(3);
    for (std::uint64_t i = 0; i < changes; ++i) {
      auto const at = static_cast<std::size_t>(random.below(bytes.size()));
      if (random.below(8) == 0) {
        bytes.erase(at, static_cast<std::size_t>(random.below(40)));
      } else {
        bytes[at] = static_cast<char>(random.below(256));
      }
    }
    auto const package = read_package(bytes);
    if (!package) {
      ++refused;
      continue;
    }
    // What still reads has lost nothing: only bytes that carry no content were changed.
    REQUIRE(package->entries.items.size() == 2);
    REQUIRE(package->assets.size() == 1);
    REQUIRE(qti::instantiate(package->entries, "TES", {}, 7).has_value());
  }
  CHECK(refused > mutations / 2);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}
