#pragma once
// Goes along the chain of one stream through several sources at once. For rebuild's files only.

#include "journal/rebuild.hpp"

#include <optional>
#include <string>
#include <vector>

namespace proktor::journal {

class ChainWalk {
 public:
  // The sources must outlive it.
  ChainWalk(EntrySources& sources, Bytes16 const& stream);

  // The next entry that continues the chain, from whichever source has it. Errors: journal_corrupt (two
  // sources continue it differently).
  Result<std::optional<Entry>> next();

  Head const& head() const { return head_; }
  std::vector<std::string> sources() const;  // that gave entries no earlier one had

 private:
  struct From {
    EntrySource* source;
    std::optional<Entry> waiting;
    bool gave;
  };
  std::vector<From> heads_;
  Head head_;
};

}  // namespace proktor::journal
