#include "medium/files.hpp"

#include "base/file.hpp"

#include <cerrno>
#include <cstring>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace proktor::medium {
namespace {

namespace fs = std::filesystem;

constexpr mode_t folder_mode = 0750;
constexpr mode_t file_mode = 0640;
constexpr std::size_t names_max = 100'000;

Error last_error(std::string const& what) {
  int const number = errno;
  bool const full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  bool const gone = number == ENOENT || number == ENOTDIR;
  return fail(full ? Errc::storage_full : gone ? Errc::not_found : Errc::io_error,
              what + ": " + std::strerror(number));
}

Place place_of(struct stat const& status) {
  return {true, static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino), 0};
}

bool is_folder(fs::path const& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Result<Place> DirectFiles::look() {
  place_ = {};
  struct stat here {};
  if (::stat(folder_.c_str(), &here) != 0) {
    auto const error = last_error(folder_.string());
    if (error == Errc::not_found) return Place{};
    return error;
  }
  if (!S_ISDIR(here.st_mode)) return Place{};
  struct stat above {};
  if (::stat((folder_ / "..").c_str(), &above) != 0) return last_error(folder_.string());
  bool const is_mounted = above.st_dev != here.st_dev || above.st_ino == here.st_ino;
  if (!is_mounted && !is_folder(folder_ / top_folder)) return Place{};
  struct statvfs room {};
  if (::statvfs(folder_.c_str(), &room) != 0) return last_error(folder_.string());
  place_ = place_of(here);
  place_.free_bytes = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
  return place_;
}

Result<void> DirectFiles::check_place() const {
  struct stat here {};
  if (!place_.present || ::stat(folder_.c_str(), &here) != 0 || !place_.is_same(place_of(here)))
    return fail(Errc::not_found, "the medium is gone");
  return {};
}

Result<std::vector<std::string>> DirectFiles::list(std::string const& path) {
  if (auto here = check_place(); !here) return here.error();
  std::vector<std::string> names;
  DIR* const folder = ::opendir((folder_ / path).c_str());
  if (folder == nullptr) {
    auto const error = last_error(path);
    if (error == Errc::not_found) return names;
    return error;
  }
  errno = 0;
  while (auto const* entry = ::readdir(folder)) {
    std::string name(static_cast<char const*>(entry->d_name));
    if (name != "." && name != ".." && names.size() < names_max) names.push_back(std::move(name));
  }
  bool const ok = errno == 0;
  auto const error = last_error(path);
  ::closedir(folder);
  if (!ok) return error;
  return names;
}

Result<std::uint64_t> DirectFiles::size(std::string const& path) {
  if (auto here = check_place(); !here) return here.error();
  struct stat status {};
  if (::stat((folder_ / path).c_str(), &status) != 0) return last_error(path);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> DirectFiles::read(std::string const& path, std::uint64_t offset, std::size_t count) {
  if (auto here = check_place(); !here) return here.error();
  Fd const fd(::open((folder_ / path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return last_error(path);
  std::string out(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    ssize_t const n = ::pread(fd.get(), out.data() + done, count - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return last_error(path);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  out.resize(done);
  return out;
}

Result<void> DirectFiles::make_folders(std::string const& path) const {
  fs::path at = folder_;
  for (auto const& part : fs::path(path).parent_path()) {
    auto const above = at;
    at /= part;
    if (::mkdir(at.c_str(), folder_mode) != 0 && errno != EEXIST) return last_error(at.string());
    // Also of one that is there: nobody knows whether the sync after its making succeeded.
    if (auto done = sync_directory(above); !done) return done;
  }
  return {};
}

Result<void> DirectFiles::append(std::string const& path, std::uint64_t at, std::string_view bytes) {
  if (auto here = check_place(); !here) return here.error();
  if (at == 0) {
    if (auto done = make_folders(path); !done) return done;
  }
  auto const full = folder_ / path;
  int const create = at == 0 ? O_CREAT : 0;
  Fd const fd(::open(full.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | create, file_mode));
  if (!fd) return last_error(path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return last_error(path);
  // The file itself says which medium it is on, whatever happened to the path meanwhile.
  if (static_cast<std::uint64_t>(status.st_dev) != place_.device) return fail(Errc::not_found, "the medium is gone");
  if (static_cast<std::uint64_t>(status.st_size) != at) {
    auto const there = read(path, at, bytes.size() + 1);
    if (!there) return there.error();
    if (*there != bytes) return fail(Errc::too_large, path + ": another size");
  }
  if (::lseek(fd.get(), static_cast<off_t>(at), SEEK_SET) < 0) return last_error(path);
  if (auto done = write_all(fd.get(), bytes); !done) return done;
  if (::fsync(fd.get()) != 0) return last_error(path);
  return at == 0 ? sync_directory(full.parent_path()) : Result<void>();
}

Result<void> DirectFiles::cut(std::string const& path, std::uint64_t size) {
  if (auto here = check_place(); !here) return here.error();
  if (::truncate((folder_ / path).c_str(), static_cast<off_t>(size)) != 0) return last_error(path);
  return {};
}

Result<void> DirectFiles::rename(std::string const& from, std::string const& to) {
  if (auto here = check_place(); !here) return here.error();
  if (::rename((folder_ / from).c_str(), (folder_ / to).c_str()) != 0) return last_error(from);
  return sync_directory((folder_ / to).parent_path());
}

Result<void> put_file(Files& files, std::string const& path, std::string_view content) {
  auto const fresh = path + ".baru";
  if (auto cut = files.cut(fresh, 0); !cut && !(cut.error() == Errc::not_found)) return cut;
  if (auto done = files.append(fresh, 0, content); !done) return done;
  return files.rename(fresh, path);
}

Result<std::string> read_all(Files& files, std::string const& path, std::size_t limit) {
  auto content = files.read(path, 0, limit + 1);
  if (content && content->size() > limit) return fail(Errc::too_large, path);
  return content;
}

}  // namespace proktor::medium
