#pragma once
// The random part of one item for one attempt: in which order choices are shown and what opaque id each gets.
// Made from a checked item entry; holds references into it. Any thread.

#include "qti/delivery/delivery_view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace proktor::qti {

struct InteractionPlan {
  boost::json::object const* node = nullptr;
  std::vector<std::size_t> choices;  // places in "choices" or "rows", in the order of display
  std::vector<std::size_t> columns;  // places in "cols"
  std::size_t response = 0;          // place in ids.responses
};

struct ItemPlan {
  std::vector<InteractionPlan> interactions;  // in document order
  ItemIds ids;                                // opaque and authored of the item itself are left to the caller
  std::vector<std::string> stimuli;           // opaque; left to the caller

  InteractionPlan const* of(boost::json::object const& node) const;
};

// instance: of a reference that is delivered more than once, each shuffled by itself.
ItemPlan plan_item(boost::json::object const& entry, std::uint64_t seed, std::uint32_t instance = 1);

}  // namespace proktor::qti
