#pragma once
// The sealed segments of one stream on disk and their receipts: NAME.segment, then NAME.receipt, then
// NAME.delivered once proktord has the receipt. The folder is the whole state: a process that was killed
// reads it again and goes on. A segment's range is decided by the file that exists; nothing here ever
// replaces or deletes a segment. One thread; blocking file operations.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "segment/segment.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::sync {

struct SpooledSegment {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool receipted = false;
  bool delivered = false;
};

class Spool {
 public:
  // Reads DIR/<stream>, making it when missing; removes halves of files that a kill left behind. `roots`
  // judge the last segment, whose header tells where the stream goes on. Errors: io_error, storage_full,
  // segment_invalid (a gap, an overlap, a damaged file).
  static Result<Spool> open(std::filesystem::path const& directory, Bytes16 const& stream,
                            std::string const& roots);

  Bytes16 const& stream() const { return stream_; }
  std::uint64_t last() const { return segments_.empty() ? 0 : segments_.back().last; }
  Bytes32 const& hash() const { return hash_; }  // journal hash at last()
  std::vector<SpooledSegment> const& segments() const { return segments_; }

  // Durable when it returns. Errors: io_error, storage_full. The folder may have it all the same: nothing more is added
  // until the caller has opened the spool anew, for another range from the same place would overlap.
  Result<void> add(segment::SegmentHeader const& header, std::string_view file);

  std::optional<SpooledSegment> next_to_send() const;
  std::optional<SpooledSegment> next_to_deliver() const;

  Result<std::string> read(SpooledSegment const& segment) const;
  Result<std::string> read_receipt_file(SpooledSegment const& segment) const;
  Result<void> add_receipt(SpooledSegment const& segment, std::string_view file);
  Result<void> mark_delivered(SpooledSegment const& segment);

 private:
  Spool(std::filesystem::path directory, Bytes16 const& stream);
  std::filesystem::path path_of(SpooledSegment const& segment, std::string_view extension) const;
  Result<void> scan();
  SpooledSegment* find(SpooledSegment const& segment);

  std::filesystem::path directory_;
  Bytes16 stream_;
  std::vector<SpooledSegment> segments_;
  Bytes32 hash_{};
  bool in_doubt_ = false;  // an add() failed
};

// The streams that have a folder under DIR.
std::vector<Bytes16> streams_in(std::filesystem::path const& directory);

}  // namespace proktor::sync
