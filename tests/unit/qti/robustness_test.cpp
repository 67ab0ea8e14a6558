#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "samples.hpp"

#include "base/random.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace proktor;

namespace {

constexpr int mutations = 2'000;

// One or two small changes: a byte, a cut, a repeat, or a word of XML in the wrong place.
std::string mutate(std::string text, SplitMix64& random) {
  static std::vector<std::string_view> const words{"<p>",
                                                   "</p>",
                                                   "<qti-choice-interaction response-identifier='RESPONSE'>",
                                                   "</qti-item-body>",
                                                   "\"",
                                                   "&#0;",
                                                   "&lt;",
                                                   "<![CDATA[",
                                                   "-->",
                                                   "<!DOCTYPE a>",
                                                   "xml:lang='",
                                                   "\xFF",
                                                   "max-choices='99999999999999999999'",
                                                   "<math>",
                                                   "identifier=''",
                                                   "<qti-simple-choice identifier='A'/>",
                                                   "cardinality='record'",
                                                   "fixed='true'"};
  auto const changes = 1 + random.below(2);
  for (std::uint64_t i = 0; i < changes && !text.empty(); ++i) {
    auto const at = static_cast<std::size_t>(random.below(text.size()));
    auto const length = static_cast<std::size_t>(random.below(30));
    switch (random.below(4)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(static_cast<std::size_t>(random.below(text.size())), length));
        break;
      default:
        text.insert(at, words[static_cast<std::size_t>(random.below(words.size()))]);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("Two thousand damaged items are read or refused, and what is read makes a valid view") {
  auto const original = samples::full_item();
  auto const begin = std::chrono::steady_clock::now();
  int played = 0;
  for (int seed = 0; seed < mutations; ++seed) {
    CAPTURE(seed);
    SplitMix64 random(static_cast<std::uint64_t>(seed));
    auto const result = qti::read_item(mutate(original, random), "i.xml");
    if (!result.playable()) {
      REQUIRE(qti::has_errors(result.findings));
      continue;
    }
    auto entry = qti::item_entry(*result.item, {});
    auto const checked = qti::check_item_entry(entry);
    INFO((checked ? "" : describe(checked.error())));
    REQUIRE(checked.has_value());
    qti::DeliveryEntries entries;
    entries.items.emplace(result.item->identifier, std::move(entry));
    REQUIRE(qti::instantiate_item(entries, result.item->identifier, 1).has_value());
    ++played;
  }
  CHECK(played > 100);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
}
