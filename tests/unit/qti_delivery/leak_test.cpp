#include "leak_check.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/package/zip_file.hpp"
#include "qti/scoring/item_program.hpp"
#include "tests/unit/qti/samples.hpp"
#include "tests/unit/qti_delivery/interaction_samples.hpp"

#include "base/file.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>

using namespace proktor;

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t file_max_bytes = 64 * 1024 * 1024;

struct Counts {
  std::size_t seen = 0, viewed = 0, off_page = 0, hidden = 0;
  std::map<std::string, std::size_t> refused;  // by the code of the first error
};

qti::Supports const all_supports{"glossary-on-screen", "keyword-translation", "linguistic-guidance",
                                 "transcript",         "sign-language",       "spoken",
                                 "long-description"};

std::string first_error(qti::Findings const& findings) {
  for (auto const& finding : findings) {
    if (finding.severity == qti::Severity::error) return finding.code;
  }
  return {};
}

// Puts one item and its program among the entries; its stimuli are looked at by themselves.
std::string add_entry(qti::Item const& item, qti::DeliveryEntries& entries) {
  qti::AssetPaths paths;
  for (auto const& use : item.assets) {
    std::string const path = "assets/" + std::to_string(paths.size());
    auto const* type = use.kind == qti::AssetKind::image   ? "image/png"
                       : use.kind == qti::AssetKind::audio ? "audio/mpeg"
                                                           : "video/mp4";
    entries.assets.emplace(path, qti::DeliveryAsset{std::string(64, '0'), type, 1});
    paths.emplace(use.href, path);
  }
  auto entry = qti::item_entry(item, paths);
  entry["stimuli"] = json::array{};
  auto const checked = qti::check_item_entry(entry);
  INFO((checked ? "" : describe(checked.error())));
  REQUIRE(checked.has_value());
  if (qti::needs_program(entry)) {
    auto compiled = qti::ItemProgram::compile(item, [](std::string_view) { return std::nullopt; });
    if (!compiled.program) return first_error(compiled.findings);
    entries.programs.emplace(item.identifier, compiled.program);
  }
  entries.items.emplace(item.identifier, std::move(entry));
  return {};
}

void check_item(std::string const& bytes, std::string const& file, Counts& counts) {
  auto const document = qti::read_xml(bytes, file);
  bool const is_item = document.root && (document.root->name == "qti-assessment-item" ||
                                         document.root->name == "assessmentItem");
  if (!is_item) return;
  ++counts.seen;
  auto const result = qti::read_item(bytes, file);
  INFO(file);
  if (!result.playable()) {
    ++counts.refused[first_error(result.findings)];
    return;
  }
  qti::DeliveryEntries entries;
  if (auto const code = add_entry(*result.item, entries); !code.empty()) {
    ++counts.refused[code];
    return;
  }
  if (!qti::page_obstacles(*result.item).empty()) ++counts.off_page;
  LeakCheck check(*document.root);
  auto const& id = result.item->identifier;
  bool const has_values = qti::needs_program(entries.items.at(id));
  for (std::uint64_t const seed : {1U, 2U, 3U}) {
    auto const view = qti::instantiate_item(entries, id, seed, all_supports);
    REQUIRE(view.has_value());
    INFO(view->test.substr(0, 3000));
    CHECK(check.complaint(json::parse(view->test), has_values) == "");
  }
  ++counts.viewed;
  counts.hidden += check.hidden();
}

void check_folder(fs::path const& folder, Counts& counts) {
  for (auto const& entry : fs::recursive_directory_iterator(folder)) {
    auto const ending = entry.path().extension();
    if (!entry.is_regular_file() || (ending != ".xml" && ending != ".zip")) continue;
    auto const bytes = read_file(entry.path(), file_max_bytes);
    REQUIRE(bytes.has_value());
    if (ending == ".xml") {
      check_item(*bytes, entry.path().string(), counts);
      continue;
    }
    auto const files = qti::unzip(*bytes);
    REQUIRE(files.has_value());
    for (auto const& [path, content] : *files) {
      if (path.ends_with(".xml")) check_item(content, entry.path().string() + ":" + path, counts);
    }
  }
}

void print(std::string const& where, Counts const& counts) {
  std::cout << where << ": " << counts.seen << " items seen, " << counts.viewed << " viewed ("
            << counts.off_page << " not on the page), hidden words " << counts.hidden << "; refused:";
  for (auto const& [code, count] : counts.refused) std::cout << " " << code << " " << count;
  std::cout << "\n";
}

// The view of the sample that has everything on the strip list.
json::object sample_view(qti::DeliveryEntries& entries) {
  auto const result = qti::read_item(samples::full_item(), "i.xml");
  REQUIRE(result.playable());
  REQUIRE(add_entry(*result.item, entries).empty());
  return json::parse(qti::instantiate_item(entries, "ITEM-1", 20)->test).as_object();
}

}  // namespace

TEST_CASE("The leak check finds each kind of leak") {
  auto const root = *qti::read_xml(samples::full_item(), "i.xml").root;
  LeakCheck check(root);
  qti::DeliveryEntries entries;
  auto const good = sample_view(entries);
  REQUIRE(check.complaint(good, false) == "");
  CHECK(check.complaint(entries.items.at("ITEM-1"), false) != "");
  auto const finds = [&](auto change) {
    auto view = good;
    change(view.at("item").as_object());
    return !check.complaint(view, false).empty();
  };
  auto const choice = [](json::object& item) -> json::object& { return item.at("body").at(1).as_object(); };
  auto const say = [](json::object& item, char const* words) {
    item.at("body").as_array().emplace_back(words);
  };
  CHECK(finds([](json::object& item) { item["id"] = "ITEM-1"; }));
  CHECK(finds([&](json::object& item) { choice(item)["r"] = "RESPONSE"; }));
  CHECK(finds(
      [&](json::object& item) { choice(item).at("choices").at(0).as_object()["id"] = "pilihan-benar"; }));
  CHECK(finds([&](json::object& item) { choice(item).at("choices").at(0).as_object()["fixed"] = true; }));
  CHECK(finds([&](json::object& item) { choice(item).at("choices").at(0).as_object()["score"] = 1; }));
  CHECK(finds([](json::object& item) { item["correct"] = "c1"; }));
  CHECK(finds([](json::object& item) { item["title"] = "Judul rahasia"; }));
  for (auto const* words : {"pilihan-benar", "Jayawijaya", "17.75", "PENAFSIRAN", "JAWABAN-CONTOH",
                            "RUBRIK-PENSKOR", "UMPAN-BALIK-SALAH", "UMPAN-BALIK-BLOK", "UMPAN-BALIK-MODAL"}) {
    CAPTURE(words);
    CHECK(finds([&](json::object& item) { say(item, words); }));
  }
  // A word that is also visible counts when it comes once more than the author shows it.
  CHECK(finds([&](json::object& item) { say(item, "Dua"); }));
}

TEST_CASE("Already in the package nothing is left of an item but its authored ids") {
  qti::DeliveryEntries entries;
  sample_view(entries);
  auto const entry = json::serialize(entries.items.at("ITEM-1"));
  for (auto const* secret :
       {"Jayawijaya", "17.75", "0.125", "JAWABAN-CONTOH", "RUBRIK", "UMPAN-BALIK", "PENAFSIRAN",
        "Judul rahasia", "KOMENTAR", "RAHASIA", "KLIK", "kelas-sendiri", "contoh.invalid"}) {
    CAPTURE(secret);
    CHECK(entry.find(secret) == std::string::npos);
  }
}

TEST_CASE("No item with any of the twenty interactions leaks") {
  Counts counts;
  for (auto const& sample : samples::interactions())
    check_item(samples::document(sample), sample.element, counts);
  print("samples", counts);
  CHECK(counts.viewed == 20);
  CHECK(counts.off_page == 3);
}

TEST_CASE("No item of the demo leaks its key, rubric, feedback or identifiers") {
  Counts counts;
  check_folder(fs::path(PROKTOR_SOURCE_DIR) / "provisioning" / "demo", counts);
  print("demo", counts);
  CHECK(counts.viewed >= 37);
  CHECK(counts.refused.empty());
  CHECK(counts.hidden > 300);
}

TEST_CASE("No item of the shared QTI collection leaks its key, rubric, feedback or identifiers") {
  auto const* given = std::getenv("PROKTOR_QTI_MATERIAL");
  fs::path const folder =
      given == nullptr ? fs::path(PROKTOR_SOURCE_DIR) / ".." / "shared" / "qti" : fs::path(given);
  if (!fs::exists(folder)) {
    WARN("skipped: no QTI material at " + folder.string());
    return;
  }
  Counts counts;
  check_folder(folder, counts);
  print("collection", counts);
  CHECK(counts.seen >= 200);
  CHECK(counts.viewed >= 150);
}
