#pragma once
// What is left of a journal, one entry after another: rows of a damaged database, records of a torn
// journal.copy, and, elsewhere, frames of a second medium. A source leaves out what it cannot read and judges
// nothing: the chain is checked by who merges them (rebuild.hpp). One thread; reads only.

#include "base/result.hpp"
#include "journal/entry.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace proktor::journal {

class EntrySource {
 public:
  virtual ~EntrySource() = default;
  virtual std::string_view name() const = 0;             // "database", "copy", "medium"
  virtual std::optional<Bytes16> stream() const = 0;     // nothing when that part is damaged
  virtual void rewind() = 0;                             // before the first entry again
  virtual std::optional<Entry> next() = 0;               // lsn ascending; nothing at the end
};

// Both give a source without entries when there is no such file.
std::unique_ptr<EntrySource> database_rows(std::filesystem::path const& directory);
std::unique_ptr<EntrySource> copy_records(std::filesystem::path const& directory);

}  // namespace proktor::journal
