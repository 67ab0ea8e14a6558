// Journals on the medium: where they end, and the next frame.

#include "medium/entries.hpp"
#include "medium/follower.hpp"
#include "medium/frame.hpp"
#include "seal/role.hpp"

namespace proktor::medium {
namespace {

constexpr std::uint64_t batch_entries_max = 512;
constexpr std::size_t check_bytes_per_step = std::size_t{1} << 20U;

// The file is gone or has another size: somebody was there. What lies there now is looked at anew.
bool is_other_file(Error const& error) {
  return error == Errc::not_found || error == Errc::too_large;
}

}  // namespace

Result<journal::Reader*> Follower::reader(std::string const& folder) {
  auto found = readers_.find(folder);
  if (found == readers_.end()) {
    auto opened = journal::Reader::open(data_ / folder);
    if (!opened) return opened.error();
    found = readers_.emplace(folder, std::move(*opened)).first;
  }
  return &found->second;
}

Result<std::optional<Bytes32>> Follower::hash_at(Followed const& journal, std::uint64_t lsn) {
  auto const from = reader(journal.folder);
  if (!from) return from.error();
  std::optional<Bytes32> hash;
  auto const read = (*from)->read_entries(lsn - 1, 1, [&](journal::Entry const& entry) {
    if (entry.lsn == lsn) hash = entry.hash;
  });
  if (!read) return read.error();
  return hash;
}

Result<Follower::End> Follower::new_file(Followed const& journal) {
  auto const path = on_medium(medium_path(journal.folder, journal.stream));
  if (auto cut = files_.cut(path, 0); !cut && !(cut.error() == Errc::not_found)) return cut.error();
  if (auto done = files_.append(path, 0, file_header(journal.stream)); !done) return done.error();
  return End{0, journal::genesis_hash(journal.stream), file_header_bytes, file_header_bytes};
}

Result<Follower::End> Follower::find_end(Followed const& journal) {
  auto const path = on_medium(medium_path(journal.folder, journal.stream));
  auto size = files_.size(path);
  if (!size && size.error() == Errc::not_found) return new_file(journal);
  if (!size) return size.error();
  auto const header = files_.read(path, 0, file_header_bytes);
  if (!header) return header.error();
  if (*size < file_header_bytes) return new_file(journal);
  if (file_id(*header) == journal.stream) {
    auto last = read_last_frame(files_, path, *size);
    if (last && !*last && *size > file_header_bytes) {
      auto const cut = cut_torn(path, *size);
      if (!cut) return cut.error();
      if (*cut) {
        size = **cut;
        last = read_last_frame(files_, path, *size);
      }
    }
    if (!last) return last.error();
    if (*last || *size == file_header_bytes) {
      if (auto done = write_again(path, *last ? (*last)->offset : 0, *size); !done) return done.error();
      return end_of(journal, *last ? (*last)->sealed : "", *size);
    }
  }
  if (auto done = set_aside(path, "rusak"); !done) return done.error();
  return new_file(journal);
}

// A newest frame that reads well may be in memory alone: its fsync failed, or never came, before this process began.
Result<void> Follower::write_again(std::string const& path, std::uint64_t offset, std::uint64_t size) {
  auto const from = offset <= file_header_bytes ? 0 : offset;
  auto const bytes = files_.read(path, from, size - from);
  if (!bytes) return bytes.error();
  return files_.append(path, from, *bytes);
}

// Cuts what is no whole frame at the end; gives the new size. Nothing when sound frames lie behind the damage: that is
// no torn end, and nothing is changed.
Result<std::optional<std::uint64_t>> Follower::cut_torn(std::string const& path, std::uint64_t size) {
  std::uint64_t offset = file_header_bytes;
  for (;;) {
    auto const frame = read_frame(files_, path, offset);
    if (!frame) return frame.error();
    if (!*frame) break;
    offset = (*frame)->end();
  }
  auto const next = step_over(files_, path, offset);
  if (!next) return next.error();
  if (*next && **next < size) {
    auto const behind = read_frame(files_, path, **next);
    if (!behind) return behind.error();
    if (*behind) return std::optional<std::uint64_t>();
  }
  if (auto done = files_.cut(path, offset); !done) return done.error();
  return std::optional<std::uint64_t>(offset);
}

// The end that the newest frame tells, when this box's journal says the same.
Result<Follower::End> Follower::end_of(Followed const& journal, std::string const& sealed,
                                       std::uint64_t size) {
  if (sealed.empty()) return End{0, journal::genesis_hash(journal.stream), size, file_header_bytes};
  auto const path = on_medium(medium_path(journal.folder, journal.stream));
  auto const segment =
      segment::read_segment(sealed, keys_.roots, seal::build_time_floor_s, segment::SegmentType::medium);
  bool const readable = segment && segment->header.stream == journal.stream;
  if (readable) {
    auto const own = hash_at(journal, segment->header.last);
    if (!own) return own.error();
    if (*own == segment->header.hash)
      return End{segment->header.last, segment->header.hash, size, file_header_bytes};
    status_.set_aside = journal.folder;
  }
  if (auto done = set_aside(path, readable ? "lain" : "rusak"); !done) return done.error();
  return new_file(journal);
}

// False: the journal has nothing more to give right now.
Result<bool> Follower::write_batch(Followed const& journal, End& end) {
  auto const from = reader(journal.folder);
  if (!from) return from.error();
  segment::SegmentBuilder builder(journal.stream, end.lsn, end.hash);
  Result<void> added;
  auto const read = (*from)->read_entries(end.lsn, batch_entries_max, [&](journal::Entry const& entry) {
    if (added && builder.plain().size() < limits_.batch_bytes) added = builder.add(journal::feed_line(entry));
  });
  if (!read) return read.error();
  if (!added) return added.error();
  if (builder.empty()) return false;
  auto header = builder.header();
  header.event = journal.folder;
  header.box = keys_.box;
  auto const recipients = keys_.recipients();
  auto const sealed = segment::seal_segment(header, builder.plain(), keys_.signer, recipients,
                                            segment::SegmentType::medium);
  if (!sealed) return sealed.error();
  auto const path = on_medium(medium_path(journal.folder, journal.stream));
  auto const frame = frame_of(*sealed);
  if (auto done = files_.append(path, end.size, frame); !done) {
    if (is_other_file(done.error())) {
      attached_ = false;
      return false;
    }
    // Half a frame must not stay in front of the next one, nor a whole one that reads well and whose fsync failed: it
    // may be in memory alone.
    if (!files_.cut(path, end.size)) settled_.erase(journal.folder);
    return done.error();
  }
  end.lsn = header.last;
  end.hash = header.hash;
  end.size += frame.size();
  return true;
}

// While nothing is to be written: reads what is there once more, a little at a time, so that a medium that loses bits
// is known before it is needed. What is damaged is set aside and written again.
Result<void> Follower::check_again(Followed const& journal, End& end) {
  auto const path = on_medium(medium_path(journal.folder, journal.stream));
  auto const size = files_.size(path);
  if (!size && !is_other_file(size.error())) return size.error();
  if (!size || *size != end.size) {
    attached_ = false;
    return {};
  }
  for (std::size_t bytes = 0; end.checked < end.size && bytes < check_bytes_per_step;) {
    auto const frame = read_frame(files_, path, end.checked);
    if (!frame) return frame.error();
    if (!*frame) {
      if (auto done = set_aside(path, "rusak"); !done) return done;
      settled_.erase(journal.folder);
      return {};
    }
    bytes += (*frame)->sealed.size();
    end.checked = (*frame)->end();
  }
  return {};
}

}  // namespace proktor::medium
