#pragma once
// How scores can stand for the routing of a test, and what one item adds to that. Scores that routing cannot
// tell apart are one standing, kept with an example that is tried through the real rules. Used by the panel
// check alone.

#include "qti/navigation/panel_items.hpp"
#include "qti/navigation/panel_reads.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace proktor::qti {

struct Standing {
  std::vector<double> sums;                                  // of questions that add up
  std::vector<std::vector<std::string>> bags;                // of the others: every value, sorted
  double score = 0;                                          // of the part that is being taken
  double total = 0;                                          // of all parts so far
  std::vector<std::pair<std::size_t, std::size_t>> example;  // items taken, each with the place of its end
};

using Standings = std::map<std::string, Standing>;  // by key_of

// What one end of an item adds.
struct Share {
  Standing adds;
  std::size_t end = 0;
};

std::string key_of(Standing const& standing);
Standing nothing_yet(RoutingReads const& reads);
Standing plus(Standing const& standing, Share const& share, std::size_t item);
// The ends of one item, those that routing cannot tell apart taken as one.
std::vector<Share> shares_of(TestProgram const& program, RoutingReads const& reads, std::size_t item,
                             std::vector<ItemEnd> const& ends);
void add_item(TestState& state, std::size_t item, std::uint32_t instance, ItemEnd const& end);
double rounded_score(double score);

}  // namespace proktor::qti
