#pragma once
// Delivery entries (docs/delivery-view.md): what of an item, stimulus or test goes into a package.
// Authored ids stay; keys, rules, hidden feedback, rubrics and names of files do not.
// Any thread. Scores nothing, opens nothing.

#include "qti/model/item.hpp"
#include "qti/model/stimulus.hpp"
#include "qti/model/test.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>

namespace proktor::qti {

// From the href as authored to the path inside the package ("assets/<sha256>.png").
// An image whose href is not in it is left out.
using AssetPaths = std::map<std::string, std::string, std::less<>>;

// From the identifier of a reference in a test to the identifier of the item it means. References that are
// not in it are left out, and sections that become empty with them.
using ItemNames = std::map<std::string, std::string, std::less<>>;

// item: must be playable (ItemResult::playable).
boost::json::object item_entry(Item const& item, AssetPaths const& assets);
boost::json::object stimulus_entry(Stimulus const& stimulus, AssetPaths const& assets);

// test: without section references (they have been replaced by what they refer to).
boost::json::object test_entry(Test const& test, ItemNames const& items);

}  // namespace proktor::qti
