#include "sync/agent/lock_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>

namespace proktor::sync {

Result<Fd> lock_file(std::filesystem::path const& path) {
  Fd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) return fail(Errc::io_error, path.string() + ": " + std::strerror(errno));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return fail(Errc::locked, path.string());
  return lock;
}

}  // namespace proktor::sync
