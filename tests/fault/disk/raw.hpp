#pragma once
// System calls past the model: what it does with the real folder itself.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <cstdio>

namespace proktor::fault::raw {

template <class... Args>
long call(long number, Args... args) {
  return ::syscall(number, args...);
}

inline int open_at(int dir, char const* path, int flags, mode_t mode = 0) {
  return static_cast<int>(call(SYS_openat, dir, path, flags, mode));
}
inline int close(int fd) {
  return static_cast<int>(call(SYS_close, fd));
}
inline ssize_t read_at(int fd, void* to, std::size_t count, off_t at) {
  return call(SYS_pread64, fd, to, count, at);
}
inline ssize_t write_at(int fd, void const* from, std::size_t count, off_t at) {
  return call(SYS_pwrite64, fd, from, count, at);
}
inline ssize_t write_parts(int fd, iovec const* parts, int count) {
  return call(SYS_writev, fd, parts, count);
}
inline ssize_t write_parts_at(int fd, iovec const* parts, int count, off_t at) {
  return call(SYS_pwritev, fd, parts, count, static_cast<long>(at), 0L);
}
inline int truncate(int fd, off_t size) {
  return static_cast<int>(call(SYS_ftruncate, fd, size));
}
inline off_t position(int fd) {
  return call(SYS_lseek, fd, 0L, SEEK_CUR);
}
inline int unlink_at(int dir, char const* path, int flags) {
  return static_cast<int>(call(SYS_unlinkat, dir, path, flags));
}
inline int rename_at(int from_dir, char const* from, int to_dir, char const* to, unsigned flags = 0) {
  return static_cast<int>(call(SYS_renameat2, from_dir, from, to_dir, to, flags));
}
inline int link_at(int from_dir, char const* from, int to_dir, char const* to, int flags = 0) {
  return static_cast<int>(call(SYS_linkat, from_dir, from, to_dir, to, flags));
}
inline int make_directory_at(int dir, char const* path, mode_t mode) {
  return static_cast<int>(call(SYS_mkdirat, dir, path, mode));
}
inline int allocate(int fd, int mode, off_t from, off_t count) {
  return static_cast<int>(call(SYS_fallocate, fd, mode, from, count));
}
inline bool status_at(int dir, char const* path, struct stat& out, int flags = 0) {
  return call(SYS_newfstatat, dir, path, &out, flags) == 0;
}

}  // namespace proktor::fault::raw
