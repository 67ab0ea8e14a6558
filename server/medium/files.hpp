#pragma once
// The few things the second medium's follower does with files, under one folder that may vanish at any moment.
// DirectFiles does them here and blocks as long as the medium likes; hand.hpp does them in a process of its
// own. Paths are relative to the folder. One thread at a time.
//
// Nothing is ever written into the empty mount point of a pulled stick: a folder counts only while it is a mount
// point or holds `proktor-cadangan`, and every call after look() is refused once another folder lies there.

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::medium {

inline constexpr std::string_view top_folder = "proktor-cadangan";

struct Place {
  bool present = false;
  std::uint64_t device = 0;
  std::uint64_t folder = 0;  // inode
  std::uint64_t free_bytes = 0;

  bool is_same(Place const& other) const {
    return present == other.present && device == other.device && folder == other.folder;
  }
};

// Errors of all functions: io_error, storage_full, not_found (no such file, or the folder is not the one that
// look() saw), timeout (no answer in time; what was asked may still happen).
class Files {
 public:
  virtual ~Files() = default;

  // What lies there now; the calls below mean this place. A missing medium is a value.
  virtual Result<Place> look() = 0;
  virtual Result<std::vector<std::string>> list(std::string const& path) = 0;  // of no folder: nothing
  virtual Result<std::uint64_t> size(std::string const& path) = 0;
  // At most `count` bytes; fewer only at the end.
  virtual Result<std::string> read(std::string const& path, std::uint64_t offset, std::size_t count) = 0;
  // To a file of exactly `at` bytes, with fsync; at 0 makes the file and its folders. Bytes that are its end already
  // are written once more. too_large: it has another size.
  virtual Result<void> append(std::string const& path, std::uint64_t at, std::string_view bytes) = 0;
  virtual Result<void> cut(std::string const& path, std::uint64_t size) = 0;
  virtual Result<void> rename(std::string const& from, std::string const& to) = 0;
};

class DirectFiles final : public Files {
 public:
  explicit DirectFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<Place> look() override;
  Result<std::vector<std::string>> list(std::string const& path) override;
  Result<std::uint64_t> size(std::string const& path) override;
  Result<std::string> read(std::string const& path, std::uint64_t offset, std::size_t count) override;
  Result<void> append(std::string const& path, std::uint64_t at, std::string_view bytes) override;
  Result<void> cut(std::string const& path, std::uint64_t size) override;
  Result<void> rename(std::string const& from, std::string const& to) override;

 private:
  Result<void> check_place() const;
  Result<void> make_folders(std::string const& path) const;

  std::filesystem::path folder_;
  Place place_{};
};

// A small file, replaced whole. Errors: as Files.
Result<void> put_file(Files& files, std::string const& path, std::string_view content);
// All of a file of at most `limit` bytes. Errors: as Files, too_large.
Result<std::string> read_all(Files& files, std::string const& path, std::size_t limit);

}  // namespace proktor::medium
