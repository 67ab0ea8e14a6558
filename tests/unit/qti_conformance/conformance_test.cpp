#include "base/file.hpp"
#include "conformance_page.hpp"
#include "qti/expression/expression.hpp"
#include "qti/model/item.hpp"
#include "qti/model/names.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>

using namespace proktor;
using namespace conformance;

namespace {

std::filesystem::path const root = PROKTOR_SOURCE_DIR;

std::string item_with(std::string_view interaction) {
  return R"(<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="I" title="I">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string"/>
<qti-item-body><)" +
         std::string(interaction) +
         R"( response-identifier="RESPONSE"/></qti-item-body></qti-assessment-item>)";
}

// What begins like an element of QTI and is none: classes of the shared vocabulary, words of messages.
bool is_class(std::string_view name) {
  constexpr std::array<std::string_view, 4> families{"qti-labels-", "qti-match-tabular", "qti-input-width-",
                                                     "qti-choices-"};
  return !std::ranges::all_of(name, [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); }) ||
         name.ends_with('-') || qti::is_shared_class(name) ||
         std::ranges::any_of(families, [&](auto family) { return name.starts_with(family); });
}

}  // namespace

TEST_CASE("What the page says of an element is so in the code") {
  auto const words = words_of_code(root / "server/qti");
  for (auto const& group : read_standard(root)) {
    for (auto const& element : group.elements) {
      INFO(element.name << " " << element.state);
      CHECK(std::ranges::find(states, element.state, &State::word) != states.end());
      if (element.state != "unused") CHECK(words.contains(element.name));
    }
  }
}

TEST_CASE("Every element of QTI that the code names is on the page") {
  std::set<std::string, std::less<>> listed;
  for (auto const& group : read_standard(root)) {
    for (auto const& element : group.elements) listed.insert(element.name);
  }
  for (auto const name : qti::expression_element_names()) listed.insert(std::string(name));
  for (auto const& word : words_of_code(root / "server/qti")) {
    if (!word.starts_with("qti-") || is_class(word)) continue;
    INFO(word);
    CHECK(listed.contains(word));
  }
}

TEST_CASE("Interactions are shown or refused as the page says") {
  std::size_t interactions = 0;
  for (auto const& group : read_standard(root)) {
    for (auto const& element : group.elements) {
      auto const kind = qti::interaction_from(element.name);
      if (!kind) continue;
      ++interactions;
      INFO(element.name);
      CHECK(element.state == (qti::is_on_page(*kind)     ? "shown"
                              : qti::is_supported(*kind) ? "bound"
                                                         : "refused"));
      if (element.state == "refused") {
        CHECK(qti::has_errors(qti::read_item(item_with(element.name), "item.xml").findings));
      }
    }
  }
  CHECK(interactions == 22);
}

TEST_CASE("docs/qti-conformance.md is what the code is") {
  auto const path = root / "docs/qti-conformance.md";
  auto const page = write_page(root);
  if (std::getenv("PROKTOR_UPDATE_DOCS") != nullptr) {
    REQUIRE(write_file(path, page, 0644).has_value());
  }
  auto const committed = read_file(path, 1'000'000);
  REQUIRE(committed.has_value());
  INFO("PROKTOR_UPDATE_DOCS=1 test_qti_conformance writes it anew");
  CHECK(*committed == page);
}
