#pragma once
// journal.mark: how far entries have been acknowledged, in one small file of its own, written over after each COMMIT
// without fsync. Should the write-ahead log lose its tail while journal.copy ends earlier (a disk that was full), it is
// the only sign that something is missing. It holds nothing that could be brought back. The writer's thread.

#include "base/file.hpp"
#include "base/result.hpp"
#include "journal/journal.hpp"

#include <filesystem>

namespace proktor::journal {

class DurableMark {
 public:
  // Makes the file at its full size, so that a full disk does not keep it from being written over. Errors: io_error,
  // storage_full.
  static Result<DurableMark> open(std::filesystem::path const& directory, Bytes16 const& stream);

  std::uint64_t lsn() const { return lsn_; }  // as found; 0: nothing sound, or of another stream
  Result<void> write(std::uint64_t lsn);      // Errors: io_error

 private:
  DurableMark(Fd fd, Bytes16 const& stream) : fd_(std::move(fd)), stream_(stream) {}
  std::string record_of(std::uint64_t lsn) const;

  Fd fd_;
  Bytes16 stream_;
  std::uint64_t lsn_ = 0;
};

}  // namespace proktor::journal
