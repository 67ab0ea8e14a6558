#pragma once
// A read-only view of one journal, beside a running writer or on a stopped box. Every function reads in
// chunks whose transactions last under 100 ms, so that a checkpoint never waits long. One thread at a time
// per Reader; long reads belong on the pool, find_event and head may run on the I/O thread. It never writes
// and never checkpoints.

#include "base/result.hpp"
#include "journal/entry.hpp"
#include "journal/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace proktor::journal {

using EntryCallback = std::function<void(Entry const&)>;

struct LatestRow {
  core::AttemptId attempt{};
  std::string item{};
  LatestKind kind = LatestKind::answer;
  Entry entry{};  // the `event` entry itself
};

class Reader {
 public:
  // Errors of all functions: storage_failed, journal_corrupt; of open also not_found, schema_newer.
  static Result<Reader> open(std::filesystem::path const& directory);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  Bytes16 const& stream() const;
  Result<Head> head();

  // Entries with lsn > after, in order, at most `max`. Returns how many.
  Result<std::uint64_t> read_entries(std::uint64_t after, std::uint64_t max, EntryCallback const& callback);

  // All entries but `event` and `quarantine`, in order.
  Result<void> read_acts(EntryCallback const& callback);

  Result<std::vector<Mark>> read_marks();
  Result<void> read_latest(std::function<void(LatestRow const&)> const& callback);

  // The lines of one epoch, by seq.
  Result<void> read_events(core::AttemptId const& attempt, core::Epoch epoch, bool quarantine,
                           EntryCallback const& callback);
  Result<std::optional<Entry>> find_event(core::AttemptId const& attempt, core::Epoch epoch, bool quarantine,
                                          std::uint64_t seq);

 private:
  class Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace proktor::journal
