#include "disk.hpp"
#include "base/file.hpp"
#include "tests/support/result_text.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

namespace fault = proktor::fault::disk;
namespace fs = std::filesystem;

namespace {

struct Folder {
  explicit Folder(std::size_t number) : disk(number) {
    std::string name = (fs::temp_directory_path() / "fault-disks-XXXXXX").string();
    path = ::mkdtemp(name.data());
    fault::start(path, 1 + disk, disk);
  }
  ~Folder() {
    fault::stop(disk);
    fs::remove_all(path);
  }
  std::size_t disk;
  fs::path path;
};

void put(fs::path const& path, bool synced) {
  proktor::Fd const fd(::open(path.c_str(), O_RDWR | O_CREAT, 0640));
  REQUIRE(fd);
  REQUIRE(proktor::write_all(fd.get(), "bytes"));
  if (synced) REQUIRE(::fsync(fd.get()) == 0);
}

}  // namespace

TEST_CASE("two disks: a cut of one leaves the other as it is") {
  Folder box(0), stick(1);
  put(box.path / "a", false);
  put(stick.path / "b", true);
  REQUIRE(proktor::sync_directory(stick.path));
  fault::cut_now(1);
  CHECK(::open((stick.path / "c").c_str(), O_RDWR | O_CREAT, 0640) < 0);
  put(box.path / "d", true);
  fault::restore_image(1);
  CHECK(fs::file_size(stick.path / "b") == 5);
  CHECK(fs::file_size(box.path / "a") == 5);
  CHECK(fault::operations(1) == 0);
  CHECK(fault::operations() > 0);
  CHECK(fault::difference().empty());
}
