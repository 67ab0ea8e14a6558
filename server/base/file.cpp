#include "base/file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace proktor {
namespace {

Error last_error(std::string const& what) {
  return error_of(std::error_code(errno, std::generic_category()), what);
}

}  // namespace

Error error_of(std::error_code const& code, std::string const& what) {
  auto const number = code.value();
  Errc const kind = number == ENOSPC || number == EDQUOT || number == EFBIG ? Errc::storage_full
                    : number == ENOENT                                      ? Errc::not_found
                                                                            : Errc::io_error;
  return fail(kind, what + ": " + std::strerror(number));
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

int Fd::release() { return std::exchange(fd_, -1); }

Result<void> write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    ssize_t const n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error("write");
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<void> sync_directory(std::filesystem::path const& directory) {
  Fd const fd(::open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return last_error(directory.string());
  if (::fsync(fd.get()) != 0) return last_error(directory.string());
  return {};
}

Result<void> write_file(std::filesystem::path const& path, std::string_view content, mode_t mode) {
  std::string temporary = path.string() + ".XXXXXX";
  Fd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return last_error(temporary);
  auto done = write_all(fd.get(), content);
  if (done && (::fchmod(fd.get(), mode) != 0 || ::fsync(fd.get()) != 0)) done = last_error(temporary);
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0) done = last_error(path.string());
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  return sync_directory(path.parent_path());
}

Result<std::string> read_file(std::filesystem::path const& path, std::size_t limit_bytes) {
  Fd const fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return last_error(path.string());
  std::string content;
  std::string chunk(64 * 1024, '\0');
  for (;;) {
    ssize_t const n = ::read(fd.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error(path.string());
    if (n == 0) return content;
    if (content.size() + static_cast<std::size_t>(n) > limit_bytes) return fail(Errc::too_large, path.string());
    content.append(chunk, 0, static_cast<std::size_t>(n));
  }
}

}  // namespace proktor
