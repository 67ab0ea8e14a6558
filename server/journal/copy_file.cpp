#include "journal/copy_file.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace proktor::journal {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10U;

Error last_error(std::string const& what) {
  return error_of(std::error_code(errno, std::generic_category()), "journal.copy: " + what);
}

}  // namespace

Result<CopyFile> CopyFile::open(std::filesystem::path const& path, Bytes16 const& stream, bool create) {
  Fd fd(::open(path.c_str(), (create ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0640));
  if (!fd) return last_error("open");
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return last_error("stat");
  CopyFile file(std::move(fd), static_cast<std::uint64_t>(status.st_size));
  auto const expected = copy_header(stream);
  auto const found = file.read_at(0, expected.size());
  if (!found) return found.error();
  if (*found == expected) return file;
  // One that a power cut ended before its header was on disk holds nothing else yet.
  if (file.size_bytes() > expected.size())
    return fail(Errc::journal_corrupt, "journal.copy is of another stream");
  if (!create) return fail(Errc::not_found, "journal.copy has no header");
  if (auto done = file.cut(0); !done) return done.error();
  if (auto done = file.append(expected); !done) return done.error();
  if (auto done = file.sync(); !done) return done.error();
  if (auto done = sync_directory(path.parent_path()); !done) return done.error();
  return file;
}

Result<CopyFile> CopyFile::open_as_is(std::filesystem::path const& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return last_error("open");
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return last_error("stat");
  return CopyFile(std::move(fd), static_cast<std::uint64_t>(status.st_size));
}

Result<void> CopyFile::append(std::string_view records) {
  auto const before = size_bytes_;
  auto done = write_at(before, records);
  // Half a record left behind would be cut at the next start; cut it now, so that a later append stays
  // readable.
  if (!done && ::ftruncate(fd_.get(), static_cast<off_t>(before)) == 0) size_bytes_ = before;
  return done;
}

Result<void> CopyFile::write_at(std::uint64_t offset, std::string_view records) {
  while (!records.empty()) {
    ssize_t const n = ::pwrite(fd_.get(), records.data(), records.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error("write");
    offset += static_cast<std::uint64_t>(n);
    size_bytes_ = std::max(size_bytes_, offset);
    records.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> CopyFile::cut(std::uint64_t size_bytes) {
  if (::ftruncate(fd_.get(), static_cast<off_t>(size_bytes)) != 0) return last_error("cut");
  size_bytes_ = size_bytes;
  return {};
}

Result<void> CopyFile::sync() {
  if (::fsync(fd_.get()) != 0) return last_error("fsync");
  return {};
}

Result<std::string> CopyFile::read_at(std::uint64_t offset, std::size_t count) const {
  std::string out(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    ssize_t const n = ::pread(fd_.get(), out.data() + done, count - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error("read");
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  out.resize(done);
  return out;
}

Result<void> CopyScan::fill(std::size_t count) {
  if (at_end_ || buffer_.size() - taken_bytes_ >= count) return {};
  buffer_.erase(0, taken_bytes_);
  taken_bytes_ = 0;
  auto const want = std::max(count, chunk_bytes) - buffer_.size();
  auto more = file_->read_at(offset_ + buffer_.size(), want);
  if (!more) return more.error();
  at_end_ = more->size() < want;
  buffer_.append(*more);
  return {};
}

Result<std::optional<Entry>> CopyScan::next() {
  auto const waiting = [this] { return std::string_view(buffer_).substr(taken_bytes_); };
  if (auto done = fill(4); !done) return done.error();
  if (auto done = fill(copy_record_bytes(waiting())); !done) return done.error();
  auto rest = waiting();
  auto const before = rest.size();
  auto entry = take_copy_record(rest);
  taken_bytes_ += before - rest.size();
  offset_ += before - rest.size();
  return entry;
}

Result<bool> CopyScan::skip(std::string_view record) {
  if (auto done = fill(record.size()); !done) return done.error();
  if (!std::string_view(buffer_).substr(taken_bytes_).starts_with(record)) return false;
  taken_bytes_ += record.size();
  offset_ += record.size();
  return true;
}

}  // namespace proktor::journal
