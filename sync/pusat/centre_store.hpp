#pragma once
// The centre's second store, DATA/centre.db: the opened entries of every stream, whole and frozen, how far
// each stream is opened, what stops it, and the verdict of each attempt. Written by `proktor-pusat open`
// alone. One thread.

#include "journal/entry.hpp"
#include "segment/segment.hpp"
#include "sync/pusat/database.hpp"
#include "sync/pusat/replay.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace proktor::pusat {

inline constexpr int centre_schema_version = 1;

struct StreamRow {
  Bytes16 stream{};
  std::string box{};
  std::string organiser{};
  std::string event{};
  std::uint64_t opened = 0;  // entries 1 … opened are here
  Bytes32 hash{};            // at `opened`
  std::string problem{};     // what stops it; empty when nothing does
};

// Where an attempt stands in a stream.
struct AttemptRow {
  Bytes16 stream{};
  std::string attempt{};
  core::Epoch epoch{};
  std::uint64_t seq = 0;
};

class CentreStore {
 public:
  static Result<CentreStore> open(std::filesystem::path const& data);
  static Result<CentreStore> open_read_only(std::filesystem::path const& data);

  Result<std::vector<StreamRow>> streams();
  Result<void> each_entry(Bytes16 const& stream, std::function<void(journal::Entry const&)> const& callback);
  Result<std::vector<AttemptRow>> attempts();
  // Errors: also not_found.
  Result<Bytes32> hash_at(Bytes16 const& stream, std::uint64_t lsn);
  Result<std::set<std::string>> opened_files(Bytes16 const& stream);

  // All in one transaction. `file` is the stored segment's name.
  Result<void> add(StreamRow const& stream, std::string const& file,
                   std::vector<journal::Entry> const& entries, Replay const& replay,
                   std::set<std::string> const& changed);
  Result<void> set_problem(StreamRow const& stream);

 private:
  explicit CentreStore(Database database) : database_(std::move(database)) {}
  Result<void> put_stream(StreamRow const& stream);
  Result<void> put_entries(StreamRow const& stream, std::vector<journal::Entry> const& entries);
  Result<void> put_verdicts(StreamRow const& stream, Replay const& replay,
                            std::set<std::string> const& changed);

  Database database_;
};

}  // namespace proktor::pusat
