#pragma once
// Which items of a test a pupil gets, and in which order: selection and ordering of sections, from the seed.
// Any thread. Evaluates no rules: a test entry holds none.

#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace proktor::qti {

struct OrderedItem {
  std::string ref;   // identifier of the reference in the test
  std::string item;  // identifier of the item
  std::uint32_t instance = 1;  // counts the deliveries of one reference: selection with replacement
};

// test: a test entry that passed check_test_entry.
std::vector<OrderedItem> order_items(boost::json::object const& test, std::uint64_t seed);

}  // namespace proktor::qti
