#pragma once
// What the rules hand to the journal: entries that are to be appended, in order, all or none.

#include <cstdint>
#include <string>
#include <vector>

namespace proktor::core {

// docs/protocol.md, "Kinds". The version of every kind is 1.
struct NewEntry {
  std::string kind;
  std::string subject;
  std::string bytes;
  std::string npsn{};

  bool operator==(NewEntry const&) const = default;
};

using NewEntries = std::vector<NewEntry>;

}  // namespace proktor::core
