#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/scoring/item_session.hpp"
#include "tests/unit/qti/samples.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

#include <set>
#include <string>

using namespace proktor::qti;
namespace json = boost::json;

namespace {

// Draws a number, prints it in text and formula, and shows one of two blocks and two of three choices by it.
std::string const clone = samples::item(
    R"(<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"/>
<qti-template-declaration identifier="N" cardinality="single" base-type="integer" math-variable="true"/>
<qti-template-declaration identifier="HALF" cardinality="single" base-type="float"/>
<qti-template-declaration identifier="WORD" cardinality="single" base-type="identifier"/>
<qti-template-processing>
  <qti-set-template-value identifier="N"><qti-random-integer min="10" max="99"/></qti-set-template-value>
  <qti-set-template-value identifier="HALF"><qti-divide><qti-variable identifier="N"/><qti-base-value
    base-type="integer">2</qti-base-value></qti-divide></qti-set-template-value>
  <qti-set-template-value identifier="WORD"><qti-base-value base-type="identifier">genap</qti-base-value></qti-set-template-value>
</qti-template-processing>)",
    R"(<p>Harga <qti-printed-variable identifier="N"/> dan <qti-printed-variable identifier="HALF" format="%.2f"/>.</p>
<p><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>N</mi><mo>+</mo><mi>x</mi></math></p>
<qti-template-block template-identifier="WORD" identifier="genap"><p>Terlihat.</p></qti-template-block>
<qti-template-block template-identifier="WORD" identifier="ganjil"><p>TERSEMBUNYI</p></qti-template-block>
<p>Ya<qti-template-inline template-identifier="WORD" identifier="genap" show-hide="hide">SEMBUNYI</qti-template-inline>.</p>
<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">
  <qti-simple-choice identifier="satu">A</qti-simple-choice>
  <qti-simple-choice identifier="genap" template-identifier="WORD">B</qti-simple-choice>
  <qti-simple-choice identifier="lain" template-identifier="WORD">RAHASIA</qti-simple-choice>
</qti-choice-interaction>)");

struct Loaded {
  DeliveryEntries entries;
  std::shared_ptr<ItemProgram const> program;
};

Loaded load() {
  auto const result = read_item(clone, "i.xml");
  INFO((result.findings.empty() ? "" : to_text(result.findings.front())));
  REQUIRE(result.playable());
  auto compiled = ItemProgram::compile(*result.item, [](std::string_view) { return std::nullopt; });
  INFO((compiled.findings.empty() ? "" : to_text(compiled.findings.front())));
  REQUIRE(compiled.program != nullptr);
  Loaded out{{}, compiled.program};
  auto entry = item_entry(*result.item, {});
  REQUIRE(check_item_entry(entry).has_value());
  REQUIRE(needs_program(entry));
  out.entries.items.emplace("ITEM-1", std::move(entry));
  return out;
}

}  // namespace

TEST_CASE("The view prints what the item session of the same delivery computes, and nothing that is hidden") {
  auto loaded = load();
  CHECK(instantiate_item(loaded.entries, "ITEM-1", 5).error().code == proktor::Errc::package_invalid);
  loaded.entries.programs.emplace("ITEM-1", loaded.program);
  std::set<std::string> printed;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    auto const view = instantiate_item(loaded.entries, "ITEM-1", seed);
    REQUIRE(view.has_value());
    ItemSessionSettings settings;
    settings.seed = session_seed(seed, "ITEM-1");
    ItemSession const session(loaded.program, settings);
    auto const number = std::to_string(*session.value("N").as_integer());
    double half = 0;
    REQUIRE(session.value("HALF").as_number(half));
    auto const body = json::parse(view->test).at("item").at("body").as_array();
    CHECK(body.at(0).at("c").at(1) == json::value(json::string(number)));
    // An Indonesian item: 32.5 is printed as 32,50.
    std::string shown(body.at(0).at("c").at(3).as_string());
    CHECK(shown.find(',') != std::string::npos);
    std::ranges::replace(shown, ',', '.');
    CHECK(std::stod(shown) == half);
    CHECK(body.at(1).at("c").at(0).at("c").at(0) ==
          json::value{{"t", "m:mn"}, {"c", json::array{json::string(number)}}});
    CHECK(body.at(1).at("c").at(0).at("c").at(2) == json::value{{"t", "m:mi"}, {"c", json::array{"x"}}});
    CHECK(body.at(2) == json::value{{"t", "p"}, {"c", json::array{"Terlihat."}}});
    CHECK(body.at(3) == json::value{{"t", "p"}, {"c", json::array{"Ya", "."}}});
    CHECK(body.at(4).at("choices").as_array().size() == 2);
    CHECK(view->ids.items[0].responses[0].choices.size() == 2);
    for (auto const* word : {"SEMBUNYI", "RAHASIA", "WORD", "\"var\"", "\"show\"", "genap"}) {
      CAPTURE(word);
      CHECK(view->test.find(word) == std::string::npos);
    }
    printed.insert(number);
  }
  CHECK(printed.size() > 15);
}
