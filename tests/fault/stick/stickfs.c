/* A folder as a FUSE 3 file system that behaves until it is told not to: stickfs FOLDER MOUNTPOINT ORDERS
 *
 * ORDERS is a file with one word, read before each operation: `good`, `slow` (200 ms each), `full` (ENOSPC on what
 * needs room), `error` (EIO), `hang` (never answers, whatever the word becomes later: only an abort in
 * /sys/fs/fuse/connections ends it). Writes lie in FOLDER as they came. Runs in the foreground, one thread an operation. */
#define FUSE_USE_VERSION 35
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse3/fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const char *folder, *orders;

/* 0, or what the operation is to fail with. */
static int obey(int needs_room) {
  char word[16] = {0};
  int const file = open(orders, O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    if (read(file, word, sizeof word - 1) < 0) word[0] = 0;
    close(file);
  }
  if (word[0] == 'h')
    for (;;) pause();
  if (word[0] == 's') usleep(200 * 1000);
  if (word[0] == 'e') return -EIO;
  if (word[0] == 'f' && needs_room) return -ENOSPC;
  return 0;
}

static int result(int done) { return done < 0 ? -errno : done; }

/* Every operation: obeys, then does the same in FOLDER as `real`. */
#define BEGIN(path, needs_room)                                                   \
  char real[PATH_MAX];                                                            \
  int const order = obey(needs_room);                                             \
  if (order != 0) return order;                                                   \
  if (snprintf(real, sizeof real, "%s%s", folder, path) >= (int)sizeof real) return -ENAMETOOLONG

static int fs_getattr(const char *path, struct stat *out, struct fuse_file_info *info) {
  (void)info;
  BEGIN(path, 0);
  return result(lstat(real, out));
}

static int fs_readdir(const char *path, void *buffer, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *info,
                      enum fuse_readdir_flags flags) {
  (void)offset, (void)info, (void)flags;
  BEGIN(path, 0);
  DIR *list = opendir(real);
  if (list == NULL) return -errno;
  for (struct dirent *one; (one = readdir(list)) != NULL;) fill(buffer, one->d_name, NULL, 0, 0);
  closedir(list);
  return 0;
}

static int fs_mkdir(const char *path, mode_t mode) {
  BEGIN(path, 1);
  return result(mkdir(real, mode));
}

static int fs_unlink(const char *path) {
  BEGIN(path, 0);
  return result(unlink(real));
}

static int fs_rmdir(const char *path) {
  BEGIN(path, 0);
  return result(rmdir(real));
}

static int fs_rename(const char *path, const char *to, unsigned flags) {
  (void)flags;
  BEGIN(path, 0);
  char target[PATH_MAX];
  if (snprintf(target, sizeof target, "%s%s", folder, to) >= (int)sizeof target) return -ENAMETOOLONG;
  return result(rename(real, target));
}

static int fs_truncate(const char *path, off_t size, struct fuse_file_info *info) {
  (void)info;
  BEGIN(path, 0);
  return result(truncate(real, size));
}

static int fs_open(const char *path, struct fuse_file_info *info) {
  BEGIN(path, 0);
  int const file = open(real, info->flags & ~O_APPEND);
  info->fh = (uint64_t)file;
  return file < 0 ? -errno : 0;
}

static int fs_create(const char *path, mode_t mode, struct fuse_file_info *info) {
  BEGIN(path, 1);
  int const file = open(real, (info->flags & ~O_APPEND) | O_CREAT, mode);
  info->fh = (uint64_t)file;
  return file < 0 ? -errno : 0;
}

static int fs_read(const char *path, char *out, size_t size, off_t offset, struct fuse_file_info *info) {
  BEGIN(path, 0);
  return result((int)pread((int)info->fh, out, size, offset));
}

static int fs_write(const char *path, const char *data, size_t size, off_t offset, struct fuse_file_info *info) {
  BEGIN(path, 1);
  return result((int)pwrite((int)info->fh, data, size, offset));
}

static int fs_fsync(const char *path, int data_only, struct fuse_file_info *info) {
  (void)data_only;
  BEGIN(path, 0);
  return result(fsync((int)info->fh));
}

static int fs_fsyncdir(const char *path, int data_only, struct fuse_file_info *info) {
  (void)data_only, (void)info;
  BEGIN(path, 0);
  return 0;
}

static int fs_release(const char *path, struct fuse_file_info *info) {
  (void)path;
  return result(close((int)info->fh));
}

static int fs_statfs(const char *path, struct statvfs *out) {
  BEGIN(path, 0);
  return result(statvfs(real, out));
}

static int fs_chmod(const char *path, mode_t mode, struct fuse_file_info *info) {
  (void)info;
  BEGIN(path, 0);
  return result(chmod(real, mode));
}

static int fs_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *info) {
  (void)info;
  BEGIN(path, 0);
  return result(utimensat(AT_FDCWD, real, times, AT_SYMLINK_NOFOLLOW));
}

static void *fs_init(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  /* Nothing is remembered by the kernel: each call of a program reaches this file system. */
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  config->direct_io = 1;
  return NULL;
}

int main(int count, char **arguments) {
  static const struct fuse_operations operations = {
      .init = fs_init, .getattr = fs_getattr, .readdir = fs_readdir, .mkdir = fs_mkdir, .unlink = fs_unlink,
      .rmdir = fs_rmdir, .rename = fs_rename, .truncate = fs_truncate, .open = fs_open, .create = fs_create,
      .read = fs_read, .write = fs_write, .fsync = fs_fsync, .fsyncdir = fs_fsyncdir, .release = fs_release,
      .statfs = fs_statfs, .chmod = fs_chmod, .utimens = fs_utimens};
  if (count != 4) return 2;
  folder = arguments[1];
  orders = arguments[3];
  char *fuse[] = {arguments[0], "-f", "-o", "fsname=proktor-stick,default_permissions", arguments[2], NULL};
  return fuse_main(5, fuse, &operations, NULL);
}
