// Delivery entries (docs/delivery-view.md): what of an item, stimulus or test goes into a package.
// Authored ids stay; keys, rules, hidden feedback, rubrics and names of files do not.
// Any thread. Scores nothing, opens nothing.
#pragma once

#include "server/qti/item.hpp"
#include "server/qti/stimulus.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>

namespace proktor::qti {

// From the href as authored to the path inside the package ("assets/<sha256>.png").
// An image whose href is not in it is left out.
using AssetPaths = std::map<std::string, std::string, std::less<>>;

// item: must be playable (ItemResult::playable).
boost::json::object item_entry(const Item& item, const AssetPaths& assets);
boost::json::object stimulus_entry(const Stimulus& stimulus, const AssetPaths& assets);

}  // namespace proktor::qti
