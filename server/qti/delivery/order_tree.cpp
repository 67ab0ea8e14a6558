#include "qti/delivery/order_tree.hpp"

#include "qti/delivery/shuffle.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace proktor::qti {
namespace {

// What a section shuffles as one: an item, a section that stays together, or one item of a section that does
// not.
struct Block {
  std::vector<std::size_t> leaves;
  bool fixed = false;
};

class Drawing {
 public:
  explicit Drawing(std::uint64_t seed) : seed_(seed) {}

  std::vector<Block> children(std::vector<OrderNode> const& nodes, bool replaced) {
    std::vector<Block> blocks;
    for (auto const& node : nodes) child(node, replaced, false, blocks);
    return blocks;
  }

 private:
  // The draws of inner sections come first, then selection, then ordering.
  std::vector<Block> section(OrderNode const& section, bool replaced) {
    replaced = replaced || section.with_replacement;
    std::vector<std::vector<Block>> inner;
    for (auto const& node : section.children) child(node, replaced, section.shuffle, inner.emplace_back());
    auto random = generator_for(seed_, section.identifier);
    std::vector<Block> blocks;
    for (auto const place : selected(section, random)) {
      for (auto const& block : inner[place]) {
        if (size_ >= ordered_items_max) return blocks;
        size_ += replaced ? block.leaves.size() : 0;
        blocks.push_back(block);
      }
    }
    if (!section.shuffle) return blocks;
    std::vector<bool> fixed;
    for (auto const& block : blocks) fixed.push_back(block.fixed);
    std::vector<Block> ordered;
    for (auto const place : shuffled_order(fixed, random)) ordered.push_back(std::move(blocks[place]));
    return ordered;
  }

  void child(OrderNode const& node, bool replaced, bool mixed, std::vector<Block>& blocks) {
    if (node.leaf) {
      blocks.push_back({{*node.leaf}, node.fixed});
      return;
    }
    auto inner = section(node, replaced);
    // keep-together only speaks of an invisible section whose parent shuffles.
    if (mixed && !node.visible && !node.keep_together) {
      for (auto& block : inner) blocks.push_back(std::move(block));
      return;
    }
    Block whole{{}, node.fixed};
    for (auto& block : inner)
      whole.leaves.insert(whole.leaves.end(), block.leaves.begin(), block.leaves.end());
    blocks.push_back(std::move(whole));
  }

  // The places of the children that stay, in the author's order. Required ones always stay.
  static std::vector<std::size_t> selected(OrderNode const& section, SplitMix64& random) {
    std::vector<std::size_t> kept, candidates;
    for (std::size_t i = 0; i < section.children.size(); ++i) {
      bool const stays = !section.select || section.children[i].required;
      (stays ? kept : candidates).push_back(i);
    }
    if (!section.select) return kept;
    auto const wanted = std::min(*section.select, ordered_items_max);
    std::size_t const open = wanted > kept.size() ? wanted - kept.size() : 0;
    if (section.with_replacement && !section.children.empty()) {
      for (std::size_t i = 0; i < open; ++i) {
        kept.push_back(static_cast<std::size_t>(random.next() % section.children.size()));
      }
    } else {
      shuffle(candidates, random);
      candidates.resize(std::min(candidates.size(), open));
      kept.insert(kept.end(), candidates.begin(), candidates.end());
    }
    std::ranges::sort(kept);
    return kept;
  }

  std::uint64_t seed_;
  std::size_t size_ = 0;  // items drawn with replacement so far
};

}  // namespace

std::vector<OrderedLeaf> order_tree(std::vector<OrderNode> const& children, std::uint64_t seed) {
  std::vector<OrderedLeaf> out;
  std::map<std::size_t, std::uint32_t> instances;
  for (auto const& block : Drawing(seed).children(children, false)) {
    for (auto const leaf : block.leaves) {
      out.push_back({leaf, ++instances[leaf]});
    }
  }
  return out;
}

}  // namespace proktor::qti
