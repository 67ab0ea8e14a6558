#pragma once
// The proctor's live projection of a sitting: one JSON row per participant, and which rows changed since the last
// look. Owns a cache of rows per sitting; reads the state, changes nothing in it. I/O thread only. The shapes are
// docs/api.md, "BOARD".

#include "core/state.hpp"

#include <boost/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace proktor::board {

constexpr DurationMs silent_ms = 25'000;  // a page that has not been heard for this long is "terputus"

boost::json::object row_of(core::State const& state, core::Sitting const& sitting, core::Participant const& who,
                           core::Now now);
boost::json::object token_of(core::Sitting const& sitting, core::Now now);
boost::json::array pending_of(core::State const& state, core::Sitting const& sitting);
boost::json::object sitting_of(core::State const& state, core::Sitting const& sitting);

class Board {
 public:
  // All rows, in the order of the seats.
  static boost::json::array snapshot(core::State const& state, core::Sitting const& sitting, core::Now now);

  // Rows of `touched` participants whose content differs from what this gave last. The running time alone is no change:
  // the page counts down by itself.
  boost::json::array changed(core::State const& state, core::Sitting const& sitting,
                             std::unordered_set<std::string> const& touched, core::Now now);

  // Nobody looks at this sitting: the next one who does gets a snapshot, so what was sent before says nothing.
  void forget(std::string const& sitting) { sent_.erase(sitting); }

 private:
  std::map<std::string, std::map<std::string, std::string>, std::less<>> sent_;  // sitting -> nisn -> row
};

}  // namespace proktor::board
