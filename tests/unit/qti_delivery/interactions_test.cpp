#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/delivery/number_format.hpp"
#include "tests/unit/qti_delivery/interaction_samples.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <string>

using namespace proktor::qti;
namespace json = boost::json;

namespace {

std::string const picture(64, 'a');

AssetPaths paths_of(Item const& item, DeliveryEntries& entries) {
  AssetPaths paths;
  for (auto const& use : item.assets) {
    std::string const path = "assets/" + use.href;
    entries.assets.emplace(
        path, DeliveryAsset{picture, use.kind == AssetKind::audio ? "audio/ogg" : "image/png", 9});
    paths.emplace(use.href, path);
  }
  return paths;
}

DeliveryEntries entries_of(std::string const& document) {
  auto const result = read_item(document, "i.xml");
  INFO((result.findings.empty() ? "" : to_text(result.findings.front())));
  REQUIRE(result.playable());
  DeliveryEntries entries;
  auto entry = item_entry(*result.item, paths_of(*result.item, entries));
  auto const checked = check_item_entry(entry);
  INFO((checked ? "" : describe(checked.error())));
  REQUIRE(checked.has_value());
  entries.items.emplace("ITEM-1", std::move(entry));
  return entries;
}

samples::InteractionSample sample(std::string_view element) {
  auto const all = samples::interactions();
  return *std::ranges::find(all, element, &samples::InteractionSample::element);
}

json::object view_of(DeliveryEntries const& entries, Supports const& supports = {}) {
  auto const view = instantiate_item(entries, "ITEM-1", 1, supports);
  REQUIRE(view.has_value());
  return json::parse(view->test).at("item").as_object();
}

std::vector<std::string> errors_of(std::string const& document) {
  std::vector<std::string> codes;
  for (auto const& finding : read_item(document, "i.xml").findings) {
    if (finding.severity == Severity::error) codes.push_back(finding.code);
  }
  return codes;
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  auto const at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("All twenty interactions are read, written and checked; three are not on the page") {
  std::size_t off_page = 0;
  for (auto const& sample : samples::interactions()) {
    CAPTURE(sample.element);
    auto const result = read_item(samples::document(sample), "i.xml");
    REQUIRE(result.playable());
    REQUIRE(result.item->interactions.size() == 1);
    CHECK(name(result.item->interactions[0].kind) == sample.element);
    off_page += page_obstacles(*result.item).size();
    auto const entries = entries_of(samples::document(sample));
    // Any key that the contract does not list is refused, wherever it stands.
    auto entry = entries.items.at("ITEM-1");
    auto* node = &entry.at("body").as_array().at(0).as_object();
    if (!node->contains("r") && node->contains("objects")) node = &node->at("objects").at(0).as_object();
    (*node)["key"] = "x";
    CHECK_FALSE(check_item_entry(entry).has_value());
  }
  CHECK(off_page == 3);
}

TEST_CASE("Interactions look in the view as the contract writes them") {
  auto const first = [](std::string_view element) {
    return view_of(entries_of(samples::document(sample(element)))).at("body").at(0);
  };
  json::object const image{
      {"src", "/api/asset/" + picture}, {"alt", "Peta pulau"}, {"width", 300}, {"height", 200}};
  CHECK(first("qti-gap-match-interaction") ==
        json::parse(R"json({"t":"gapmatch","r":"r1","max":0,"min":0,
    "prompt":["Jawablah."],"choices":[{"id":"c3","max":1,"c":["laut"]},{"id":"c2","max":2,
      "c":[{"t":"img","src":"/api/asset/)json" +
                    picture + R"json(","alt":"kapal"}]}],
    "c":[{"t":"p","c":["Ikan hidup di ",{"t":"gap","id":"c4"},", layar di ",{"t":"b","c":[{"t":"gap","id":"c1"}]},
      "."]}]})json"));
  CHECK(first("qti-hottext-interaction").at("c") ==
        json::parse(R"([{"t":"p","c":["Kata ",{"t":"hot","id":"c1","c":["baku"]}," dan ",
      {"t":"hot","id":"c2","c":["tak ",{"t":"i","c":["baku"]}]},"."]}])"));
  auto const hotspot = first("qti-hotspot-interaction").as_object();
  CHECK(hotspot.at("img") == image);
  CHECK(hotspot.at("spots").at(0).at("coords") == json::parse("[50,60,8]"));
  CHECK(hotspot.at("spots").at(0).at("label") == "Kota");
  CHECK(hotspot.at("spots").at(1).at("shape") == "rect");
  CHECK_FALSE(hotspot.at("spots").at(0).as_object().contains("max"));
  CHECK(first("qti-graphic-associate-interaction").at("spots").at(0).at("max") == 2);
  CHECK(first("qti-inline-choice-interaction").at("c").at(1).at("label") == "Pilih kota");
  CHECK(first("qti-inline-choice-interaction").at("c").at(1).at("min") == 1);
  auto const stage = first("qti-position-object-interaction").as_object();
  CHECK(stage.at("img") == image);
  CHECK(stage.at("objects").at(0).at("center") == json::parse("[4,6]"));
  CHECK(first("qti-slider-interaction") ==
        json::parse(R"({"t":"slider","r":"r1","prompt":["Jawablah."],"lower":0,"upper":20,"step":2,
      "orientation":"horizontal","labels":true,"reverse":false})"));
  CHECK(first("qti-media-interaction").at("media") ==
        json::parse(R"({"t":"audio","src":"/api/asset/)" + picture + R"(","type":"audio/ogg"})"));
  CHECK(first("qti-upload-interaction").at("types") == json::parse(R"(["image/png"])"));
}

TEST_CASE("The key of every interaction that names things comes back from its opaque ids") {
  for (auto const& sample : samples::interactions()) {
    CAPTURE(sample.element);
    auto const result = read_item(samples::document(sample), "i.xml");
    auto const& interaction = result.item->interactions[0];
    if (interaction.choices.empty()) continue;
    auto const entries = entries_of(samples::document(sample));
    auto const view = instantiate_item(entries, "ITEM-1", 77);
    auto const& ids = view->ids.items[0];
    auto const& response = ids.responses[0];
    CHECK(response.choices.size() == interaction.choices.size() + interaction.columns.size());
    auto const opaque = [&](std::string const& authored) {
      auto const found =
          std::ranges::find(response.choices, authored, &std::pair<std::string, std::string>::second);
      REQUIRE(found != response.choices.end());
      return found->first;
    };
    json::array given;
    json::array wanted;
    for (auto const& key : result.item->responses[0].correct) {
      if (auto const* pair = std::get_if<Pair>(&key)) {
        given.emplace_back(opaque(pair->first) + " " + opaque(pair->second));
        wanted.emplace_back(pair->first + " " + pair->second);
      } else {
        given.emplace_back(opaque(std::get<std::string>(key)));
        wanted.emplace_back(std::get<std::string>(key));
      }
    }
    bool const single = response.cardinality == "single";
    auto const answer = authored_answer(ids, {{"r1", single ? given.at(0) : json::value(given)}});
    REQUIRE(answer.has_value());
    CHECK(answer->at("RESPONSE") == (single ? wanted.at(0) : json::value(wanted)));
  }
}

TEST_CASE("Limits and keys that cannot hold are errors") {
  auto const with = [](std::string_view element, std::string_view from, std::string_view to) {
    return errors_of(changed(samples::document(sample(element)), from, to));
  };
  CHECK(with("qti-order-interaction", "<qti-value>kunci-satu", "<qti-value>kunci-lain") ==
        Codes{"unknown-choice"});
  CHECK(with("qti-gap-match-interaction", "celah-dua</qti-value>", "celah-x</qti-value>") ==
        Codes{"unknown-choice"});
  CHECK(with("qti-choice-interaction", "</qti-response-declaration>",
             "<qti-mapping><qti-map-entry map-key='x' "
             "mapped-value='1'/></qti-mapping></qti-response-declaration>") == Codes{"unknown-choice"});
  CHECK(with("qti-choice-interaction", "max-choices='2'", "max-choices='2' min-choices='3'") ==
        Codes{"bad-limits"});
  CHECK(with("qti-hotspot-interaction", "shape='circle'", "shape='star'") == Codes{"bad-shape"});
  CHECK(with("qti-hotspot-interaction", "50,60,8", "50,60") == Codes{"bad-coords"});
  CHECK(with("qti-slider-interaction", "upper-bound='20'", "upper-bound='0'") == Codes{"bad-slider"});
  CHECK(with("qti-slider-interaction", "step='2'", "step='0.5'") == Codes{"bad-slider"});
  CHECK(with("qti-media-interaction", "min-plays='1'", "min-plays='3'") == Codes{"bad-limits"});
  CHECK(with("qti-media-interaction", "<audio><source src='suara.ogg' type='audio/ogg'/></audio>", "") ==
        Codes{"no-media"});
  CHECK(with("qti-text-entry-interaction", "[A-Za-z ]+", "[A-Z") == Codes{"bad-pattern"});
  CHECK(with("qti-drawing-interaction",
             "<object data='peta.png' type='image/png' width='300' height='200'>Peta pulau</object>",
             "") == Codes{"no-image"});
  CHECK(with("qti-end-attempt-interaction", "title='Petunjuk'", "") == Codes{"no-title"});
  CHECK(with("qti-hottext-interaction", "<qti-hottext identifier='kunci-dua'>",
             "<qti-hottext identifier='kunci-satu'>") == Codes{"duplicate-identifier"});
}

TEST_CASE("Catalogs go with the view when a pupil needs them, and only then") {
  auto const document = samples::item(
      "", "<p>Air <span data-catalog-idref='kata'>menguap</span>.</p>",
      "<qti-catalog-info><qti-catalog id='kata'><qti-card support='glossary-on-screen'><qti-card-entry "
      "xml:lang='id'>"
      "<qti-html-content><p>menjadi uap</p></qti-html-content></qti-card-entry></qti-card>"
      "<qti-card support='braille'><qti-html-content>BRAILLE</qti-html-content></qti-card>"
      "<qti-card support='spoken'><qti-file-href mime-type='audio/ogg'>kata.ogg</qti-file-href></qti-card>"
      "</qti-catalog></qti-catalog-info>");
  auto const entries = entries_of(document);
  auto const plain = view_of(entries);
  CHECK_FALSE(plain.contains("catalogs"));
  CHECK(plain.at("body") == json::parse(R"([{"t":"p","c":["Air ",{"t":"span","c":["menguap"]},"."]}])"));
  auto const helped = view_of(entries, {"glossary-on-screen", "braille"});
  CHECK(helped.at("catalogs") ==
        json::parse(
            R"({"k1":[{"support":"glossary-on-screen","lang":"id","c":[{"t":"p","c":["menjadi uap"]}]}]})"));
  CHECK(helped.at("body").at(0).at("c").at(1).at("cat") == "k1");
  CHECK(view_of(entries, {"spoken"}).at("catalogs").at("k1").at(0).at("c").at(0).at("type") == "audio/ogg");
}

TEST_CASE("Numbers are printed by QTI's formats") {
  struct Case {
    char const* format;
    double value;
    char const* printed;
  };
  for (auto const& one : {Case{"%.2f", 3.14159, "3.14"},
                          {"%i", 42, "42"},
                          {"%.3r", 1234.5, "1.23e+03"},
                          {"%.6r", 0.25, "0.250000"},
                          {"%.3r", 12.3456, "12.3"},
                          {"Rp%i", 5000, "Rp5000"},
                          {"%+.1e", -0.05, "-5.0e-02"},
                          {"%08.2f", -2.5, "-0002.50"},
                          {"100%%", 1, "1"},
                          {"%s", 2.5, "2.5"},
                          {"%n", 7, "7"},
                          {"%999999f", 1, "1"}}) {
    CAPTURE(one.format);
    auto const printed = format_number(one.format, one.value, 10, false);
    if (std::string(one.format) == "%999999f") {
      CHECK(printed.size() == format_width_max);
    } else {
      CHECK(printed == one.printed);
    }
  }
  CHECK(format_number("%i", std::int64_t{255}, 16, false) == "ff");
  CHECK(format_number("%X", std::int64_t{255}, 10, false) == "FF");
  CHECK(format_number("%i", std::int64_t{-5}, 2, false) == "-101");
  CHECK(format_number("%.1e", 31000.0, 10, true) == "3.1 × 10^4");
  CHECK(format_number("No. %.2f", 3.5, 10, false, ',') == "No. 3,50");
  CHECK(format_number("no format", 2.5, 10, false, ',') == "2,5");
}
