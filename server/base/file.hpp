#pragma once
// Files written whole or not at all (temporary file, fsync, rename, fsync of the directory), and bounded reads.
// Blocking: never on the I/O thread while a sitting is open. Any thread.

#include "base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/types.h>

namespace proktor {

// Of a failed operation on a file: storage_full, not_found or io_error.
Error error_of(std::error_code const& code, std::string const& what);

// Replaces `path` by `content`. After a failure the old file is still there, whole. Errors: io_error, storage_full.
Result<void> write_file(std::filesystem::path const& path, std::string_view content, mode_t mode = 0640);

// Reads a whole file of at most `limit_bytes`. Errors: io_error, too_large, not_found.
Result<std::string> read_file(std::filesystem::path const& path, std::size_t limit_bytes);

Result<void> sync_directory(std::filesystem::path const& directory);

// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd();
  Fd(Fd&& other) noexcept : fd_(other.release()) {}
  Fd& operator=(Fd&& other) noexcept;
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release();

 private:
  int fd_ = -1;
};

// Writes all of it, whatever write(2) takes at a time. Errors: io_error (detail: errno text), storage_full on ENOSPC.
Result<void> write_all(int fd, std::string_view content);

}  // namespace proktor
