#pragma once
// Does the file work of a medium in a small process of its own and waits only so long for each answer. A thread
// that waits inside the kernel for a hung stick can be left neither by the process nor by a signal: it would keep
// the data lock, the sockets and the whole server from ending. This process holds none of those and ends with its
// parent. Decision 015. One thread at a time.

#include "base/file.hpp"
#include "medium/files.hpp"

#include <chrono>
#include <filesystem>
#include <memory>

#include <sys/types.h>

namespace proktor::medium {

class Hand final : public Files {
 public:
  // Forks; as early as possible, while the process is small. Errors: io_error.
  static Result<std::unique_ptr<Hand>> start(std::filesystem::path folder);
  ~Hand() override;  // never waits: the process ends when its socket does, or when its stick lets it

  // How long one answer may take; what comes later is thrown away. Until it has come every call is a timeout.
  void set_patience(std::chrono::milliseconds patience) { patience_ = patience; }

  Result<Place> look() override;
  Result<std::vector<std::string>> list(std::string const& path) override;
  Result<std::uint64_t> size(std::string const& path) override;
  Result<std::string> read(std::string const& path, std::uint64_t offset, std::size_t count) override;
  Result<void> append(std::string const& path, std::uint64_t at, std::string_view bytes) override;
  Result<void> cut(std::string const& path, std::uint64_t size) override;
  Result<void> rename(std::string const& from, std::string const& to) override;

 private:
  explicit Hand(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<void> spawn();
  Result<std::string> ask(std::string request);
  Result<bool> receive(std::chrono::steady_clock::time_point until);
  void forget_process();

  std::filesystem::path folder_;
  std::chrono::milliseconds patience_{500};
  Fd socket_{};
  pid_t process_ = -1;
  std::uint32_t asked_ = 0;     // number of the newest request
  std::uint32_t answered_ = 0;  // … and of the newest answer
  std::string in_{};            // bytes of an answer that is on its way
  std::string answer_{};
};

}  // namespace proktor::medium
