#include "qti/delivery/order.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/model/test.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace proktor::qti;

namespace {

Test read(std::string_view inside) {
  auto const document =
      "<qti-assessment-test xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='T' "
      "title='Tes'><qti-time-limits max-time='5400'/><qti-test-part identifier='P' "
      "navigation-mode='nonlinear' submission-mode='simultaneous'>" +
      std::string(inside) + "</qti-test-part></qti-assessment-test>";
  auto result = read_test(document, "t.xml");
  INFO((result.findings.empty() ? "" : to_text(result.findings.front())));
  REQUIRE_FALSE(has_errors(result.findings));
  return std::move(*result.test);
}

std::string ref(std::string const& id, std::string const& attributes = "") {
  return "<qti-assessment-item-ref identifier='" + id + "' href='" + id + ".xml' " + attributes + "/>";
}

std::string section(std::string const& id, std::string const& inside, std::string const& attributes = "") {
  return "<qti-assessment-section identifier='" + id + "' title='' visible='true' " + attributes + ">" +
         inside + "</qti-assessment-section>";
}

// The references a pupil gets, as one string.
std::string order(Test const& test, std::uint64_t seed, std::string_view all) {
  ItemNames names;
  for (char const c : all) names.emplace(std::string(1, c), std::string(1, c));
  auto const entry = test_entry(test, names);
  REQUIRE(check_test_entry(entry).has_value());
  std::string out;
  for (auto const& item : order_items(entry, seed)) out += item.ref;
  return out;
}

}  // namespace

TEST_CASE("Items come in the author's order unless a section says otherwise") {
  auto const test = read(section("S1", ref("a") + section("S2", ref("b") + ref("c")) + ref("d")));
  CHECK(test.duration_ms == 5'400'000);
  CHECK(order(test, 1, "abcd") == "abcd");
  // A reference whose item was left out goes, and a section that is empty without it.
  CHECK(order(test, 1, "ad") == "ad");
}

TEST_CASE("A section shuffles its items, keeps fixed ones in place and inner sections together") {
  auto const test = read(section("S1", "<qti-ordering shuffle='true'/>" + ref("a", "fixed='true'") +
                                           ref("b") + section("S2", ref("x") + ref("y")) + ref("c")));
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    auto const drawn = order(test, seed, "abcxy");
    CHECK(drawn == order(test, seed, "abcxy"));
    CHECK(drawn.front() == 'a');
    CHECK(drawn.find("xy") != std::string::npos);
    seen.insert(drawn);
  }
  CHECK(seen.size() == 6);
}

TEST_CASE("A hidden section that need not stay together is mixed into the one around it") {
  auto const test = read(section("S1", "<qti-ordering shuffle='true'/>" + ref("a") +
                                           "<qti-assessment-section identifier='S2' title='' visible='false' "
                                           "keep-together='false'>" +
                                           ref("x") + ref("y") + "</qti-assessment-section>"));
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) seen.insert(order(test, seed, "axy"));
  CHECK(seen.size() == 6);
}

TEST_CASE("Selection draws as many as it should, always the required ones, and keeps the order") {
  auto const test = read(section(
      "S1", "<qti-selection select='2'/>" + ref("a") + ref("b") + ref("c", "required='true'") + ref("d")));
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    auto const drawn = order(test, seed, "abcd");
    CHECK(drawn.size() == 2);
    CHECK(std::ranges::is_sorted(drawn));
    seen.insert(drawn);
  }
  CHECK(seen == std::set<std::string>{"ac", "bc", "cd"});
}

TEST_CASE("What a test cannot mean is refused by name") {
  auto const code = [](std::string_view inside) {
    auto const document =
        "<qti-assessment-test xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='T' "
        "title=''><qti-test-part identifier='P'>" +
        std::string(inside) + "</qti-test-part></qti-assessment-test>";
    for (auto const& finding : read_test(document, "t.xml").findings) {
      if (finding.severity == Severity::error) return finding.code;
    }
    return std::string();
  };
  CHECK(code(section("S", ref("a"))) == "");
  CHECK(code(section("S", "<qti-adaptive-selection/>" + ref("a"))) == "adaptive-selection");
  CHECK(code(section("S", "<qti-selection select='1'/>" + ref("a", "required='1'") +
                              ref("b", "required='true'"))) == "bad-select");
  CHECK(code(section("S", "<qti-selection/>" + ref("a"))) == "bad-select");
  CHECK(code(section("S", ref("a") + ref("a"))) == "duplicate-identifier");
  CHECK(code("") == "no-section");
}

TEST_CASE("Selection counts sections as one, and shuffling mixes a hidden one afterwards") {
  auto const hidden =
      "<qti-assessment-section identifier='S2' title='' visible='false' keep-together='false'>" + ref("x") +
      ref("y") + "</qti-assessment-section>";
  auto const test = read(section(
      "S1", "<qti-selection select='2'/><qti-ordering shuffle='true'/>" + ref("a") + hidden + ref("b")));
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    auto drawn = order(test, seed, "abxy");
    CHECK((drawn.find('x') == std::string::npos) == (drawn.find('y') == std::string::npos));
    seen.insert(drawn);
  }
  // ab in 2 orders; x, y and a in 6; x, y and b in 6.
  CHECK(seen.size() == 14);
}

TEST_CASE("Selection with replacement draws one reference again and counts its deliveries") {
  auto const test = read(section("S1", "<qti-selection select='4' with-replacement='true'/>" + ref("a") +
                                           ref("b", "required='true'") + ref("c")));
  ItemNames const names{{"a", "A"}, {"b", "B"}, {"c", "C"}};
  auto const entry = test_entry(test, names);
  REQUIRE(check_test_entry(entry).has_value());
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::map<std::string, std::uint32_t> counted;
    std::string drawn;
    for (auto const& item : order_items(entry, seed)) {
      CHECK(item.instance == ++counted[item.ref]);
      CHECK(item.part == "P");
      drawn += item.ref;
    }
    CHECK(drawn.size() == 4);
    CHECK(std::ranges::is_sorted(drawn));
    CHECK(counted["b"] >= 1);
    seen.insert(drawn);
  }
  CHECK(seen.contains("bbbb"));
  CHECK(seen.size() == 10);  // three draws of three with b once more: 10 bags
}
