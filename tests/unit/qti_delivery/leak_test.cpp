#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/model/stimulus.hpp"
#include "tests/unit/qti/samples.hpp"

#include "base/file.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

using namespace proktor;

// The secrets of an item are found here by looking at its text, on purpose without the reader under test.
namespace {

namespace fs = std::filesystem;

// Everything between "<name" and "</name>", for each such element.
std::vector<std::string> elements(std::string const& xml, std::string const& name) {
  std::vector<std::string> found;
  for (auto at = xml.find("<" + name); at != std::string::npos; at = xml.find("<" + name, at + 1)) {
    char const after = xml[at + name.size() + 1];
    if (after != ' ' && after != '>' && after != '\n') continue;
    auto const end = xml.find("</" + name + ">", at);
    auto const close = xml.find('>', at);
    if (end == std::string::npos || close == std::string::npos || xml[close - 1] == '/') continue;
    found.push_back(xml.substr(at, end - at));
  }
  return found;
}

std::string without(std::string xml, std::string const& name) {
  for (auto const& element : elements(xml, name)) {
    auto const at = xml.find(element);
    if (at != std::string::npos) xml.erase(at, element.size());
  }
  return xml;
}

std::string text_of(std::string const& xml) {
  std::string out;
  bool inside = false;
  for (char const c : xml) {
    if (c == '<') inside = true;
    if (!inside) out.push_back(c);
    if (c == '>') inside = false;
  }
  return out;
}

std::vector<std::string> attributes(std::string const& xml, std::string const& name) {
  std::vector<std::string> found;
  for (char const quote : {'"', '\''}) {
    std::string const opening = " " + name + "=" + quote;
    for (auto at = xml.find(opening); at != std::string::npos; at = xml.find(opening, at + 1)) {
      auto const begin = at + opening.size();
      auto const end = xml.find(quote, begin);
      if (end != std::string::npos) found.push_back(xml.substr(begin, end - begin));
    }
  }
  return found;
}

void add(std::set<std::string>& secrets, std::string const& text, std::size_t longer_than) {
  auto const begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return;
  auto const trimmed = text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
  if (trimmed.size() > longer_than) secrets.insert(trimmed);
}

// Strings of an item that must not be in its view: what is also visible text is no secret.
std::set<std::string> secrets_of(std::string const& xml) {
  std::set<std::string> secrets;
  // The title of the item itself; others are shown (the button of an end-attempt, an abbreviation).
  for (auto const& value : attributes(xml.substr(0, xml.find('>', xml.find("ssessment"))), "title")) add(secrets, value, 2);
  for (auto const* attribute : {"identifier", "response-identifier", "src", "map-key",
                                "outcome-identifier", "data-catalog-idref", "interpretation"}) {
    for (auto const& value : attributes(xml, attribute)) add(secrets, value, 2);
  }
  for (auto const* attribute : {"mapped-value", "default-value"}) {
    for (auto const& value : attributes(xml, attribute)) add(secrets, value, 3);
  }
  for (auto const& value : elements(xml, "qti-value")) add(secrets, text_of(value), 2);
  std::string visible = xml;
  for (auto const* name :
       {"qti-response-declaration", "qti-outcome-declaration", "qti-response-processing",
        "qti-modal-feedback", "qti-feedback-inline", "qti-feedback-block", "qti-catalog-info"}) {
    visible = without(visible, name);
  }
  for (auto const& rubric : elements(xml, "qti-rubric-block")) {
    auto const views = attributes(rubric.substr(0, rubric.find('>')), "view");
    if (views.empty() || views.front().find("candidate") == std::string::npos)
      visible = without(visible, "qti-rubric-block");
  }
  for (auto const* name :
       {"qti-modal-feedback", "qti-rubric-block", "qti-feedback-inline", "qti-feedback-block"}) {
    for (auto const& element : elements(xml, name)) add(secrets, text_of(element), 12);
  }
  auto const shown = text_of(visible);
  auto const alts = attributes(visible, "alt");
  std::erase_if(secrets, [&](std::string const& secret) {
    return shown.find(secret) != std::string::npos ||
           std::ranges::any_of(alts, [&](auto const& alt) { return alt.find(secret) != std::string::npos; });
  });
  for (auto const* word : {"correct", "mapp", "map-", "scor", "outcome", "feedback", "rubric", "qti-value"}) {
    if (shown.find(word) == std::string::npos) secrets.insert(word);
  }
  // Words of the view's own vocabulary.
  for (auto const* word :
       {"choice", "single", "multiple", "string", "body", "text", "math", "match", "item", "response"}) {
    secrets.erase(word);
  }
  return secrets;
}

std::string first_leak(std::set<std::string> const& secrets, std::string const& bytes) {
  for (auto const& secret : secrets) {
    if (bytes.find(secret) != std::string::npos) return secret;
  }
  return {};
}

struct Counts {
  std::size_t items = 0;
  std::size_t secrets = 0;
};

void check_item(std::string const& xml, std::string const& file, Counts& counts) {
  auto const result = qti::read_item(xml, file);
  if (!result.playable()) return;
  qti::DeliveryEntries entries;
  qti::AssetPaths assets;
  for (auto const& use : result.item->assets) {
    std::string const path = "assets/" + std::to_string(assets.size());
    entries.assets.emplace(path, qti::DeliveryAsset{std::string(64, '0'), "image/png", 1});
    assets.emplace(use.href, path);
  }
  auto entry = qti::item_entry(*result.item, assets);
  entry["stimuli"] = boost::json::array{};
  if (qti::needs_program(entry)) return;
  INFO(file);
  REQUIRE(qti::check_item_entry(entry).has_value());
  auto const id = result.item->identifier;
  entries.items.emplace(id, std::move(entry));
  auto const secrets = secrets_of(xml);
  for (std::uint64_t const seed : {1U, 2U, 3U}) {
    auto const view = qti::instantiate_item(entries, id, seed);
    REQUIRE(view.has_value());
    INFO(view->test.substr(0, 2000));
    CHECK(first_leak(secrets, view->test) == "");
  }
  ++counts.items;
  counts.secrets += secrets.size();
}

Counts check_folder(fs::path const& folder) {
  Counts counts;
  for (auto const& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".xml") continue;
    auto const bytes = read_file(entry.path(), 4 * 1024 * 1024);
    REQUIRE(bytes.has_value());
    check_item(*bytes, entry.path().string(), counts);
  }
  return counts;
}

}  // namespace

TEST_CASE("The leak check itself finds what leaks") {
  auto const xml = samples::full_item();
  auto const secrets = secrets_of(xml);
  for (auto const* secret : {"pilihan-benar", "baris-satu kolom-dua", "Jayawijaya", "17.75", "0.125",
                             "JAWABAN-CONTOH", "RUBRIK-PENSKOR", "UMPAN-BALIK-MODAL", "UMPAN-BALIK-BLOK",
                             "UMPAN-BALIK-SALAH", "PENAFSIRAN", "Judul rahasia", "ITEM-1"}) {
    CAPTURE(secret);
    CHECK(secrets.contains(secret));
  }
  CHECK(secrets.contains("Pilih") == false);
  auto const result = qti::read_item(xml, "i.xml");
  REQUIRE(result.playable());
  auto const entry = boost::json::serialize(qti::item_entry(*result.item, {}));
  CHECK(first_leak(secrets, entry) != "");
}

TEST_CASE("Nothing on the strip list is in the view of an item that has all of it") {
  Counts counts;
  check_item(samples::full_item(), "full", counts);
  REQUIRE(counts.items == 1);
  auto const result = qti::read_item(samples::full_item(), "i.xml");
  auto const entry = boost::json::serialize(qti::item_entry(*result.item, {}));
  // Already in the package nothing is left but the authored ids.
  for (auto const* secret :
       {"Jayawijaya", "17.75", "0.125", "JAWABAN-CONTOH", "RUBRIK", "UMPAN-BALIK", "PENAFSIRAN",
        "Judul rahasia", "KOMENTAR", "RAHASIA", "KLIK", "kelas-sendiri", "contoh.invalid"}) {
    CAPTURE(secret);
    CHECK(entry.find(secret) == std::string::npos);
  }
}

TEST_CASE("No item of the demo leaks its key, rubric, feedback or identifiers") {
  auto const counts = check_folder(fs::path(PROKTOR_SOURCE_DIR) / "provisioning" / "demo");
  CHECK(counts.items >= 37);
  CHECK(counts.secrets > 300);
}

TEST_CASE("No item of the shared QTI collection leaks its key, rubric, feedback or identifiers") {
  auto const* given = std::getenv("PROKTOR_QTI_MATERIAL");
  fs::path const folder =
      given == nullptr ? fs::path(PROKTOR_SOURCE_DIR) / ".." / "shared" / "qti" : fs::path(given);
  if (!fs::exists(folder)) {
    WARN("skipped: no QTI material at " + folder.string());
    return;
  }
  auto const counts = check_folder(folder);
  CHECK(counts.items >= 30);
  CHECK(counts.secrets > 200);
}
