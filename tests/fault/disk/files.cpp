// libc's functions on open files. Each asks the model first, does the real thing, and tells the model.

#include "model.hpp"
#include "raw.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <optional>
#include <thread>

#include <dlfcn.h>
#include <sys/sendfile.h>

namespace proktor::fault::disk {
namespace {

using Lock = std::lock_guard<std::mutex>;

int refuse(int error) {
  errno = error;
  return -1;
}

int power_gone(Model& model) {
  model.cut();
  return refuse(EIO);
}

// At most half of what was asked, at least a byte.
int shorten(iovec* parts, int count) {
  std::size_t total = 0;
  for (int i = 0; i < count; ++i) total += parts[i].iov_len;
  std::size_t left = std::max<std::size_t>(total / 2, std::min<std::size_t>(total, 1));
  int used = 0;
  while (used < count && left > 0) {
    parts[used].iov_len = std::min(parts[used].iov_len, left);
    left -= parts[used].iov_len;
    ++used;
  }
  return used;
}

ssize_t put(int fd, Node& node, iovec const* given, int count, std::optional<off_t> at) {
  auto& model = *node.model;
  Lock const lock(Model::mutex);
  auto const step = model.next(Op::write, node.name);
  if (step.error != 0) return refuse(step.error);
  std::vector<iovec> parts(given, given + count);
  if (step.shorten) count = shorten(parts.data(), count);
  std::size_t total = 0;
  for (int i = 0; i < count; ++i) total += parts[static_cast<std::size_t>(i)].iov_len;
  bool const appends = (::fcntl(fd, F_GETFL) & O_APPEND) != 0;
  auto const offset = static_cast<std::uint64_t>(appends ? static_cast<off_t>(node.size)
                                                 : at    ? *at
                                                         : raw::position(fd));
  model.before_write(node, fd, offset, total);
  auto const done =
      at ? raw::write_parts_at(fd, parts.data(), count, *at) : raw::write_parts(fd, parts.data(), count);
  if (done > 0) {
    model.after_write(node, offset, static_cast<std::size_t>(done));
    if (model.keeps_contents) {
      if (node.contents.size() < offset + static_cast<std::size_t>(done))
        node.contents.resize(offset + static_cast<std::size_t>(done));
      std::size_t to = static_cast<std::size_t>(offset), left = static_cast<std::size_t>(done);
      for (int i = 0; i < count && left > 0; ++i) {
        auto const& part = parts[static_cast<std::size_t>(i)];
        auto const taken = std::min(left, part.iov_len);
        node.contents.replace(to, taken, static_cast<char const*>(part.iov_base), taken);
        to += taken, left -= taken;
      }
    }
  }
  return step.cut ? power_gone(model) : done;
}

ssize_t put_one(int fd, Node& node, void const* from, std::size_t count, std::optional<off_t> at) {
  iovec const part{const_cast<void*>(from), count};
  return put(fd, node, &part, 1, at);
}

int sync(int fd, Node& node, long number) {
  auto& model = *node.model;
  {
    Lock const lock(Model::mutex);
    auto const step = model.next(node.directory ? Op::sync_directory : Op::sync, node.name);
    if (step.cut) return power_gone(model);
    if (step.error != 0) {
      if (!model.dead && !node.directory) model.fail_sync(node);
      return refuse(step.error);
    }
    model.sync(node);
  }
  if (model.sync_delay_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(model.sync_delay_ms));
  std::ignore = number;
  std::ignore = fd;
  return 0;
}

int cut_to(int fd, Node& node, off_t size) {
  auto& model = *node.model;
  Lock const lock(Model::mutex);
  auto const step = model.next(Op::truncate, node.name);
  if (step.error != 0) return refuse(step.error);
  model.truncate(node, fd, static_cast<std::uint64_t>(size), false);
  int const done = raw::truncate(fd, size);
  if (done == 0) model.truncate(node, fd, static_cast<std::uint64_t>(size), true);
  return step.cut ? power_gone(model) : done;
}

int allocate(int fd, Node& node, int mode, off_t from, off_t count) {
  auto& model = *node.model;
  Lock const lock(Model::mutex);
  auto const step = model.next(Op::allocate, node.name);
  if (step.error != 0) return refuse(step.error);
  if (mode != 0) return refuse(EOPNOTSUPP);  // holes and the like: nobody here needs them
  int const done = raw::allocate(fd, mode, from, count);
  auto const end = static_cast<std::uint64_t>(from + count);
  if (done == 0 && end > node.size) model.truncate(node, fd, end, true);
  return step.cut ? power_gone(model) : done;
}

// An injected error of a read; 0: read.
int read_error(Node const& node) {
  auto& model = *node.model;
  Lock const lock(Model::mutex);
  return model.next(Op::read, node.name).error;
}

int duplicate(int from, int to) {
  if (to >= 0) set_node_at(to, node_at(from));
  return to;
}

}  // namespace
}  // namespace proktor::fault::disk

namespace disk = proktor::fault::disk;
namespace raw = proktor::fault::raw;

extern "C" {

ssize_t write(int fd, void const* from, size_t count) {
  if (auto* const node = disk::node_at(fd)) return disk::put_one(fd, *node, from, count, {});
  return raw::call(SYS_write, fd, from, count);
}

ssize_t pwrite(int fd, void const* from, size_t count, off_t at) {
  if (auto* const node = disk::node_at(fd)) return disk::put_one(fd, *node, from, count, at);
  return raw::write_at(fd, from, count, at);
}

ssize_t pwrite64(int fd, void const* from, size_t count, off64_t at) {
  return pwrite(fd, from, count, at);
}

ssize_t writev(int fd, iovec const* parts, int count) {
  if (auto* const node = disk::node_at(fd)) return disk::put(fd, *node, parts, count, {});
  return raw::write_parts(fd, parts, count);
}

ssize_t pwritev(int fd, iovec const* parts, int count, off_t at) {
  if (auto* const node = disk::node_at(fd)) return disk::put(fd, *node, parts, count, at);
  return raw::write_parts_at(fd, parts, count, at);
}

ssize_t pwritev64(int fd, iovec const* parts, int count, off64_t at) {
  return pwritev(fd, parts, count, at);
}

ssize_t read(int fd, void* to, size_t count) {
  auto const* const node = disk::node_at(fd);
  if (int const error = node == nullptr ? 0 : disk::read_error(*node); error != 0) return disk::refuse(error);
  return raw::call(SYS_read, fd, to, count);
}

ssize_t pread(int fd, void* to, size_t count, off_t at) {
  auto const* const node = disk::node_at(fd);
  if (int const error = node == nullptr ? 0 : disk::read_error(*node); error != 0) return disk::refuse(error);
  return raw::read_at(fd, to, count, at);
}

ssize_t pread64(int fd, void* to, size_t count, off64_t at) {
  return pread(fd, to, count, at);
}

int fsync(int fd) {
  if (auto* const node = disk::node_at(fd)) return disk::sync(fd, *node, SYS_fsync);
  return static_cast<int>(raw::call(SYS_fsync, fd));
}

int fdatasync(int fd) {
  if (auto* const node = disk::node_at(fd)) return disk::sync(fd, *node, SYS_fdatasync);
  return static_cast<int>(raw::call(SYS_fdatasync, fd));
}

// Promises nothing about a power cut.
int sync_file_range(int fd, off64_t from, off64_t count, unsigned flags) {
  if (disk::node_at(fd) != nullptr) return 0;
  return static_cast<int>(raw::call(SYS_sync_file_range, fd, from, count, flags));
}

int ftruncate(int fd, off_t size) noexcept {
  if (auto* const node = disk::node_at(fd)) return disk::cut_to(fd, *node, size);
  return raw::truncate(fd, size);
}

int ftruncate64(int fd, off64_t size) noexcept {
  return ftruncate(fd, size);
}

int fallocate(int fd, int mode, off_t from, off_t count) {
  if (auto* const node = disk::node_at(fd)) return disk::allocate(fd, *node, mode, from, count);
  return raw::allocate(fd, mode, from, count);
}

int fallocate64(int fd, int mode, off64_t from, off64_t count) {
  return fallocate(fd, mode, from, count);
}

int posix_fallocate(int fd, off_t from, off_t count) {
  return fallocate(fd, 0, from, count) == 0 ? 0 : errno;
}

int posix_fallocate64(int fd, off64_t from, off64_t count) {
  return posix_fallocate(fd, from, count);
}

// Copies go by read and write, which the model sees.
ssize_t sendfile(int to, int from, off_t* at, size_t count) noexcept {
  if (disk::node_at(to) != nullptr) return disk::refuse(EINVAL);
  return raw::call(SYS_sendfile, to, from, at, count);
}

ssize_t sendfile64(int to, int from, off64_t* at, size_t count) noexcept {
  return sendfile(to, from, at, count);
}

ssize_t copy_file_range(int from, off64_t* from_at, int to, off64_t* to_at, size_t count, unsigned flags) {
  if (disk::node_at(to) != nullptr) return disk::refuse(EXDEV);
  return raw::call(SYS_copy_file_range, from, from_at, to, to_at, count, flags);
}

int close(int fd) {
  auto* const node = disk::node_at(fd);
  if (node == nullptr) return raw::close(fd);
  auto& model = *node->model;
  std::lock_guard const lock(disk::Model::mutex);
  disk::set_node_at(fd, nullptr);
  bool const reads_only = (::fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY;
  auto const step = reads_only || model.dead ? disk::Step{} : model.next(disk::Op::close, node->name);
  int const done = raw::close(fd);
  if (step.error != 0) return disk::refuse(step.error);
  return step.cut ? disk::power_gone(model) : done;
}

int dup(int fd) noexcept {
  return disk::duplicate(fd, static_cast<int>(raw::call(SYS_dup, fd)));
}
int dup2(int fd, int to) noexcept {
  return disk::duplicate(fd, static_cast<int>(raw::call(SYS_dup2, fd, to)));
}
int dup3(int fd, int to, int flags) noexcept {
  return disk::duplicate(fd, static_cast<int>(raw::call(SYS_dup3, fd, to, flags)));
}

int fcntl64(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  using Real = int (*)(int, int, ...);
  static auto const real = reinterpret_cast<Real>(::dlsym(RTLD_NEXT, "fcntl64"));
  int const done = real(fd, command, argument);
  return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? disk::duplicate(fd, done) : done;
}

int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return fcntl64(fd, command, argument);
}

}  // extern "C"
