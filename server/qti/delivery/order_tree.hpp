#pragma once
// Selection and ordering of a test from the stored seed: the one algorithm for delivery (delivery/order.hpp,
// from a test entry) and navigation (navigation/plan.hpp, from the test). Everyone who shares test and seed
// gets the same items, so nothing here may change without a new contract (docs/delivery-view.md, "Opaque
// ids"). Any thread. Source: QTI 3 ASI, "Selection", "Ordering", "AssessmentSection".

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace proktor::qti {

constexpr std::size_t ordered_items_max = 10'000;  // of one part: replacement inside replacement multiplies

// A section, or with no children and `leaf` an item.
struct OrderNode {
  std::string identifier;
  std::optional<std::size_t> leaf;  // the caller's number of the item
  bool fixed = false;
  bool required = false;
  bool visible = true;
  bool keep_together = true;
  bool shuffle = false;
  bool with_replacement = false;
  std::optional<std::size_t> select;
  std::vector<OrderNode> children;
};

struct OrderedLeaf {
  std::size_t leaf = 0;
  std::uint32_t instance = 1;  // counts the deliveries of one leaf, in order: selection with replacement
};

// The items of one part, in order. children: its sections.
std::vector<OrderedLeaf> order_tree(std::vector<OrderNode> const& children, std::uint64_t seed);

}  // namespace proktor::qti
