#include "provisioning/keys/staged_directory.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

namespace proktor::keys {
namespace {

namespace fs = std::filesystem;

Error io_failure(fs::path const& path) {
  return fail(Errc::io_error, path.string() + ": " + std::strerror(errno));
}

}  // namespace

StagedDirectory::StagedDirectory(fs::path target, fs::path staging)
    : target_(std::move(target)), staging_(std::move(staging)) {}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : target_(std::move(other.target_)), staging_(std::exchange(other.staging_, {})) {}

StagedDirectory::~StagedDirectory() {
  std::error_code ignored;
  if (!staging_.empty()) fs::remove_all(staging_, ignored);
}

Result<StagedDirectory> StagedDirectory::begin(fs::path const& target) {
  fs::path const absolute = fs::absolute(target).lexically_normal();
  std::error_code failure;
  fs::create_directories(absolute.parent_path(), failure);
  if (failure) return fail(Errc::io_error, absolute.parent_path().string() + ": " + failure.message());
  std::string pattern = (absolute.parent_path() / ("." + absolute.filename().string() + "-XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) return io_failure(pattern);
  return StagedDirectory(absolute, pattern);
}

Result<void> StagedDirectory::add(std::string_view name, std::string_view content) {
  fs::path const path = staging_ / name;
  std::error_code failure;
  fs::create_directories(path.parent_path(), failure);
  if (failure) return fail(Errc::io_error, path.string() + ": " + failure.message());
  return write_file(path, content, path.extension() == ".key" ? 0600 : 0644);
}

Result<Fd> StagedDirectory::create(std::string_view name) {
  fs::path const path = staging_ / name;
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd) return errno == ENOSPC ? fail(Errc::storage_full, path.string()) : io_failure(path);
  return fd;
}

Result<void> StagedDirectory::commit() {
  if (::chmod(staging_.c_str(), 0750) != 0) return io_failure(staging_);
  if (auto const synced = sync_directory(staging_); !synced) return synced.error();
  if (::renameat2(AT_FDCWD, staging_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return fail(Errc::already_enrolled, target_.string());
    return io_failure(target_);
  }
  staging_.clear();
  return sync_directory(target_.parent_path());
}

}  // namespace proktor::keys
