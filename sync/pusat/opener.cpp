#include "sync/pusat/opener.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "core/json_fields.hpp"
#include "seal/role.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace proktor::pusat {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t pem_bytes_max = 64 * 1024;
constexpr std::string_view suffix = ".segment";
constexpr std::size_t digest_part = 1 + 16;

// "<name without .segment>-<16 hex digits>.segment" back to the segment's range.
std::optional<segment::SegmentRange> range_of(std::string_view file) {
  if (!file.ends_with(suffix) || file.size() < suffix.size() + digest_part) return std::nullopt;
  file.remove_suffix(suffix.size() + digest_part);
  return segment::parse_segment_name(std::string(file) + std::string(suffix));
}

// The first entry names the kegiatan, the box and the stream; they must be those that the box signed outside.
bool genesis_agrees(journal::Entry const& entry, segment::SegmentHeader const& header) {
  core::JsonFields fields(entry.bytes);
  return entry.kind == "genesis" && fields.text("stream") == hex(header.stream) &&
         fields.text("box") == header.box && fields.text("event") == header.event &&
         fields.text("organiser") == header.organiser && fields.ok();
}

Result<std::vector<journal::Entry>> read_entries(std::string_view plain, segment::SegmentHeader const& header) {
  std::vector<journal::Entry> entries;
  Bytes32 hash = header.previous;
  while (!plain.empty()) {
    std::size_t const end = plain.find('\n');
    if (end == std::string_view::npos) return fail(Errc::segment_invalid, "line without an end");
    auto entry = journal::parse_feed_line(plain.substr(0, end));
    if (!entry) return entry.error();
    if (entry->lsn != header.first + entries.size() || journal::entry_hash(hash, *entry) != entry->hash)
      return fail(Errc::chain_broken, "at lsn " + std::to_string(entry->lsn));
    hash = entry->hash;
    entries.push_back(std::move(*entry));
    plain.remove_prefix(end + 1);
  }
  if (header.first + entries.size() != header.last + 1 || hash != header.hash)
    return fail(Errc::chain_broken, "segment ends elsewhere than its header says");
  return entries;
}

}  // namespace

Opener::Opener(fs::path data, CentreStore store) : data_(std::move(data)), store_(std::move(store)) {}

Result<Opener> Opener::create(fs::path const& keys, fs::path const& data) {
  auto store = CentreStore::open(data);
  if (!store) return store.error();
  Opener opener(data, std::move(*store));
  std::pair<char const*, std::string*> const wanted[] = {
      {"centre.key", &opener.key_}, {"centre.pem", &opener.certificate_}, {"roots.pem", &opener.roots_}};
  for (auto const& [name, out] : wanted) {
    auto text = read_file(keys / "centre" / name, pem_bytes_max);
    if (!text) return text.error();
    *out = std::move(*text);
  }
  auto rows = opener.store_.streams();
  if (!rows) return rows.error();
  for (StreamRow& row : *rows) {
    StreamState& state = opener.streams_[row.stream];
    auto files = opener.store_.opened_files(row.stream);
    if (!files) return files.error();
    state.opened_files = std::move(*files);
    auto const read =
        opener.store_.each_entry(row.stream, [&](auto const& entry) { state.replay.take(entry); });
    if (!read) return read.error();
    state.replay.take_changed();
    state.row = std::move(row);
  }
  return opener;
}

bool Opener::any_problem() const {
  return std::any_of(streams_.begin(), streams_.end(),
                     [](auto const& one) { return !one.second.row.problem.empty(); });
}

Result<std::uint64_t> Opener::run_once() {
  std::uint64_t opened = 0;
  std::error_code failure;
  for (fs::directory_iterator entry(data_ / "segments", failure), end; !failure && entry != end;
       entry.increment(failure)) {
    auto const stream = unhex16(entry->path().filename().string());
    if (!stream) continue;
    auto const done = run_stream(*stream);
    if (!done) return done.error();
    opened += *done;
  }
  // Nothing has come yet, or what has come cannot be seen.
  if (failure && failure != std::errc::no_such_file_or_directory)
    return fail(Errc::io_error, "segments: " + failure.message());
  return opened;
}

Result<void> Opener::stop_at(StreamState& state, std::string problem) {
  if (state.row.problem == problem) return {};
  if (!problem.empty()) log_error(fmt::format("stream {}: {}", hex(state.row.stream), problem));
  state.row.problem = std::move(problem);
  return store_.set_problem(state.row);
}

std::string Opener::fork_in(StreamState const& state, std::vector<Candidate> const& candidates) const {
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    segment::SegmentRange const& range = candidates[i].range;
    bool const overlaps_next = i + 1 < candidates.size() && candidates[i + 1].range.first <= range.last;
    bool const already_passed = range.first <= state.row.opened;
    if (overlaps_next || already_passed)
      return fmt::format("fork: two segments cover lsn {}",
                         overlaps_next ? candidates[i + 1].range.first : range.first);
  }
  return {};
}

Result<Opener::Opened> Opener::open_file(StreamState const& state, Candidate const& candidate) const {
  auto const file =
      read_file(data_ / "segments" / hex(state.row.stream) / candidate.file, segment::segment_file_bytes_max);
  if (!file) return file.error();
  auto segment = segment::read_segment(*file, roots_, seal::build_time_floor_s);
  if (!segment) return segment.error();
  segment::SegmentHeader const& header = segment->header;
  bool const is_first = state.row.opened == 0;
  if (header.stream != candidate.range.stream || header.first != candidate.range.first ||
      header.last != candidate.range.last)
    return fail(Errc::segment_invalid, "name and header differ");
  if (header.previous != (is_first ? journal::genesis_hash(header.stream) : state.row.hash))
    return fail(Errc::chain_broken, "does not follow what was opened");
  if (!is_first && (header.box != state.row.box || header.event != state.row.event))
    return fail(Errc::segment_invalid, "box or kegiatan changed");
  auto const plain = segment::open_envelope(segment->envelope, key_, certificate_);
  if (!plain) return plain.error();
  auto entries = read_entries(*plain, header);
  if (!entries) return entries.error();
  if (is_first && !genesis_agrees(entries->front(), header))
    return fail(Errc::segment_invalid, "genesis disagrees");
  return Opened{header, std::move(*entries)};
}

Result<std::uint64_t> Opener::run_stream(Bytes16 const& stream) {
  StreamState& state = streams_[stream];
  state.row.stream = stream;
  std::vector<Candidate> candidates;
  std::error_code failure;
  for (fs::directory_iterator entry(data_ / "segments" / hex(stream), failure), end; !failure && entry != end;
       entry.increment(failure)) {
    std::string file = entry->path().filename().string();
    auto const range = range_of(file);
    if (range && range->stream == stream && !state.opened_files.contains(file))
      candidates.push_back({std::move(file), *range});
  }
  if (failure) return fail(Errc::io_error, hex(stream) + ": " + failure.message());
  std::sort(candidates.begin(), candidates.end(),
            [](auto const& a, auto const& b) { return a.range.first < b.range.first; });
  if (std::string fork = fork_in(state, candidates); !fork.empty()) {
    auto const stopped = stop_at(state, std::move(fork));
    if (!stopped) return stopped.error();
    return std::uint64_t{0};
  }
  std::uint64_t opened = 0;
  for (Candidate const& candidate : candidates) {
    if (candidate.range.first != state.row.opened + 1) break;  // what comes before is still on its way
    auto const content = open_file(state, candidate);
    if (!content) {
      auto const stopped = stop_at(state, candidate.file + ": " + describe(content.error()));
      if (!stopped) return stopped.error();
      return opened;
    }
    state.row = {stream,
                 content->header.box,
                 content->header.organiser,
                 content->header.event,
                 content->header.last,
                 content->header.hash,
                 {}};
    for (journal::Entry const& entry : content->entries) state.replay.take(entry);
    auto const added =
        store_.add(state.row, candidate.file, content->entries, state.replay, state.replay.take_changed());
    if (!added) return added.error();
    state.opened_files.insert(candidate.file);
    ++opened;
  }
  return opened;
}

}  // namespace proktor::pusat
