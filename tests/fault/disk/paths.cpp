// libc's functions on names.

#include "model.hpp"
#include "raw.hpp"

#include <cerrno>
#include <cstdarg>

namespace proktor::fault::disk {
namespace {

using Lock = std::lock_guard<std::mutex>;

int refuse(int error) {
  errno = error;
  return -1;
}

int finish(Model& model, Step const& step, int done) {
  if (!step.cut) return done;
  model.cut();
  return refuse(EIO);
}

Model* holding_either(int from_dir, char const* from, int to_dir, char const* to) {
  auto* const model = Model::holding(from_dir, from);
  return model != nullptr ? model : Model::holding(to_dir, to);
}

int open_other(int dir, char const* path, int flags, mode_t mode) {
  int const fd = raw::open_at(dir, path, flags, mode);
  set_node_at(fd, nullptr);
  return fd;
}

// An existing file, or one that is none of the model's.
int open_known(Model& model, int dir, char const* path, int flags, mode_t mode, Node* node) {
  if (node == nullptr || node->directory) {
    int const fd = raw::open_at(dir, path, flags, mode);
    set_node_at(fd, node);
    return fd;
  }
  // Written files must be readable for the model, and are cut as an operation of its own.
  int const access = (flags & O_ACCMODE) == O_WRONLY ? O_RDWR : flags & O_ACCMODE;
  int const fd = raw::open_at(dir, path, (flags & ~(O_TRUNC | O_ACCMODE)) | access, mode);
  set_node_at(fd, node);
  if (fd < 0 || (flags & O_TRUNC) == 0 || node->size == 0) return fd;
  auto const step = model.next(Op::truncate, node->name);
  if (step.error == 0) {
    model.truncate(*node, fd, 0, false);
    raw::truncate(fd, 0);
    model.truncate(*node, fd, 0, true);
    if (!step.cut) return fd;
    model.cut();
  }
  set_node_at(fd, nullptr);
  raw::close(fd);
  return refuse(step.cut ? EIO : step.error);
}

}  // namespace

int open_model(int dir, char const* path, int flags, mode_t mode) {
  if (!Model::any_active()) return raw::open_at(dir, path, flags, mode);
  Lock const lock(Model::mutex);
  auto* const held = Model::holding(dir, path);
  if (held == nullptr) return open_other(dir, path, flags, mode);
  auto& model = *held;
  struct stat status {};
  if (raw::status_at(dir, path, status, (flags & O_NOFOLLOW) != 0 ? AT_SYMLINK_NOFOLLOW : 0)) {
    if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) return refuse(EEXIST);
    auto* node = model.node_of(status);
    if (node == nullptr && S_ISREG(status.st_mode) && (flags & O_ACCMODE) != O_RDONLY) {
      auto const place = model.place_of(dir, path);
      if (place.parent != nullptr) node = model.child(place);
    }
    return open_known(model, dir, path, flags, mode, node);
  }
  auto const place = (flags & O_CREAT) != 0 ? model.place_of(dir, path) : Place{};
  if (place.parent == nullptr) return raw::open_at(dir, path, flags, mode);
  auto const step = model.next(Op::create, place.name);
  if (step.error != 0) return refuse(step.error);
  int const access = (flags & O_ACCMODE) == O_WRONLY ? O_RDWR : flags & O_ACCMODE;
  int const fd = raw::open_at(dir, path, (flags & ~O_ACCMODE) | access, mode);
  if (fd < 0 || !raw::status_at(fd, "", status, AT_EMPTY_PATH)) return fd;
  auto* const node = model.create(place, status);
  if (!step.cut) return set_node_at(fd, node), fd;
  raw::close(fd);
  return finish(model, step, -1);
}

namespace {

int unlink_model(int dir, char const* path, int flags) {
  if (!Model::any_active()) return raw::unlink_at(dir, path, flags);
  Lock const lock(Model::mutex);
  auto* const held = Model::holding(dir, path);
  if (held == nullptr) return raw::unlink_at(dir, path, flags);
  auto& model = *held;
  auto const place = model.place_of(dir, path);
  auto* const node = place.parent == nullptr ? nullptr : model.child(place);
  if (node == nullptr) return raw::unlink_at(dir, path, flags);
  auto const step = model.next((flags & AT_REMOVEDIR) != 0 ? Op::rmdir : Op::unlink, place.name);
  if (step.error != 0) return refuse(step.error);
  model.keep_before_unlink(place, *node);
  int const done = raw::unlink_at(dir, path, flags);
  if (done == 0) model.remove(place, *node);
  return finish(model, step, done);
}

int mkdir_model(int dir, char const* path, mode_t mode) {
  if (!Model::any_active()) return raw::make_directory_at(dir, path, mode);
  Lock const lock(Model::mutex);
  auto* const held = Model::holding(dir, path);
  if (held == nullptr) return raw::make_directory_at(dir, path, mode);
  auto& model = *held;
  struct stat status {};
  auto const place = model.place_of(dir, path);
  if (place.parent == nullptr || raw::status_at(dir, path, status))
    return raw::make_directory_at(dir, path, mode);
  auto const step = model.next(Op::mkdir, place.name);
  if (step.error != 0) return refuse(step.error);
  int const done = raw::make_directory_at(dir, path, mode);
  if (done == 0 && raw::status_at(dir, path, status)) model.create(place, status);
  return finish(model, step, done);
}

// A move across the root's border is a new durable file or a removal: no program of ours does it.
int rename_model(int from_dir, char const* from, int to_dir, char const* to, unsigned flags) {
  if (!Model::any_active()) return raw::rename_at(from_dir, from, to_dir, to, flags);
  Lock const lock(Model::mutex);
  auto* const held = holding_either(from_dir, from, to_dir, to);
  if (held == nullptr) return raw::rename_at(from_dir, from, to_dir, to, flags);
  auto& model = *held;
  auto const source = model.place_of(from_dir, from);
  auto const target = model.place_of(to_dir, to);
  auto* const node = source.parent == nullptr ? nullptr : model.child(source);
  if (node == nullptr && target.parent == nullptr) return raw::rename_at(from_dir, from, to_dir, to, flags);
  auto const step = model.next(Op::rename, target.name);
  if (step.error != 0) return refuse(step.error);
  auto* const replaced = target.parent == nullptr ? nullptr : model.child(target);
  if (replaced != nullptr && replaced != node) model.keep_before_unlink(target, *replaced);
  if (node != nullptr && target.parent == nullptr) model.keep_before_unlink(source, *node);
  int const done = raw::rename_at(from_dir, from, to_dir, to, flags);
  if (done == 0 && node != nullptr && target.parent != nullptr && replaced != node)
    model.rename(source, target, *node, replaced);
  if (done == 0 && node == nullptr) std::ignore = model.child(target);
  if (done == 0 && target.parent == nullptr) model.remove(source, *node);
  return finish(model, step, done);
}

int link_model(int from_dir, char const* from, int to_dir, char const* to, int flags) {
  if (!Model::any_active()) return raw::link_at(from_dir, from, to_dir, to, flags);
  Lock const lock(Model::mutex);
  auto* const held = holding_either(from_dir, from, to_dir, to);
  if (held == nullptr) return raw::link_at(from_dir, from, to_dir, to, flags);
  auto& model = *held;
  auto const target = model.place_of(to_dir, to);
  struct stat status {};
  auto* const node = raw::status_at(from_dir, from, status, 0) ? model.node_of(status) : nullptr;
  if (target.parent == nullptr || node == nullptr) return raw::link_at(from_dir, from, to_dir, to, flags);
  auto const step = model.next(Op::link, target.name);
  if (step.error != 0) return refuse(step.error);
  int const done = raw::link_at(from_dir, from, to_dir, to, flags);
  if (done == 0) model.add_name(target, *node);
  return finish(model, step, done);
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace
}  // namespace proktor::fault::disk

namespace disk = proktor::fault::disk;

#define PROKTOR_OPEN(NAME)                                \
  int NAME(char const* path, int flags, ...) {            \
    va_list arguments;                                    \
    va_start(arguments, flags);                           \
    auto const mode = disk::mode_of(flags, arguments);    \
    va_end(arguments);                                    \
    return disk::open_model(AT_FDCWD, path, flags, mode); \
  }
#define PROKTOR_OPENAT(NAME)                            \
  int NAME(int dir, char const* path, int flags, ...) { \
    va_list arguments;                                  \
    va_start(arguments, flags);                         \
    auto const mode = disk::mode_of(flags, arguments);  \
    va_end(arguments);                                  \
    return disk::open_model(dir, path, flags, mode);    \
  }

extern "C" {

PROKTOR_OPEN(open)
PROKTOR_OPEN(open64)
PROKTOR_OPENAT(openat)
PROKTOR_OPENAT(openat64)
// What fortified callers without a mode use.
int __open_2(char const* path, int flags) {
  return disk::open_model(AT_FDCWD, path, flags, 0);
}
int __open64_2(char const* path, int flags) {
  return disk::open_model(AT_FDCWD, path, flags, 0);
}
int __openat_2(int dir, char const* path, int flags) {
  return disk::open_model(dir, path, flags, 0);
}
int __openat64_2(int dir, char const* path, int flags) {
  return disk::open_model(dir, path, flags, 0);
}
int creat(char const* path, mode_t mode) {
  return disk::open_model(AT_FDCWD, path, O_CREAT | O_TRUNC | O_WRONLY, mode);
}
int creat64(char const* path, mode_t mode) {
  return creat(path, mode);
}

int truncate(char const* path, off_t size) noexcept {
  int const fd = disk::open_model(AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
  if (fd < 0) return -1;
  int const done = ::ftruncate(fd, size);
  int const error = errno;
  ::close(fd);
  errno = error;
  return done;
}
int truncate64(char const* path, off64_t size) noexcept {
  return truncate(path, size);
}

int unlink(char const* path) noexcept {
  return disk::unlink_model(AT_FDCWD, path, 0);
}
int unlinkat(int dir, char const* path, int flags) noexcept {
  return disk::unlink_model(dir, path, flags);
}
int rmdir(char const* path) noexcept {
  return disk::unlink_model(AT_FDCWD, path, AT_REMOVEDIR);
}
int remove(char const* path) noexcept {
  int const done = unlink(path);
  return done != 0 && errno == EISDIR ? rmdir(path) : done;
}
int mkdir(char const* path, mode_t mode) noexcept {
  return disk::mkdir_model(AT_FDCWD, path, mode);
}
int mkdirat(int dir, char const* path, mode_t mode) noexcept {
  return disk::mkdir_model(dir, path, mode);
}

int rename(char const* from, char const* to) noexcept {
  return disk::rename_model(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int renameat(int from_dir, char const* from, int to_dir, char const* to) noexcept {
  return disk::rename_model(from_dir, from, to_dir, to, 0);
}
int renameat2(int from_dir, char const* from, int to_dir, char const* to, unsigned flags) noexcept {
  return disk::rename_model(from_dir, from, to_dir, to, flags);
}
int link(char const* from, char const* to) noexcept {
  return disk::link_model(AT_FDCWD, from, AT_FDCWD, to, 0);
}
int linkat(int from_dir, char const* from, int to_dir, char const* to, int flags) noexcept {
  return disk::link_model(from_dir, from, to_dir, to, flags);
}

}  // extern "C"
