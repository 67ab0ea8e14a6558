#pragma once
// Which items of a test a pupil gets, and in which order: selection and ordering of a test entry, from the
// seed. Any thread. Evaluates no rules: which parts are taken is navigation's (navigation/route.hpp).

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace proktor::qti {

struct OrderedItem {
  std::string ref;             // identifier of the reference in the test
  std::string item;            // identifier of the item
  std::uint32_t instance = 1;  // counts the deliveries of one reference: selection with replacement
  std::string part{};          // identifier of the test part
};

// test: a test entry that passed check_test_entry. All parts, one after the other.
std::vector<OrderedItem> order_items(boost::json::object const& test, std::uint64_t seed);

}  // namespace proktor::qti
