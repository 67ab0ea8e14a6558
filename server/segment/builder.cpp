#include "segment/builder.hpp"

#include "journal/entry.hpp"

namespace proktor::segment {

SegmentBuilder::SegmentBuilder(Bytes16 const& stream, std::uint64_t last, Bytes32 const& hash)
    : stream_(stream),
      sealed_last_(last),
      sealed_hash_(last == 0 ? journal::genesis_hash(stream) : hash),
      last_(sealed_last_),
      hash_(sealed_hash_) {}

bool SegmentBuilder::fits(std::string_view line) const {
  return plain_.size() + line.size() + 1 <= segment_plain_bytes_max;
}

Result<void> SegmentBuilder::add(std::string_view line) {
  if (!fits(line)) return fail(Errc::too_large, "feed line after lsn " + std::to_string(last_));
  auto const entry = journal::parse_feed_line(line);
  if (!entry) return entry.error();
  if (entry->lsn != last_ + 1)
    return fail(Errc::chain_broken, "lsn " + std::to_string(entry->lsn) + " after " + std::to_string(last_));
  if (journal::entry_hash(hash_, *entry) != entry->hash)
    return fail(Errc::chain_broken, "hash at lsn " + std::to_string(entry->lsn));
  plain_.append(line).push_back('\n');
  last_ = entry->lsn;
  hash_ = entry->hash;
  // A receipt is itself an entry: sealing it alone would bring the next receipt, and so on without end.
  worth_sealing_ = worth_sealing_ || entry->kind != "receipt";
  sitting_closed_ = sitting_closed_ || entry->kind == "sitting-closed";
  return {};
}

SegmentHeader SegmentBuilder::header() const {
  SegmentHeader header;
  header.stream = stream_;
  header.first = sealed_last_ + 1;
  header.last = last_;
  header.previous = sealed_hash_;
  header.hash = hash_;
  return header;
}

void SegmentBuilder::start_next() {
  sealed_last_ = last_;
  sealed_hash_ = hash_;
  plain_.clear();
  worth_sealing_ = false;
  sitting_closed_ = false;
}

}  // namespace proktor::segment
