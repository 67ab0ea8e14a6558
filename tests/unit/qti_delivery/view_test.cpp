#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "tests/unit/qti/samples.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <set>
#include <string>

using namespace proktor::qti;
namespace json = boost::json;

namespace {

json::object entry_of(std::string const& document, AssetPaths const& assets = {}) {
  auto const result = read_item(document, "i.xml");
  INFO((result.findings.empty() ? "" : to_text(result.findings.front())));
  REQUIRE(result.playable());
  auto entry = item_entry(*result.item, assets);
  auto const checked = check_item_entry(entry);
  INFO((checked ? "" : describe(checked.error())));
  REQUIRE(checked.has_value());
  return entry;
}

json::value body_of(std::string_view body) {
  return entry_of(samples::item("", body)).at("body");
}

DeliveryEntries entries_with(json::object entry) {
  DeliveryEntries entries;
  std::string const id{entry.at("id").as_string()};
  entries.tests.emplace("T",
                        json::parse(R"({"id":"T","title":"Literasi","duration_ms":60000,"parts":[{"part":"P",
    "linear":false,"simultaneous":true,"children":[{"section":"S","visible":true,"shuffle":false,
    "children":[{"ref":"REF-1","item":")" +
                                    id + R"("}]}]}]})")
                            .as_object());
  entries.items.emplace(id, std::move(entry));
  return entries;
}

}  // namespace

TEST_CASE("The view of an item is exactly what the contract says, for a seed worked out by hand") {
  auto const entries = entries_with(entry_of(samples::full_item()));
  auto const view = instantiate(entries, "T", {"", "LATIHAN", "literasi", 0}, 20);
  REQUIRE(view.has_value());
  auto const expected =
      json::parse(R"json({"title":"Literasi","mark":"LATIHAN","instrument":"literasi","duration_ms":60000,
    "items":[{"id":"i1","lang":"id","stimuli":[],"body":[
      {"t":"p","class":"qti-align-center","c":["Gunung apa yang ",{"t":"em","c":["tertinggi"]}," ",
        {"t":"textentry","r":"r1","width":10,"input":"text"},"?"]},
      {"t":"choice","r":"r2","max":1,"min":0,"prompt":["Pilih satu."],"orientation":"vertical","labels":"1","choices":[
        {"id":"c4","c":["Dua"]},{"id":"c1","c":["Tiga"]},{"id":"c3","c":["Empat"]},{"id":"c5","c":["Satu"]},
        {"id":"c2","c":["Semua salah"]}]},
      {"t":"match","r":"r3","max":2,"min":0,"prompt":[],"tabular":true,
        "rows":[{"id":"c3","max":1,"c":["B2"]},{"id":"c1","max":1,"c":["B1"]}],
        "cols":[{"id":"c2","max":0,"c":["K3"]},{"id":"c5","max":0,"c":["K1"]},{"id":"c4","max":0,"c":["K2"]}]},
      {"t":"div","c":[{"t":"p","c":["Petunjuk."]}]}],
      "responses":{"r1":{"cardinality":"single","base":"string"},"r2":{"cardinality":"single","base":"identifier"},
        "r3":{"cardinality":"multiple","base":"directedPair"}}}],
    "stimuli":{},"assets":[]})json");
  CHECK(json::parse(view->test) == expected);
}

TEST_CASE("Ids map back to the author's, and answers with them") {
  auto const entries = entries_with(entry_of(samples::full_item()));
  auto const view = instantiate(entries, "T", {}, 20);
  REQUIRE(view.has_value());
  auto const* ids = view->ids.item("i1");
  REQUIRE(ids != nullptr);
  CHECK(ids->authored == "REF-1");
  CHECK(ids->item == "ITEM-1");
  auto const answer = json::parse(R"({"r1":"Semeru","r2":"c4","r3":["c3 c2","c1 c4"]})").as_object();
  auto const authored = authored_answer(*ids, answer);
  REQUIRE(authored.has_value());
  CHECK(*authored == json::parse(R"({"ISIAN":"Semeru","RESPONSE":"pilihan-benar",
    "PASANGAN":["baris-dua kolom-tiga","baris-satu kolom-dua"]})")
                         .as_object());
  for (auto const* bad : {R"({"r9":"c1"})", R"({"r2":"c9"})", R"({"r2":["c1"]})", R"({"r3":"c3 c2"})",
                          R"({"r3":["c3"]})", R"({"r3":["c3 c2 c1"]})", R"({"r2":7})", R"({"r3":[7]})"}) {
    CAPTURE(bad);
    CHECK(authored_answer(*ids, json::parse(bad).as_object()).has_error());
  }
  auto const again = instantiate_ids(entries, "T", 20);
  REQUIRE(again.has_value());
  CHECK(to_json(*again) == to_json(view->ids));
}

TEST_CASE("A part alone has its own items, numbered on, with the ids of the whole") {
  DeliveryEntries entries;
  json::array children;
  for (auto const* id : {"A", "B", "C.2"}) {
    auto entry = entry_of(samples::full_item());
    entry["id"] = id;
    entries.items.emplace(id, std::move(entry));
    children.push_back({{"ref", std::string("REF-") + id}, {"item", id}});
  }
  json::object section{{"section", "S"}, {"visible", true}, {"shuffle", false}, {"children", children}};
  json::array parts{json::object{
      {"part", "P"}, {"linear", false}, {"simultaneous", true}, {"children", json::array{section}}}};
  entries.tests.emplace("T", json::object{{"id", "T"}, {"title", ""}, {"duration_ms", 0}, {"parts", parts}});
  std::vector<std::string> const refs{"REF-C.2", "REF-B", "REF-B.2"};
  auto const part = instantiate_part(entries, "T", {}, 20, refs, 13);
  REQUIRE(part.has_value());
  auto const ids = instantiate_part_ids(entries, "T", 20, refs, 13);
  REQUIRE(ids.has_value());
  CHECK(to_json(*ids) == to_json(part->ids));
  REQUIRE(part->ids.items.size() == 3);
  CHECK(part->ids.items[0].opaque == "i13");
  CHECK(part->ids.items[0].item == "C.2");
  CHECK(part->ids.items[2].authored == "REF-B");
  CHECK(part->ids.items[2].instance == 2);
  auto const whole = instantiate_ids(entries, "T", 20);
  CHECK(part->ids.items[1].responses[1].choices == whole->items[1].responses[1].choices);
  CHECK(part->ids.items[2].responses[1].choices != whole->items[1].responses[1].choices);
  CHECK(json::parse(part->test).at("items").at(1).at("id") == "i14");
  CHECK(instantiate_part(entries, "T", {}, 20, {"REF-Z"}, 1).error().code == proktor::Errc::not_found);
  CHECK(session_seed(20, "REF-B") != session_seed(20, "REF-B", 2));
  CHECK(session_seed(20, "REF-B") != session_seed(21, "REF-B"));
}

TEST_CASE("The same seed gives the same bytes, another seed another order; fixed choices stay") {
  auto const entries = entries_with(entry_of(samples::full_item()));
  std::set<std::string> different;
  std::set<std::string> ids_of_the_right_one;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto const view = instantiate(entries, "T", {}, seed);
    auto const same = instantiate(entries, "T", {}, seed);
    REQUIRE(view.has_value());
    REQUIRE(view->test == same->test);
    different.insert(view->test);
    auto const parsed = json::parse(view->test);
    auto const& choices = parsed.at("items").at(0).at("body").at(1).at("choices").as_array();
    REQUIRE(choices.size() == 5);
    CHECK(choices[4].at("c").at(0) == "Semua salah");
    for (auto const& [opaque, authored] : view->ids.items[0].responses[1].choices) {
      if (authored == "pilihan-benar") ids_of_the_right_one.insert(opaque);
    }
  }
  CHECK(different.size() > 150);
  CHECK(ids_of_the_right_one.size() == 5);
}

TEST_CASE("White space, unlisted elements, tables, images and formulas become nodes") {
  CHECK(body_of("  <p> a <b>b</b>\n <i>c</i> </p>\n  teks ") ==
        json::parse(R"([{"t":"p","c":["a ",{"t":"b","c":["b"]}," ",{"t":"i","c":["c"]}]},"teks"])"));
  CHECK(body_of("<p>a<br/> b<font>c</font></p>") == json::parse(R"([{"t":"p","c":["a",{"t":"br"},"bc"]}])"));
  CHECK(body_of("<pre>a\n  b</pre>") == json::parse(R"([{"t":"pre","c":["a\n  b"]}])"));
  CHECK(body_of("<section>a</section><div class='x'><span/></div>") ==
        json::parse(R"([{"t":"div","c":["a"]}])"));
  CHECK(body_of("<table><tr>\n<td colspan='2' style='x' rowspan='0'>a</td></tr></table>") ==
        json::parse(R"([{"t":"table","c":[{"t":"tr","c":[{"t":"td","colspan":2,"c":["a"]}]}]}])"));
  CHECK(
      body_of(
          "<math xmlns='http://www.w3.org/1998/Math/MathML' alttext='x kuadrat'><semantics><mrow>\n<msup><mi "
          "mathvariant='normal' href='x'>x</mi> <mn>2</mn></msup></mrow><annotation>RAHASIA</annotation>"
          "</semantics></math>") ==
      json::parse(R"([{"t":"math","alt":"x kuadrat","c":[{"t":"m:mrow","c":[{"t":"m:msup","c":[
          {"t":"m:mi","mathvariant":"normal","c":["x"]},{"t":"m:mn","c":["2"]}]}]}]}])"));
  auto const entry =
      entry_of(samples::item("", "<p><img src='g/a b.png' alt=' Gambar ' width='20px' height='50%'/></p>"),
               {{"g/a b.png", "assets/00.png"}});
  CHECK(entry.at("body") ==
        json::parse(R"([{"t":"p","c":[{"t":"img","src":"assets/00.png","alt":"Gambar","width":20}]}])"));
}

TEST_CASE("The width of a text entry never tells the length of the answer") {
  auto const width = [](std::string_view attributes) {
    auto const entry = entry_of(samples::item(
        "<qti-response-declaration identifier='R' cardinality='single' base-type='float'/>",
        "<p><qti-text-entry-interaction response-identifier='R' " + std::string(attributes) + "/></p>"));
    return entry.at("body").at(0).at("c").at(0).at("width").to_number<int>();
  };
  CHECK(width("expected-length='1'") == 4);
  CHECK(width("expected-length='4'") == 4);
  CHECK(width("expected-length='5'") == 6);
  CHECK(width("expected-length='15'") == 20);
  CHECK(width("expected-length='500'") == 40);
  CHECK(width("class='qti-input-width-20'") == 20);
  CHECK(width("") == 10);
}

TEST_CASE("An entry with anything the contract does not list is refused") {
  auto const good = entry_of(samples::full_item());
  REQUIRE(check_item_entry(good).has_value());
  auto const refuses = [&](auto change) {
    json::object entry = good;
    change(entry);
    return !check_item_entry(entry);
  };
  auto const choice = [](json::object& entry) -> json::object& { return entry.at("body").at(1).as_object(); };
  CHECK(refuses([](json::object& e) { e["correct"] = "c1"; }));
  CHECK(refuses([](json::object& e) { e.erase("lang"); }));
  CHECK(refuses([](json::object& e) { e.at("responses").at("RESPONSE").as_object()["correct"] = "x"; }));
  CHECK(refuses([](json::object& e) {
    e.at("responses").as_object()["EXTRA"] = json::object{{"base", "string"}};
  }));
  CHECK(refuses([](json::object& e) { e.at("body").as_array().push_back(json::object{{"t", "script"}}); }));
  CHECK(refuses([](json::object& e) {
    e.at("body").as_array().push_back(json::object{{"t", "p"}, {"onclick", "x"}});
  }));
  CHECK(refuses([](json::object& e) {
    e.at("body").as_array().push_back(json::object{{"t", "p"}, {"class", "mine"}});
  }));
  CHECK(refuses([](json::object& e) {
    e.at("body").as_array().push_back(json::object{{"t", "m:annotation"}});
  }));
  CHECK(refuses([](json::object& e) { e.at("body").as_array().push_back(json::object{{"t", "img"}}); }));
  CHECK(refuses([](json::object& e) { e.at("body").as_array().push_back(7); }));
  CHECK(refuses([&](json::object& e) { choice(e)["key"] = 1; }));
  CHECK(refuses([&](json::object& e) { choice(e)["r"] = "ISIAN"; }));
  CHECK(refuses([&](json::object& e) { choice(e)["max"] = -1; }));
  CHECK(refuses([&](json::object& e) { choice(e)["choices"] = json::array{}; }));
  CHECK(refuses([&](json::object& e) { choice(e).at("choices").at(0).as_object()["id"] = "pilihan-benar"; }));
  CHECK(refuses([&](json::object& e) { choice(e).at("choices").at(0).as_object()["score"] = 1; }));
  json::value deep = json::array{};
  for (int i = 0; i < 500; ++i) deep = json::array{json::object{{"t", "p"}, {"c", std::move(deep)}}};
  CHECK(refuses([&](json::object& e) { e["body"] = deep; }));
}

TEST_CASE("A test of fifty items is instantiated within a few milliseconds") {
  DeliveryEntries entries;
  json::array children;
  for (int i = 0; i < 50; ++i) {
    auto entry = entry_of(samples::full_item());
    std::string const id = "ITEM-" + std::to_string(i);
    entry["id"] = id;
    entries.items.emplace(id, std::move(entry));
    children.push_back({{"ref", id}, {"item", id}});
  }
  json::object section{
      {"section", "S"}, {"visible", true}, {"shuffle", true}, {"children", std::move(children)}};
  json::object part{
      {"part", "P"}, {"linear", false}, {"simultaneous", true}, {"children", json::array{section}}};
  entries.tests.emplace(
      "T", json::object{{"id", "T"}, {"title", ""}, {"duration_ms", 0}, {"parts", json::array{part}}});
  REQUIRE(check_test_entry(entries.tests.at("T")).has_value());
  auto const begin = std::chrono::steady_clock::now();
  auto const view = instantiate(entries, "T", {}, 5);
  auto const took = std::chrono::steady_clock::now() - begin;
  REQUIRE(view.has_value());
  CHECK(view->ids.items.size() == 50);
  // Unoptimised and on a busy machine; an optimised build takes about 1 ms.
  CHECK(took < std::chrono::milliseconds(100));
}
