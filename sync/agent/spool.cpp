#include "sync/agent/spool.hpp"

#include "base/file.hpp"
#include "seal/role.hpp"

#include <algorithm>
#include <utility>

namespace proktor::sync {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view segment_extension = ".segment";
constexpr std::string_view receipt_extension = ".receipt";
constexpr std::string_view delivered_extension = ".delivered";

// write_file's temporary names: the final one, a dot and six characters.
bool is_leftover(std::string const& name) {
  std::size_t const dot = name.rfind('.');
  if (dot == std::string::npos || name.size() - dot != 7) return false;
  std::string const stem = name.substr(0, dot);
  return stem.ends_with(segment_extension) || stem.ends_with(receipt_extension) ||
         stem.ends_with(delivered_extension);
}

}  // namespace

Spool::Spool(fs::path directory, Bytes16 const& stream) : directory_(std::move(directory)), stream_(stream) {}

Result<Spool> Spool::open(fs::path const& directory, Bytes16 const& stream, std::string const& roots) {
  Spool spool(directory / hex(stream), stream);
  std::error_code failure;
  fs::create_directories(spool.directory_, failure);
  if (failure) return fail(Errc::io_error, spool.directory_.string() + ": " + failure.message());
  for (auto const& path : {directory, spool.directory_})  // what a killed process left here may be sent now
    if (auto const synced = sync_directory(path); !synced) return synced.error();
  if (auto const scanned = spool.scan(); !scanned) return scanned.error();
  if (spool.segments_.empty()) return spool;
  auto const file = spool.read(spool.segments_.back());
  if (!file) return file.error();
  auto const segment = segment::read_segment(*file, roots, seal::build_time_floor_s);
  if (!segment) return segment.error();
  if (segment->header.stream != stream || segment->header.last != spool.last())
    return fail(Errc::segment_invalid, "name and header differ at lsn " + std::to_string(spool.last()));
  spool.hash_ = segment->header.hash;
  return spool;
}

Result<void> Spool::scan() {
  std::error_code failure;
  for (fs::directory_iterator entry(directory_, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::string const name = entry->path().filename().string();
    if (is_leftover(name)) {
      std::error_code ignored;
      fs::remove(entry->path(), ignored);
    } else if (auto const range = segment::parse_segment_name(name); range && range->stream == stream_) {
      segments_.push_back({range->first, range->last});
    }
  }
  if (failure) return fail(Errc::io_error, directory_.string() + ": " + failure.message());
  std::sort(segments_.begin(), segments_.end(),
            [](auto const& a, auto const& b) { return a.first < b.first; });
  std::uint64_t expected = 1;
  for (SpooledSegment& segment : segments_) {
    if (segment.first != expected)
      return fail(Errc::segment_invalid, "spool: gap or overlap at lsn " + std::to_string(segment.first));
    expected = segment.last + 1;
    segment.receipted = fs::exists(path_of(segment, receipt_extension), failure);
    segment.delivered = fs::exists(path_of(segment, delivered_extension), failure);
  }
  return {};
}

fs::path Spool::path_of(SpooledSegment const& segment, std::string_view extension) const {
  return (directory_ / segment::segment_name({stream_, segment.first, segment.last})).replace_extension(extension);
}

SpooledSegment* Spool::find(SpooledSegment const& segment) {
  auto const found = std::lower_bound(segments_.begin(), segments_.end(), segment,
                                      [](auto const& a, auto const& b) { return a.first < b.first; });
  return found != segments_.end() && found->first == segment.first ? &*found : nullptr;
}

Result<void> Spool::add(segment::SegmentHeader const& header, std::string_view file) {
  SpooledSegment const segment{header.first, header.last};
  if (header.stream != stream_ || header.first != last() + 1)
    return fail(Errc::internal, "segment out of order");
  if (in_doubt_) return fail(Errc::io_error, "spool: to be opened anew");
  auto const written = write_file(path_of(segment, segment_extension), file);
  in_doubt_ = !written;
  if (!written) return written;
  segments_.push_back(segment);
  hash_ = header.hash;
  return {};
}

std::optional<SpooledSegment> Spool::next_to_send() const {
  for (SpooledSegment const& segment : segments_)
    if (!segment.receipted) return segment;
  return std::nullopt;
}

std::optional<SpooledSegment> Spool::next_to_deliver() const {
  for (SpooledSegment const& segment : segments_)
    if (segment.receipted && !segment.delivered) return segment;
  return std::nullopt;
}

Result<std::string> Spool::read(SpooledSegment const& segment) const {
  return read_file(path_of(segment, segment_extension), segment::segment_file_bytes_max);
}

Result<std::string> Spool::read_receipt_file(SpooledSegment const& segment) const {
  return read_file(path_of(segment, receipt_extension), segment::receipt_bytes_max);
}

Result<void> Spool::add_receipt(SpooledSegment const& segment, std::string_view file) {
  if (auto const written = write_file(path_of(segment, receipt_extension), file); !written)
    return written.error();
  if (SpooledSegment* const found = find(segment)) found->receipted = true;
  return {};
}

Result<void> Spool::mark_delivered(SpooledSegment const& segment) {
  if (auto const written = write_file(path_of(segment, delivered_extension), ""); !written)
    return written.error();
  if (SpooledSegment* const found = find(segment)) found->delivered = true;
  return {};
}

std::vector<Bytes16> streams_in(fs::path const& directory) {
  std::vector<Bytes16> streams;
  std::error_code failure;
  for (fs::directory_iterator entry(directory, failure), end; !failure && entry != end;
       entry.increment(failure))
    if (auto const stream = unhex16(entry->path().filename().string());
        stream && entry->is_directory(failure))
      streams.push_back(*stream);
  std::sort(streams.begin(), streams.end());
  return streams;
}

}  // namespace proktor::sync
