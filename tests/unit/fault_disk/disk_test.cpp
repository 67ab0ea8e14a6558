#include "disk.hpp"
#include "base/file.hpp"
#include "tests/support/result_text.hpp"

#include <sqlite3.h>
#include <catch2/catch.hpp>

#include <fstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace fault = proktor::fault::disk;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    std::string name = (fs::temp_directory_path() / "fault-disk-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() {
    fault::stop();
    fault::lie(0);
    fault::delay_syncs(0);
    fault::keep_contents(false);
    fs::remove_all(path);
  }
  fs::path path;
};

std::string text_in(fs::path const& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put(fs::path const& path, std::string const& text, bool synced) {
  proktor::Fd const fd(::open(path.c_str(), O_RDWR | O_CREAT, 0640));
  REQUIRE(fd);
  REQUIRE(proktor::write_all(fd.get(), text));
  if (synced) REQUIRE(::fsync(fd.get()) == 0);
}

struct Connection {
  explicit Connection(fs::path const& path) {
    REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0");
  }
  ~Connection() { sqlite3_close(handle); }
  int run(std::string const& sql) { return sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr); }
  int count() {
    int out = -1;
    auto const take = [](void* to, int, char** values, char**) {
      return *static_cast<int*>(to) = std::atoi(values[0]), 0;
    };
    sqlite3_exec(handle, "SELECT count(*) FROM t", take, &out, nullptr);
    return out;
  }
  sqlite3* handle = nullptr;
};

}  // namespace

TEST_CASE("What was synced is there after every cut, what was not is there in some and lost in others") {
  int kept = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    Folder folder;
    put(folder.path / "old", std::string(2000, 'a'), false);
    fault::start(folder.path, seed);
    put(folder.path / "old", std::string(1000, 'b'), true);
    put(folder.path / "old", std::string(600, 'c'), false);
    fault::cut_now();
    CHECK(::open((folder.path / "x").c_str(), O_CREAT | O_RDWR, 0600) == -1);
    fault::restore_image();
    auto const text = text_in(folder.path / "old");
    REQUIRE(text.size() == 2000);
    CHECK(text.substr(600) == std::string(400, 'b') + std::string(1000, 'a'));
    CHECK(text.substr(0, 600).find_first_not_of("bc") == std::string::npos);
    kept += text.substr(0, 600) == std::string(600, 'c');
  }
  CHECK(kept > 0);
  CHECK(kept < 40);
}

TEST_CASE("A new name needs its folder synced, and a rename is whole or not at all") {
  int created = 0;
  int renamed = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Folder folder;
    put(folder.path / "target", "old", false);
    fault::start(folder.path, seed);
    put(folder.path / "new", "new", true);
    REQUIRE(::rename((folder.path / "new").c_str(), (folder.path / "target").c_str()) == 0);
    put(folder.path / "other", "x", false);
    fault::cut_now();
    fault::restore_image();
    auto const target = text_in(folder.path / "target");
    CHECK((target == "old" || target == "new"));
    if (target == "new") CHECK_FALSE(fs::exists(folder.path / "new"));
    renamed += target == "new";
    created += fs::exists(folder.path / "other");
  }
  CHECK(renamed > 0);
  CHECK(renamed < 60);
  CHECK(created > 0);
  CHECK(created < 60);
}

TEST_CASE("write_file, removals and folders survive once their folder is synced") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Folder folder;
    put(folder.path / "gone", "gone", false);
    fault::start(folder.path, seed);
    REQUIRE(proktor::write_file(folder.path / "whole", "first"));
    REQUIRE(proktor::write_file(folder.path / "whole", "second"));
    fs::create_directories(folder.path / "a" / "b");
    fs::remove(folder.path / "gone");
    REQUIRE(proktor::sync_directory(folder.path));
    put(folder.path / "a" / "b" / "lost", "lost", true);
    fault::cut_now();
    fault::restore_image();
    CHECK(text_in(folder.path / "whole") == "second");
    CHECK_FALSE(fs::exists(folder.path / "gone"));
    CHECK(fs::exists(folder.path / "a"));
  }
}

TEST_CASE("A removal that was not synced can be undone by a cut, with the file's contents") {
  int back = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Folder folder;
    put(folder.path / "file", "contents", false);
    fault::start(folder.path, seed);
    fs::remove_all(folder.path / "file");
    fault::cut_now();
    fault::restore_image();
    if (!fs::exists(folder.path / "file")) continue;
    CHECK(text_in(folder.path / "file") == "contents");
    ++back;
  }
  CHECK(back > 0);
  CHECK(back < 30);
}

TEST_CASE("One seed gives one image") {
  auto const image = [](std::uint64_t seed) {
    Folder folder;
    fault::start(folder.path, seed);
    for (int i = 0; i < 20; ++i)
      put(folder.path / ("f" + std::to_string(i % 7)), std::string(3000, static_cast<char>('a' + i)),
          i % 3 == 0);
    fault::cut_now();
    fault::restore_image();
    std::string out;
    for (int i = 0; i < 7; ++i) out += "|" + text_in(folder.path / ("f" + std::to_string(i)));
    return out;
  };
  CHECK(image(7) == image(7));
  CHECK(image(7) != image(8));
}

TEST_CASE("No operation of SQLite, streams or std::filesystem goes past the model") {
  Folder folder;
  fs::create_directory(folder.path / "before");
  put(folder.path / "before" / "f", "1234", false);
  fault::keep_contents(true);
  fault::start(folder.path, 1);
  {
    Connection db(folder.path / "db");
    db.run("CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(20000))");
    for (int i = 0; i < 50; ++i) db.run("INSERT INTO t VALUES(" + std::to_string(i) + ")");
    sqlite3_wal_checkpoint_v2(db.handle, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    db.run("INSERT INTO t VALUES(2); PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO t VALUES(3)");
    CHECK(fault::difference().empty());
    CHECK(db.count() == 53);
  }
  std::ofstream(folder.path / "stream") << "text" << std::flush << 12;
  std::ofstream(folder.path / "stream", std::ios::app) << "more";
  fs::copy_file(folder.path / "stream", folder.path / "copy");
  fs::resize_file(folder.path / "copy", 3);
  fs::create_hard_link(folder.path / "copy", folder.path / "hard");
  fs::rename(folder.path / "before", folder.path / "after");
  fs::copy(folder.path / "after", folder.path / "again", fs::copy_options::recursive);
  fs::remove_all(folder.path / "after");
  REQUIRE(proktor::write_file(folder.path / "whole", "whole"));
  CHECK(fault::difference().empty());
  CHECK(text_in(folder.path / "stream") == "text12more");
  // What goes past it is shown.
  auto const path = (folder.path / "past").string();
  std::thread([&path] { ::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_CREAT | O_RDWR, 0600); }).join();
  CHECK(fault::difference() == "unknown: " + path + "\n");
}

TEST_CASE("SQLite loses no committed row with FULL, and some with NORMAL") {
  auto const lost = [](char const* synchronous) {
    int rows = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      Folder folder;
      fault::start(folder.path, seed);
      int committed = 0;
      {
        Connection db(folder.path / "db");
        db.run(std::string("CREATE TABLE t(x); PRAGMA synchronous=") + synchronous);
        proktor::sync_directory(folder.path);
        fault::cut_at(fault::operations() + 1 + seed * 3);
        while (!fault::is_cut()) {
          bool const done = db.run("INSERT INTO t VALUES(zeroblob(700))") == SQLITE_OK;
          if (done && !fault::is_cut()) ++committed;
        }
      }
      fault::restore_image();
      Connection db(folder.path / "db");
      rows += std::max(0, committed - db.count());
    }
    return rows;
  };
  CHECK(lost("FULL") == 0);
  CHECK(lost("NORMAL") > 0);
}

TEST_CASE("The n-th operation fails once or for good, and reads too when asked") {
  Folder folder;
  put(folder.path / "f", "12345678", false);
  fault::start(folder.path, 1);
  proktor::Fd const fd(::open((folder.path / "f").c_str(), O_RDWR));
  fault::fail({fault::Fault::no_space, 2, false, false});
  CHECK(::pwrite(fd.get(), "a", 1, 0) == 1);
  CHECK(::pwrite(fd.get(), "a", 1, 0) == -1);
  CHECK(errno == ENOSPC);
  CHECK(::pwrite(fd.get(), "a", 1, 0) == 1);
  fault::fail({fault::Fault::short_write, 1, true, false});
  CHECK(::pwrite(fd.get(), "abcd", 4, 0) == 2);
  fault::fail({fault::Fault::io_error, 1, true, true});
  char byte = 0;
  CHECK(::pread(fd.get(), &byte, 1, 0) == -1);
  CHECK(::fsync(fd.get()) == -1);
  CHECK(fault::failures() == 2);
  fault::fail({});
  CHECK(::pread(fd.get(), &byte, 1, 0) == 1);
}

TEST_CASE("After a failed fsync a later one succeeds without the data") {
  int gone = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Folder folder;
    put(folder.path / "f", "old", true);
    fault::start(folder.path, seed);
    proktor::Fd const fd(::open((folder.path / "f").c_str(), O_RDWR));
    CHECK(::pwrite(fd.get(), "new", 3, 0) == 3);
    fault::fail({fault::Fault::failed_sync, 1, false, false});
    CHECK(::fsync(fd.get()) == -1);
    CHECK(::fsync(fd.get()) == 0);
    fault::restore_image();
    gone += text_in(folder.path / "f") == "old";
  }
  CHECK(gone > 0);
  CHECK(gone < 20);
}

TEST_CASE("A lying disk forgets the last syncs and no more") {
  int forgotten = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Folder folder;
    put(folder.path / "f", "0", true);
    fault::start(folder.path, seed);
    fault::lie(2);
    for (auto const* text : {"1", "2", "3"}) put(folder.path / "f", text, true);
    fault::cut_now();
    fault::restore_image();
    auto const text = text_in(folder.path / "f");
    CHECK(text != "0");
    forgotten += text != "3";
  }
  CHECK(forgotten > 0);
}

TEST_CASE("A kill loses nothing but what comes after it") {
  Folder folder;
  fault::start(folder.path, 1);
  put(folder.path / "f", "unsynced", false);
  fault::kill_at(fault::operations() + 1);
  CHECK(::unlink((folder.path / "f").c_str()) == -1);
  fault::revive();
  CHECK(text_in(folder.path / "f") == "unsynced");
  bool lost = false;
  for (int i = 0; i < 20 && !lost; ++i) {
    fault::start(folder.path, static_cast<std::uint64_t>(i));
    put(folder.path / "g", "x", false);
    fault::restore_image();
    lost = !fs::exists(folder.path / "g");
    fs::remove(folder.path / "g");
  }
  CHECK(lost);
}
