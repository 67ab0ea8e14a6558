#include "sync/pusat/segment_store.hpp"

#include "base/file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::pusat {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t digest_digits_in_name = 16;

constexpr int schema_version = 1;
constexpr std::string_view schema = R"(
CREATE TABLE segment (
  stream TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, digest TEXT NOT NULL,
  previous BLOB NOT NULL, hash BLOB NOT NULL, organiser TEXT NOT NULL, event TEXT NOT NULL, box TEXT NOT NULL,
  name TEXT NOT NULL, received_ms INTEGER NOT NULL, fork INTEGER NOT NULL, bytes INTEGER NOT NULL,
  PRIMARY KEY (stream, first, last, digest)) STRICT, WITHOUT ROWID)";

Error file_error(fs::path const& path) {
  return fail(errno == ENOSPC ? Errc::storage_full : Errc::io_error,
              path.string() + ": " + std::strerror(errno));
}

template <std::size_t Size>
std::array<std::uint8_t, Size> fixed(std::string const& bytes) {
  std::array<std::uint8_t, Size> out{};
  if (bytes.size() == Size) std::memcpy(out.data(), bytes.data(), Size);
  return out;
}

}  // namespace

std::string stored_name(std::string_view segment_name, std::string_view digest) {
  constexpr std::string_view suffix = ".segment";
  return std::string(segment_name.substr(0, segment_name.size() - suffix.size())) + "-" +
         std::string(digest.substr(0, digest_digits_in_name)) + std::string(suffix);
}

SegmentStore::SegmentStore(fs::path data, Database database)
    : data_(std::move(data)), database_(std::move(database)) {}

Result<SegmentStore> SegmentStore::open(fs::path const& data) {
  for (char const* const folder : {"incoming", "segments"}) {
    std::error_code failure;
    fs::create_directories(data / folder, failure);
    if (failure) return fail(Errc::io_error, (data / folder).string() + ": " + failure.message());
  }
  auto database = Database::open(data / "gateway.db", schema, schema_version);
  if (!database) return database.error();
  return SegmentStore(data, std::move(*database));
}

Result<Database> SegmentStore::read_only(fs::path const& data) {
  return Database::open_read_only(data / "gateway.db", schema, schema_version);
}

fs::path SegmentStore::upload_path(Upload const& upload) const {
  return data_ / "incoming" / upload.sender / (upload.name + "." + upload.digest);
}

Result<std::uint64_t> SegmentStore::uploaded(Upload const& upload) const {
  std::error_code failure;
  auto const size = fs::file_size(upload_path(upload), failure);
  if (failure == std::errc::no_such_file_or_directory) return std::uint64_t{0};
  if (failure) return fail(Errc::io_error, upload.name + ": " + failure.message());
  return static_cast<std::uint64_t>(size);
}

Result<void> SegmentStore::append(Upload const& upload, std::uint64_t offset, std::string_view bytes) {
  fs::path const path = upload_path(upload);
  auto const here = uploaded(upload);
  if (!here) return here.error();
  if (*here != offset) return fail(Errc::offset_mismatch, upload.name);
  std::error_code failure;
  if (offset == 0) {
    fs::create_directories(path.parent_path(), failure);
    auto const unfinished =
        std::distance(fs::directory_iterator(path.parent_path(), failure), fs::directory_iterator());
    if (failure) return fail(Errc::io_error, path.string() + ": " + failure.message());
    if (static_cast<std::size_t>(unfinished) >= uploads_per_sender_max)
      return fail(Errc::quota, upload.sender);
  }
  Fd const fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
  if (!fd) return file_error(path);
  return write_all(fd.get(), bytes);
}

Result<std::string> SegmentStore::read_upload(Upload const& upload) const {
  return read_file(upload_path(upload), segment::segment_file_bytes_max);
}

void SegmentStore::drop_upload(Upload const& upload) {
  std::error_code ignored;
  fs::remove(upload_path(upload), ignored);
}

// After a failed commit its row may be seen though its end never reached the disk. Opened anew, the database is what a
// start would find.
Result<void> SegmentStore::believe() {
  if (!in_doubt_) return {};
  auto fresh = Database::open(data_ / "gateway.db", schema, schema_version);
  if (!fresh) return fresh.error();
  database_ = std::move(*fresh);
  in_doubt_ = false;
  return {};
}

Result<SegmentStore::Kept> SegmentStore::find(Upload const& upload) {
  if (auto const believed = believe(); !believed) return believed.error();
  auto query = database_.prepare(
      "SELECT stream, first, last, previous, hash, organiser, event, box, bytes FROM segment WHERE name = ? "
      "AND digest = ?");
  if (!query) return query.error();
  auto const row = query->bind(1, upload.name).bind(2, upload.digest).step();
  if (!row) return row.error();
  if (!*row) return fail(Errc::not_found, upload.name);
  segment::SegmentHeader header;
  if (auto const stream = unhex16(query->text(0))) header.stream = *stream;
  header.first = query->natural(1);
  header.last = query->natural(2);
  header.previous = fixed<32>(query->text(3));
  header.hash = fixed<32>(query->text(4));
  header.organiser = query->text(5);
  header.event = query->text(6);
  header.box = query->text(7);
  return Kept{header, query->natural(8)};
}

Result<std::string> SegmentStore::owner_of(Bytes16 const& stream) {
  auto query = database_.prepare("SELECT box FROM segment WHERE stream = ? LIMIT 1");
  if (!query) return query.error();
  auto const row = query->bind(1, hex(stream)).step();
  if (!row) return row.error();
  return *row ? query->text(0) : std::string();
}

Result<bool> SegmentStore::is_known(segment::SegmentHeader const& header) {
  auto query =
      database_.prepare("SELECT 1 FROM segment WHERE stream = ? AND first = ? AND last = ? AND hash = ?");
  if (!query) return query.error();
  return query->bind(1, hex(header.stream))
      .bind(2, header.first)
      .bind(3, header.last)
      .bind_blob(4, text_of(header.hash))
      .step();
}

// A segment that covers part of another's range, or does not join its neighbours' hashes, is a fork: both are
// marked.
Result<bool> SegmentStore::mark_forks(segment::SegmentHeader const& header) {
  auto mark = database_.prepare(
      "UPDATE segment SET fork = 1 WHERE stream = ?1 AND ((first <= ?3 AND last >= ?2) OR (last = ?2 - 1 AND "
      "hash <> ?4) "
      "OR (first = ?3 + 1 AND previous <> ?5)) RETURNING 1");
  if (!mark) return mark.error();
  mark->bind(1, hex(header.stream)).bind(2, header.first).bind(3, header.last);
  mark->bind_blob(4, text_of(header.previous)).bind_blob(5, text_of(header.hash));
  bool forked = false;
  for (;;) {
    auto const row = mark->step();
    if (!row) return row.error();
    if (!*row) return forked;
    forked = true;
  }
}

// The file is written anew from memory: after a failed fsync, of this process or one before it, the bytes of the upload can
// be read back though the disk never got them, and the next fsync says that all is well.
Result<Stored> SegmentStore::keep(segment::SegmentHeader const& header, Upload const& upload, std::string_view file,
                                  std::int64_t at_ms) {
  if (auto const believed = believe(); !believed) return believed.error();
  auto const owner = owner_of(header.stream);
  if (!owner) return owner.error();
  if (!owner->empty() && *owner != header.box) return fail(Errc::segment_invalid, "stream of box " + *owner);
  auto const known = is_known(header);
  if (!known) return known.error();
  if (*known) {
    drop_upload(upload);
    return state_of(header);
  }
  fs::path const folder = data_ / "segments" / hex(header.stream);
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) return error_of(failure, folder.string());
  if (auto const written = write_file(folder / stored_name(upload.name, upload.digest), file); !written)
    return written.error();
  if (auto const synced = sync_directory(folder.parent_path()); !synced) return synced.error();
  auto const stored = database_.transaction([&]() -> Result<void> {
    auto const forked = mark_forks(header);
    if (!forked) return forked.error();
    auto row = database_.prepare("INSERT INTO segment VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)");
    if (!row) return row.error();
    row->bind(1, hex(header.stream)).bind(2, header.first).bind(3, header.last).bind(4, upload.digest);
    row->bind_blob(5, text_of(header.previous)).bind_blob(6, text_of(header.hash));
    row->bind(7, header.organiser)
        .bind(8, header.event)
        .bind(9, header.box)
        .bind(10, upload.name)
        .bind(11, at_ms);
    return row->bind(12, std::int64_t{*forked ? 1 : 0}).bind(13, std::uint64_t{file.size()}).run();
  });
  in_doubt_ = !stored;
  if (!stored) return stored.error();
  drop_upload(upload);
  return state_of(header);
}

Result<std::uint64_t> SegmentStore::contiguous(Bytes16 const& stream) {
  auto query =
      database_.prepare("SELECT first, last FROM segment WHERE stream = ? AND fork = 0 ORDER BY first");
  if (!query) return query.error();
  query->bind(1, hex(stream));
  std::uint64_t through = 0;
  for (;;) {
    auto const row = query->step();
    if (!row) return row.error();
    if (!*row || query->natural(0) != through + 1) return through;
    through = query->natural(1);
  }
}

Result<Stored> SegmentStore::state_of(segment::SegmentHeader const& header) {
  Stored stored;
  auto query = database_.prepare(
      "SELECT max(fork) FROM segment WHERE stream = ? AND first = ? AND last = ? AND hash = ?");
  if (!query) return query.error();
  auto const row = query->bind(1, hex(header.stream))
                       .bind(2, header.first)
                       .bind(3, header.last)
                       .bind_blob(4, text_of(header.hash))
                       .step();
  if (!row) return row.error();
  stored.fork = query->integer(0) != 0;
  auto const through = contiguous(header.stream);
  if (!through) return through.error();
  stored.contiguous = *through;
  return stored;
}

}  // namespace proktor::pusat
