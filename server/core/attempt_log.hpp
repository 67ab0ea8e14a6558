#pragma once
// A kegiatan read from its entries to the end, for reports after the fact: the state, and what only a full reading shows
// (which items a pupil saw, when an attempt was last written to). A running box does not keep these. Pure; one thread.

#include "core/state.hpp"

#include <map>
#include <set>

namespace proktor::core {

struct AttemptTrace {
  std::set<unsigned> seen;  // numbers of items with a line that counts
  TimeMs last_ms = 0;       // wall clock of its newest line or act
};

class AttemptLog {
 public:
  // Entries in order. Errors: journal_corrupt.
  Result<void> take(NewEntry const& entry, TimeMs at_ms);

  State const& state() const { return state_; }
  AttemptTrace const& trace(AttemptId const& attempt) const;

 private:
  State state_;
  std::map<AttemptId, AttemptTrace> traces_;
};

}  // namespace proktor::core
