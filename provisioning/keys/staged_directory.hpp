#pragma once
// A directory that appears whole or not at all: files are written into a hidden sibling, which takes the
// final name at the end. Keys get mode 0600, the rest 0644. Blocking; one thread.

#include "base/file.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <string_view>

namespace proktor::keys {

class StagedDirectory {
 public:
  // Errors: io_error, storage_full.
  static Result<StagedDirectory> begin(std::filesystem::path const& target);
  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  ~StagedDirectory();  // removes what was not committed

  // `name` may have one folder in front. ".key" files are for their owner only. Errors: io_error,
  // storage_full.
  Result<void> add(std::string_view name, std::string_view content);

  // A file to be written piece by piece and synced by the caller. Errors: io_error, storage_full.
  Result<Fd> create(std::string_view name);

  // Gives the directory its name. Errors: already_enrolled (the name is taken), io_error.
  Result<void> commit();

 private:
  StagedDirectory(std::filesystem::path target, std::filesystem::path staging);

  std::filesystem::path target_;
  std::filesystem::path staging_;
};

}  // namespace proktor::keys
