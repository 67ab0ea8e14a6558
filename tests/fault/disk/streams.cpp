// What libc does without passing by its own open: streams, temporary names; and shared memory.

#include "model.hpp"
#include "raw.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <sys/mman.h>

namespace proktor::fault::disk {
namespace {

template <class Function>
Function real(char const* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// libc opens by itself here; the file is registered by what it opened. A file made or cut this way counts as
// known.
FILE* adopt(char const* path, char const* mode, FILE* (*open)(char const*, char const*)) {
  bool const writes = std::strpbrk(mode, "wa+") != nullptr;
  if (!Model::any_active() || !writes) return open(path, mode);
  int const flags = (std::strchr(mode, '+') != nullptr ? O_RDWR
                     : mode[0] == 'r'                  ? O_RDONLY
                                                       : O_WRONLY) |
                    (mode[0] == 'w'   ? O_CREAT | O_TRUNC
                     : mode[0] == 'a' ? O_CREAT | O_APPEND
                                      : 0) |
                    (std::strchr(mode, 'x') != nullptr ? O_EXCL : 0);
  int const fd = open_model(AT_FDCWD, path, flags, 0666);
  if (fd < 0) return nullptr;
  return ::fdopen(fd, mode);
}

}  // namespace
}  // namespace proktor::fault::disk

namespace disk = proktor::fault::disk;

extern "C" {

// libc makes these names inside; here they are made again.
int mkostemps(char* path, int suffix, int flags) {
  static std::mutex guard;
  static std::mt19937_64 letters(static_cast<unsigned long>(::getpid()));
  auto* const place = path + std::strlen(path) - suffix - 6;
  for (int attempt = 0; attempt < 100; ++attempt) {
    {
      std::lock_guard const lock(guard);
      for (int i = 0; i < 6; ++i) place[i] = static_cast<char>('a' + letters() % 26);
    }
    int const fd = disk::open_model(AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL | flags, 0600);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}
int mkostemps64(char* path, int suffix, int flags) {
  return mkostemps(path, suffix, flags);
}
int mkstemps(char* path, int suffix) {
  return mkostemps(path, suffix, 0);
}
int mkostemp(char* path, int flags) {
  return mkostemps(path, 0, flags);
}
int mkostemp64(char* path, int flags) {
  return mkostemps(path, 0, flags);
}
int mkstemp(char* path) {
  return mkostemps(path, 0, 0);
}
int mkstemp64(char* path) {
  return mkostemps(path, 0, 0);
}

FILE* fopen(char const* path, char const* mode) {
  static auto const open = disk::real<FILE* (*)(char const*, char const*)>("fopen");
  return disk::adopt(path, mode, open);
}
FILE* fopen64(char const* path, char const* mode) {
  static auto const open = disk::real<FILE* (*)(char const*, char const*)>("fopen64");
  return disk::adopt(path, mode, open);
}

// Bytes written through shared memory never pass by: only SQLite's index may be mapped so.
void* mmap(void* at, size_t count, int protection, int flags, int fd, off_t offset) noexcept {
  auto const* const node = disk::node_at(fd);
  bool const writes = (protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0;
  if (node != nullptr && writes && !node->holds_nothing) {
    errno = EACCES;
    return MAP_FAILED;
  }
  return reinterpret_cast<void*>(
      proktor::fault::raw::call(SYS_mmap, at, count, protection, flags, fd, offset));
}
void* mmap64(void* at, size_t count, int protection, int flags, int fd, off64_t offset) noexcept {
  return mmap(at, count, protection, flags, fd, offset);
}

int fclose(FILE* file) {
  using Real = int (*)(FILE*);
  static auto const real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "fclose"));
  disk::set_node_at(::fileno(file), nullptr);
  return real(file);
}

}  // extern "C"
