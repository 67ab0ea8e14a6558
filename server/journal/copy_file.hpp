#pragma once
// journal.copy: the log once more as a plain file, written after each COMMIT without fsync. It exists because
// a damaged tail of SQLite's write-ahead log loses committed entries without any error: a copy that is ahead
// of the database is the sign of it, and the cure. docs/protocol.md, "journal.copy". The writer's thread or a
// tool.

#include "base/file.hpp"
#include "base/result.hpp"
#include "journal/entry.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::journal {

class CopyFile {
 public:
  // create: makes the file with its header when it is missing or shorter than a header.
  // Errors: not_found, io_error, storage_full, journal_corrupt (another stream's file, or none of ours).
  static Result<CopyFile> open(std::filesystem::path const& path, Bytes16 const& stream, bool create);

  // For reading only, whatever its header says. Errors: not_found, io_error.
  static Result<CopyFile> open_as_is(std::filesystem::path const& path);

  std::uint64_t size_bytes() const { return size_bytes_; }

  // At the end. After storage_full the file is as it was before. Errors: storage_full, io_error.
  Result<void> append(std::string_view records);
  // Anywhere up to the end. Errors: storage_full, io_error.
  Result<void> write_at(std::uint64_t offset, std::string_view records);
  Result<void> cut(std::uint64_t size_bytes);
  Result<void> sync();

  // At most `count` bytes from `offset`; fewer only at the end of the file.
  Result<std::string> read_at(std::uint64_t offset, std::size_t count) const;

 private:
  CopyFile(Fd fd, std::uint64_t size_bytes) : fd_(std::move(fd)), size_bytes_(size_bytes) {}
  Fd fd_;
  std::uint64_t size_bytes_;
};

// Takes records one after another from an offset on.
class CopyScan {
 public:
  CopyScan(CopyFile const& file, std::uint64_t offset) : file_(&file), offset_(offset) {}

  // Nothing at the first place that holds no whole, sound record; offset() then points there.
  Result<std::optional<Entry>> next();
  std::uint64_t offset() const { return offset_; }

  // Whether exactly these bytes come next. True moves past them.
  Result<bool> skip(std::string_view record);

 private:
  Result<void> fill(std::size_t count);

  CopyFile const* file_;
  std::uint64_t offset_;  // in the file, of the first byte of waiting()
  std::string buffer_{};
  std::size_t taken_bytes_ = 0;
  bool at_end_ = false;
};

}  // namespace proktor::journal
