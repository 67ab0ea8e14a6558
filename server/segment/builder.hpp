#pragma once
// Collects feed lines of one stream into the next segment's content and re-checks the hash chain while
// reading. Pure state; no files, no clock.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "segment/segment.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::segment {

class SegmentBuilder {
 public:
  // `last` and `hash`: where the stream's sealed part ends; 0 and anything for a new stream.
  SegmentBuilder(Bytes16 const& stream, std::uint64_t last, Bytes32 const& hash);

  // One feed line without the line feed. When it does not follow, nothing changes.
  // Errors: bad_json, chain_broken (lsn or hash does not follow), too_large (the line alone is over the
  // limit).
  Result<void> add(std::string_view line);

  // Whether `line` still fits beside what is there.
  bool fits(std::string_view line) const;

  bool empty() const { return plain_.empty(); }
  bool worth_sealing() const { return worth_sealing_; }    // holds more than the journal's note of receipts
  bool sitting_closed() const { return sitting_closed_; }  // holds a sesi's close
  std::string const& plain() const { return plain_; }
  std::uint64_t last() const { return last_; }  // of what was added, or of the sealed part

  // Fills first, last, previous and hash; the rest is the caller's.
  SegmentHeader header() const;

  // What was added is sealed: the next entry starts a new segment.
  void start_next();

 private:
  Bytes16 stream_;
  std::uint64_t sealed_last_;
  Bytes32 sealed_hash_;
  std::uint64_t last_;
  Bytes32 hash_;
  std::string plain_;
  bool worth_sealing_ = false;
  bool sitting_closed_ = false;
};

}  // namespace proktor::segment
