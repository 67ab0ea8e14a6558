#pragma once
// The random part of one item for one attempt: in which order choices are shown and what opaque id each gets;
// with what its template variables hide left out. Made from a checked item entry; holds references into it.
// Any thread.

#include "qti/delivery/delivery_view.hpp"
#include "qti/delivery/view_values.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace proktor::qti {

struct InteractionPlan {
  boost::json::object const* node = nullptr;
  std::vector<boost::json::object const*> choices;  // of "choices" or "rows", in the order of display
  std::vector<boost::json::object const*> columns;  // of "cols"
  std::vector<boost::json::object const*> spots;
  std::vector<boost::json::object const*> parts;  // gaps or hottexts of "c"
  std::size_t response = 0;                       // place in ids.responses
};

struct ItemPlan {
  std::vector<InteractionPlan> interactions;  // in document order
  ItemIds ids;                                // opaque and authored of the item itself are left to the caller
  std::vector<std::string> stimuli;           // opaque; left to the caller

  InteractionPlan const* of(boost::json::object const& node) const;
};

// instance: of a reference that is delivered more than once, each shuffled by itself.
ItemPlan plan_item(boost::json::object const& entry, ViewValues const& values, std::uint64_t seed,
                   std::uint32_t instance = 1);

// The opaque id of a choice; empty when it has none.
std::string_view opaque_choice(ResponseIds const& ids, std::string_view authored);

}  // namespace proktor::qti
