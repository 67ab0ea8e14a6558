#pragma once
// The gateway's store: segments as files under DATA/segments/<stream>/, what is being uploaded under
// DATA/incoming/, and one row per segment in DATA/gateway.db. A segment is complete here only once file and
// row are both durable; then it may be receipted. Holds no key. One thread.

#include "segment/segment.hpp"
#include "sync/pusat/database.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::pusat {

// "<name without .segment>-<first 16 hex digits of the file's SHA-256>.segment"
std::string stored_name(std::string_view segment_name, std::string_view digest);

// A segment on its way in: who sends it (the TLS peer), its name, and the hex SHA-256 that the sender
// announced, so that two files of one name never mix.
struct Upload {
  std::string sender{};
  std::string name{};
  std::string digest{};
};

inline constexpr std::size_t uploads_per_sender_max = 64;  // unfinished ones

struct Stored {
  bool fork = false;             // another segment covers part of this range with other content: no receipt
  std::uint64_t contiguous = 0;  // all of the stream up to here is durable, forks excluded
};

class SegmentStore {
 public:
  // Errors: io_error, storage_failed, schema_newer.
  static Result<SegmentStore> open(std::filesystem::path const& data);
  // For those who only read the rows, beside the writer. Errors: also not_found.
  static Result<Database> read_only(std::filesystem::path const& data);

  // How many bytes of this upload are here. Errors: io_error.
  Result<std::uint64_t> uploaded(Upload const& upload) const;
  // Appends at `offset`. Errors: offset_mismatch (uploaded() says something else), quota, io_error,
  // storage_full.
  Result<void> append(Upload const& upload, std::uint64_t offset, std::string_view bytes);
  Result<std::string> read_upload(Upload const& upload) const;
  void drop_upload(Upload const& upload);

  // The complete segment of that name and digest, if it is here. Errors: not_found, storage_failed.
  struct Kept {
    segment::SegmentHeader header;
    std::uint64_t bytes = 0;
  };
  Result<Kept> find(Upload const& upload);

  // Files the finished upload, whose bytes are `file`, and its row. The same (stream, range, hash) again changes
  // nothing. Errors: segment_invalid (the stream belongs to another box), storage_failed, storage_full, io_error.
  Result<Stored> keep(segment::SegmentHeader const& header, Upload const& upload, std::string_view file,
                      std::int64_t at_ms);
  Result<Stored> state_of(segment::SegmentHeader const& header);

 private:
  SegmentStore(std::filesystem::path data, Database database);
  std::filesystem::path upload_path(Upload const& upload) const;
  Result<std::string> owner_of(Bytes16 const& stream);
  Result<bool> mark_forks(segment::SegmentHeader const& header);
  Result<std::uint64_t> contiguous(Bytes16 const& stream);
  Result<bool> is_known(segment::SegmentHeader const& header);
  Result<void> believe();

  std::filesystem::path data_;
  Database database_;
  bool in_doubt_ = false;  // a commit failed: what can be read may be in memory alone
};

}  // namespace proktor::pusat
