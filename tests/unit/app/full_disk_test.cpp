// The data directory on a small disk of its own that is filled up and emptied again.
#include "box.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include <sys/mount.h>

using namespace proktor;
using namespace proktor::test;
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t left_free_bytes = 256U << 10U;
std::string const busy = "[exam]\nevents_per_second = 100000\nevents_burst = 100000\n";

struct SmallDisk {
  fs::path path;
  bool mounted = false;

  explicit SmallDisk(std::string const& size) {
    std::string name = (fs::temp_directory_path() / "proktor-disk-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
    mounted = ::mount("tmpfs", path.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted) ::umount2(path.c_str(), MNT_DETACH);
    fs::remove_all(path);
  }
  // Leaves a little, so that some more entries are still taken.
  void fill() const {
    std::ofstream out(path / "penuh", std::ios::binary);
    std::string const block(4096, 'x');
    while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
    out.close();
    fs::resize_file(path / "penuh", fs::file_size(path / "penuh") - left_free_bytes);
  }
};

}  // namespace

TEST_CASE("a full disk refuses, loses nothing that was acknowledged, and goes on by itself") {
  SmallDisk disk("12m");
  if (!disk.mounted) {
    WARN("skipped: mounting a tmpfs needs root");
    return;
  }
  Working scene(disk.path / "data", busy);
  auto& [box, desk, pupil] = scene;
  disk.fill();

  using Steady = std::chrono::steady_clock;
  std::uint64_t acknowledged = 0;
  std::int64_t remaining_ms = 0;
  auto heard = Steady::now();
  std::string last;
  Reply refused;
  std::string const long_text(8'000, 'y');
  for (int i = 0; i < 500 && refused.status == 0; ++i) {
    last = pupil.next_line(fmt::format(R"("kind":"answer","item":"i1","value":{{"r1":"{}"}})", long_text));
    auto const reply = pupil.events(last);
    if (reply.status != 200) {
      refused = reply;
      break;
    }
    acknowledged = static_cast<std::uint64_t>(reply.number("hwm"));
    remaining_ms = reply.number("remaining_ms");
    heard = Steady::now();
  }
  INFO(refused.body);
  REQUIRE(refused.code() == "storage_full");
  REQUIRE(acknowledged > 0);
  CHECK(std::ranges::any_of(refused.headers, [](auto const& field) { return field.first == "retry-after" || field.first == "Retry-After"; }));
  CHECK(box.control("/healthz").body == "ok");
  CHECK(pupil.browser.get("/api/pupil/state").status == 200);  // what needs no disk goes on

  fs::remove(disk.path / "penuh");
  Reply resumed;
  auto asked = Steady::now();
  REQUIRE(soon([&] {
    asked = Steady::now();
    resumed = pupil.events(last);
    return resumed.status == 200;
  }));
  CHECK(static_cast<std::uint64_t>(resumed.number("hwm")) == acknowledged + 1);
  CHECK(resumed.text("head") == hex(pupil.head));
  // The exam's clock went on while the state was read anew.
  auto const passed = std::chrono::duration_cast<std::chrono::milliseconds>(asked - heard).count();
  CHECK(remaining_ms - resumed.number("remaining_ms") >= passed - 5);
  box.kill();
  box.start();
  CHECK(pupil.prepare("t1").number("hwm") == static_cast<std::int64_t>(acknowledged + 1));
}

TEST_CASE("a disk that fills up costs the ballast first; answers go on, and it is made again when there is room") {
  SmallDisk disk("60m");
  if (!disk.mounted) {
    WARN("skipped: mounting a tmpfs needs root");
    return;
  }
  constexpr std::uintmax_t ballast_bytes = 16U << 20U;
  Working scene(disk.path / "data", fmt::format("{}[disk]\nballast_bytes = {}\nlow_bytes = 8388608\n", busy, ballast_bytes));
  auto& [box, desk, pupil] = scene;
  auto const ballast = disk.path / "data" / "ballast";
  auto const alarmed = [&](std::string_view code) {
    auto const status = box.control("/v1/status").json();
    for (auto const& alarm : status.at("alarms").as_array()) {
      if (alarm.at("code").as_string() == code) return true;
    }
    return false;
  };
  REQUIRE(soon([&] { return fs::exists(ballast); }));
  CHECK(fs::file_size(ballast) == ballast_bytes);
  CHECK_FALSE(alarmed("storage_low"));
  disk.fill();
  CHECK(soon([&] { return alarmed("storage_low"); }));

  // More than what was left: the ballast has to give way, and the page sees no more than a short "again".
  std::string const long_text(8'000, 'y');
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    auto const line = pupil.next_line(fmt::format(R"("kind":"answer","item":"i1","value":{{"r1":"{}"}})", long_text));
    auto reply = pupil.events(line);
    REQUIRE(soon([&] {
      if (reply.status == 200) return true;
      ++refused;
      CHECK(reply.code() == "storage_full");
      reply = pupil.events(line);
      return reply.status == 200;
    }));
  }
  CHECK(refused < 100);
  CHECK_FALSE(fs::exists(ballast));
  CHECK(soon([&] { return !alarmed("storage_full"); }));

  fs::remove(disk.path / "penuh");
  CHECK(soon([&] { return fs::exists(ballast) && !alarmed("storage_low"); }));
}
