#include "qti/delivery/order.hpp"

#include "qti/delivery/shuffle.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <utility>

namespace proktor::qti {
namespace {

namespace json = boost::json;

// What a section shuffles as one: an item, a section that stays together, or one item of a section that does
// not.
struct Block {
  std::vector<OrderedItem> items;
  bool fixed = false;
  bool required = false;
};

bool flag(json::object const& entry, std::string_view key, bool fallback) {
  auto const* value = entry.if_contains(key);
  return value == nullptr ? fallback : value->as_bool();
}

std::string text(json::object const& entry, std::string_view key) {
  return std::string(entry.at(key).as_string());
}

// Draws which blocks stay; the order is not touched. Required ones always stay.
void select(std::vector<Block>& blocks, std::size_t wanted, SplitMix64& random) {
  std::vector<std::size_t> candidates;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].required) {
      ++kept;
    } else {
      candidates.push_back(i);
    }
  }
  shuffle(candidates, random);
  candidates.resize(std::min(candidates.size(), wanted > kept ? wanted - kept : 0));
  std::vector<Block> chosen;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    bool const stays = blocks[i].required || std::ranges::find(candidates, i) != candidates.end();
    if (stays) chosen.push_back(std::move(blocks[i]));
  }
  blocks = std::move(chosen);
}

std::vector<Block> section_blocks(json::object const& section, std::uint64_t seed);

void add_child(json::object const& child, std::uint64_t seed, std::vector<Block>& blocks) {
  bool const fixed = flag(child, "fixed", false);
  bool const required = flag(child, "required", false);
  if (child.contains("ref")) {
    blocks.push_back({{{text(child, "ref"), text(child, "item")}}, fixed, required});
    return;
  }
  auto inner = section_blocks(child, seed);
  if (!flag(child, "visible", true) && !flag(child, "keep_together", true)) {
    for (auto& block : inner) blocks.push_back(std::move(block));
    return;
  }
  Block whole{{}, fixed, required};
  for (auto& block : inner) {
    for (auto& item : block.items) whole.items.push_back(std::move(item));
  }
  blocks.push_back(std::move(whole));
}

std::vector<Block> section_blocks(json::object const& section, std::uint64_t seed) {
  std::vector<Block> blocks;
  for (auto const& child : section.at("children").as_array()) add_child(child.as_object(), seed, blocks);
  auto random = generator_for(seed, text(section, "section"));
  if (auto const* wanted = section.if_contains("select")) {
    select(blocks, wanted->to_number<std::size_t>(), random);
  }
  if (!flag(section, "shuffle", false)) return blocks;
  std::vector<bool> fixed;
  for (auto const& block : blocks) fixed.push_back(block.fixed);
  std::vector<Block> ordered;
  for (auto const place : shuffled_order(fixed, random)) ordered.push_back(std::move(blocks[place]));
  return ordered;
}

}  // namespace

std::vector<OrderedItem> order_items(boost::json::object const& test, std::uint64_t seed) {
  std::vector<OrderedItem> items;
  std::vector<Block> blocks;
  for (auto const& part : test.at("parts").as_array()) {
    for (auto const& child : part.as_object().at("children").as_array())
      add_child(child.as_object(), seed, blocks);
  }
  for (auto& block : blocks) {
    for (auto& item : block.items) items.push_back(std::move(item));
  }
  return items;
}

}  // namespace proktor::qti
