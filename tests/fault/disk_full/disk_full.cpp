// A disk that fills up at any point of the journal's work: the real writer on a small tmpfs, and on ext4 in a
// loop device, with a filler that leaves a few bytes free, now in a transaction, now at a checkpoint, now
// while a journal is made. Nobody is acknowledged for what is not there, nothing stops the program, it goes
// on by itself once there is space, and the copy is brought up to date.
//
// ext4 has blocks of 4 KB, as on any disk of use: with smaller ones a full disk ends the program by SIGBUS in
// SQLite's index, which is shared memory (nothing is lost by it).
//
//   fault_disk_full [--seed S] [--count POINTS] [--folder F]

#include "box.hpp"
#include "experiment.hpp"

#include "base/random.hpp"
#include "journal/journal.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

using namespace proktor;
using namespace proktor::fault;

namespace {

constexpr std::uint64_t points_per_folder = 10;

// A file system of 8 MB that goes away with this object.
class SmallDisk {
 public:
  explicit SmallDisk(bool ext4) {
    auto const image = folder_.path() / "image";
    path_ = folder_.path() / "disk";
    std::filesystem::create_directory(path_);
    if (ext4) {
      auto const quoted = image.string() + " " + path_.string();
      mounted_ = run("truncate -s 12M " + image.string() + " && mkfs.ext4 -q -b 4096 -m 0 " + image.string() +
                     " && mount -o loop " + quoted)
                     .code == 0;
    } else {
      mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=8m") == 0;
    }
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  explicit operator bool() const { return mounted_; }
  std::filesystem::path const& path() const { return path_; }
  std::filesystem::path filler() const { return path_ / "filler"; }

  void leave(std::uint64_t bytes) const {
    int const fd = ::open(filler().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    for (;;) {
      struct statvfs space {};
      ::statvfs(path_.c_str(), &space);
      auto const available = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
      if (available <= bytes) break;
      std::string const piece(static_cast<std::size_t>(std::min<std::uint64_t>(available - bytes, 1U << 20U)),
                              'f');
      if (::write(fd, piece.data(), piece.size()) <= 0) break;
    }
    ::close(fd);
  }
  void free() const {
    std::error_code ignored;
    std::filesystem::remove(filler(), ignored);
  }
  void empty() const {
    for (auto const& entry : std::filesystem::directory_iterator(path_)) {
      std::error_code ignored;
      if (entry.path().filename() != "lost+found") std::filesystem::remove_all(entry.path(), ignored);
    }
  }

 private:
  Folder folder_{};
  std::filesystem::path path_{};
  bool mounted_ = false;
};

class Filling {
 public:
  Filling(Experiment& experiment, SmallDisk const& small, std::uint64_t seed)
      : experiment_(experiment),
        disk_(small),
        seed_(seed),
        random_(seed),
        box_(disk_.path(), random_.next(), 2) {
    box_.accepts_full = true;
    disk_.empty();
  }

  void run(std::uint64_t points) {
    bool going = box_.begin() || full();
    for (; points > 0 && going && box_.violations.empty(); --points) {
      for (auto turns = random_.below(6); going && turns > 0; --turns) going = turn();
      disk_.leave(random_.below(3) == 0 ? 0 : random_.below(200'000));
      auto const refused = box_.refused;
      for (int turns = 0; going && turns < 12; ++turns) going = turn();
      experiment_["points_that_refused"] += box_.refused > refused;
      // Now and then it is started again on the full disk.
      if (going && random_.below(4) == 0) {
        box_.end(random_.below(2) == 0);
        going = box_.begin() || full();
      }
      disk_.free();
      if (going && !box_.started) {
        box_.end(false);
        going = box_.begin();
      }
      going = going && goes_on();
      ++experiment_["trials"];
    }
    if (!going) report("stopped: " + describe(box_.error()));
    box_.end(true);
    if (!box_.begin())
      report("does not open again: " + describe(box_.error()));
    else
      box_.check(true);
    box_.end(true);
    experiment_["acknowledged"] += box_.acknowledged;
    experiment_["lost"] += box_.lost;
    experiment_["refused"] += box_.refused;
    for (auto const& what : box_.violations) report(what);
    if (box_.lost > 0) report("lost " + std::to_string(box_.lost));
  }

 private:
  bool turn() { return !box_.started || box_.turn(); }
  bool full() { return box_.error() == Errc::storage_full; }  // it may refuse to start, with this word alone

  // With space again it must acknowledge without a restart, and the copy must catch up.
  bool goes_on() {
    auto const before = box_.acknowledged;
    for (int turns = 0; turns < 40; ++turns) {
      if (!box_.turn()) return false;
      if (turns > 12 && box_.acknowledged > before && !box_.copy_behind()) break;
    }
    if (box_.acknowledged == before) report("did not go on when there was space");
    if (box_.copy_behind()) report("the copy was not brought up to date");
    box_.check(random_.below(4) == 0);
    return true;
  }

  void report(std::string const& what) {
    experiment_.violation("folder " + std::to_string(seed_) + ": " + what,
                          "fault_disk_full --count 10 --folder " + std::to_string(seed_));
  }

  Experiment& experiment_;
  SmallDisk const& disk_;
  std::uint64_t seed_;
  SplitMix64 random_;
  Box box_;
};

}  // namespace

int main(int argc, char** argv) {
  auto arguments = parse(argc, argv, 60);
  Experiment experiment("disk-full", arguments);
  // Mounts of this process alone: they go with it, however it ends.
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return experiment.skip("may not mount");
  SmallDisk const memory(false);
  SmallDisk const loop(true);
  if (!memory) return experiment.skip("may not mount a tmpfs");
  if (!loop) std::cout << "SKIPPED: no ext4 in a loop device here\n";
  bool const single = arguments.more.contains("folder");
  auto folder =
      single ? std::stoull(arguments.more["folder"]) - 1 : arguments.seed * 1'000'000 + experiment["folders"];
  while (experiment.trials() < arguments.count && experiment["violations"] < 10) {
    ++experiment["folders"];
    ++folder;
    bool const ext4 = loop && folder % 2 == 0;
    experiment["ext4_points"] += ext4 ? points_per_folder : 0;
    Filling(experiment, ext4 ? loop : memory, folder)
        .run(std::min(points_per_folder, arguments.count - experiment.trials()));
    experiment.save();
    if (single) break;
  }
  return experiment.finish();
}
