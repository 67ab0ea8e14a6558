#include "journal/data_lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>

namespace proktor::journal {

Result<DataLock> DataLock::take(std::filesystem::path const& data_directory) {
  auto const path = data_directory / "lock";
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!fd) return fail(Errc::io_error, path.string() + ": " + std::strerror(errno));
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return DataLock(std::move(fd));
  if (errno == EWOULDBLOCK) return fail(Errc::locked, path.string());
  return fail(Errc::io_error, path.string() + ": " + std::strerror(errno));
}

}  // namespace proktor::journal
