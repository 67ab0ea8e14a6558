#pragma once
// Finds the items that references of a test mean: for tests that are delivered part by part, whose route
// names references. Any thread. Does not decide which come next (navigation does).

#include "base/result.hpp"
#include "qti/delivery/order.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace proktor::qti {

// test: a checked test entry. refs: "Q7", or "Q7.2" for the second delivery of one reference. Errors:
// not_found.
Result<std::vector<OrderedItem>> items_of(boost::json::object const& test,
                                          std::vector<std::string> const& refs);

}  // namespace proktor::qti
