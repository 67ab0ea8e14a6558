#include "medium/entries.hpp"

#include "medium/frame.hpp"
#include "seal/role.hpp"
#include "segment/segment.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace proktor::medium {
namespace {

constexpr std::string_view suffix = ".medium";

}  // namespace

std::string medium_path(std::string const& folder, Bytes16 const& stream) {
  return folder + "/" + hex(stream) + std::string(suffix);
}

Result<std::vector<Bytes16>> streams_in(Files& files, std::string const& folder) {
  auto const names = files.list(folder);
  if (!names) return names.error();
  std::vector<Bytes16> streams;
  for (auto const& name : *names) {
    if (!name.ends_with(suffix)) continue;
    if (auto const stream = unhex16(std::string_view(name).substr(0, name.size() - suffix.size())))
      streams.push_back(*stream);
  }
  return streams;
}

Result<std::optional<Bytes16>> newest_stream(Files& files, std::string const& folder,
                                             Reading const& reading) {
  auto const streams = streams_in(files, folder);
  if (!streams) return streams.error();
  std::map<Bytes16, TimeMs> written;
  std::set<std::string> continued;
  for (auto const& stream : *streams) {
    MediumEntries entries(files, medium_path(folder, stream), reading);
    while (auto const entry = entries.next()) {
      written[stream] = entry->at_ms;
      if (entry->kind == "restored") continued.insert(entry->subject);
    }
    if (entries.failure()) return *entries.failure();
  }
  std::optional<Bytes16> newest;
  for (auto const& [stream, at_ms] : written) {
    if (!continued.contains(hex(stream)) && (!newest || at_ms > written[*newest])) newest = stream;
  }
  return newest;
}

MediumEntries::MediumEntries(Files& files, std::string path, Reading reading)
    : files_(files), path_(std::move(path)), reading_(std::move(reading)) {
  auto const size = files_.size(path_);
  auto const header = size ? files_.read(path_, 0, file_header_bytes) : Result<std::string>(size.error());
  if (!header) {
    if (!(header.error() == Errc::not_found)) failure_ = header.error();
    return;
  }
  size_ = *size;
  stream_ = file_id(*header);
  rewind();
}

void MediumEntries::rewind() {
  offset_ = file_header_bytes;
  waiting_.clear();
  damaged_ = 0;
}

template <class T>
std::optional<T> MediumEntries::taken(Result<std::optional<T>> result) {
  if (!result) failure_ = result.error();
  return result ? std::move(*result) : std::nullopt;
}

std::optional<std::uint64_t> MediumEntries::last_lsn() {
  auto const frame = taken(read_last_frame(files_, path_, size_));
  if (!frame) return std::nullopt;
  auto const segment = segment::read_segment(frame->sealed, reading_.roots, seal::build_time_floor_s,
                                             segment::SegmentType::medium);
  return segment ? std::optional(segment->header.last) : std::nullopt;
}

bool MediumEntries::seek(std::uint64_t lsn) {
  waiting_.clear();
  for (auto end = size_; end > file_header_bytes;) {
    auto const frame = taken(read_last_frame(files_, path_, end));
    if (!frame) return false;
    offset_ = end = frame->offset;
    auto const segment = segment::read_segment(frame->sealed, reading_.roots, seal::build_time_floor_s,
                                               segment::SegmentType::medium);
    if (!segment) return false;
    if (segment->header.first <= lsn) break;
  }
  return true;
}

std::optional<journal::Entry> MediumEntries::next() {
  while (waiting_.empty()) {
    if (!fill()) return std::nullopt;
  }
  auto entry = std::move(waiting_.front());
  waiting_.pop_front();
  return entry;
}

// One more frame. False: nothing is left.
bool MediumEntries::fill() {
  if (failure_ || offset_ >= size_) return false;
  if (auto const frame = taken(read_frame(files_, path_, offset_))) {
    offset_ = frame->end();
    open_frame(frame->sealed);
    return true;
  }
  if (failure_) return false;
  ++damaged_;
  auto const behind = sound_behind(offset_);
  if (!behind) return false;
  offset_ = *behind;
  return true;
}

void MediumEntries::open_frame(std::string const& sealed) {
  auto const segment =
      segment::read_segment(sealed, reading_.roots, seal::build_time_floor_s, segment::SegmentType::medium);
  auto const plain = segment && segment->header.stream == stream_
                         ? segment::open_envelope(segment->envelope, reading_.key, reading_.certificate)
                         : Result<std::string>(fail(Errc::segment_invalid));
  if (!plain) {
    ++damaged_;
    return;
  }
  for (std::string_view rest(*plain); !rest.empty();) {
    auto const end = std::min(rest.find('\n'), rest.size());
    if (auto entry = journal::parse_feed_line(rest.substr(0, end))) waiting_.push_back(std::move(*entry));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

// Behind a damaged frame: where its length says, or else as far as the frames hold, seen from the end.
std::optional<std::uint64_t> MediumEntries::sound_behind(std::uint64_t offset) {
  if (auto const next = taken(step_over(files_, path_, offset)); next && *next < size_) {
    if (taken(read_frame(files_, path_, *next))) return next;
  }
  std::optional<std::uint64_t> found;
  for (auto end = size_; end > offset;) {
    auto const frame = taken(read_last_frame(files_, path_, end));
    if (!frame || frame->offset <= offset) break;
    found = end = frame->offset;
  }
  return found;
}

}  // namespace proktor::medium
