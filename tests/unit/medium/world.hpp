#pragma once
// A box that was really enrolled, with a recovery key, one kegiatan that grows, and a folder that plays the stick.

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "medium/entries.hpp"
#include "medium/follower.hpp"
#include "medium/frame.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"
#include "seal/recovery_key.hpp"

#include "tests/unit/journal/support.hpp"

#include <ctime>

namespace proktor::medium::test {

namespace fs = std::filesystem;
using journal::test::TempDir;

inline std::string const folder = "kegiatan/uji-1";

// One authority for the whole program.
inline fs::path const& authority() {
  static TempDir const dir;
  static bool const made = keys::make_keys({dir / "keys", {}}, std::time(nullptr)).has_value();
  REQUIRE(made);
  static fs::path const path = dir / "keys";
  return path;
}

struct Box {
  TempDir dir;
  fs::path data = dir / "data";
  fs::path stick = dir / "stik";
  journal::test::Bench bench;
  journal::JournalHandle handle;
  journal::test::Pupil pupil{1};
  seal::Issued recovery;
  ManualClock clock;

  explicit Box(std::string const& id = "KOTAK-1", bool card = true) {
    keys::EnrolOptions options{authority(), data, id, "Kotak", {}, ""};
    fs::create_directories(data);
    REQUIRE(keys::enrol(options, std::time(nullptr)));
    if (card) {
      recovery = *seal::make_recovery_key(id, std::time(nullptr));
      REQUIRE(write_file(data / "box" / "recovery.pem", recovery.certificate_pem));
      REQUIRE(write_file(data / "box" / "recovery.key", *seal::lock_key(recovery.key_pem, "123")));
    }
    handle = bench.create(data / folder, SystemRandom().bytes16());
    REQUIRE(bench.append(handle.id, {{"genesis", "uji-1", R"({"event":"uji-1","stream":"x","previous_head":"y"})"},
                                     pupil.begin()}));
    plug_in();
  }

  // A folder counts as a medium while it holds the box's folder, as a mount point does by itself.
  void plug_in() { fs::create_directories(stick / top_folder); }
  void pull() { fs::rename(stick, dir / "ditarik"); }
  void put_back() { fs::rename(dir / "ditarik", stick); }

  void answer(int count = 1) {
    core::NewEntries entries;
    for (int i = 0; i < count; ++i) entries.push_back(pupil.answer("i1", "c" + std::to_string(i)));
    REQUIRE(bench.append(handle.id, std::move(entries)));
  }
  std::uint64_t last() const { return bench.writer->durable_lsn(handle.id); }
  std::vector<Followed> journals() const { return {{folder, handle.stream, last()}}; }

  // Until nothing waits, the clock moving on.
  void run(Follower& follower, int steps = 6) {
    for (int i = 0; i < steps; ++i) {
      follower.step(journals());
      clock.advance(1'000);
    }
    follower.step(journals());
  }

  Keys keys() const { return *read_keys(data); }
  std::string box_folder() const { return std::string(top_folder) + "/" + keys().box; }
  std::string file() const { return box_folder() + "/" + medium_path(folder, handle.stream); }

  // What the medium gives to who has the recovery key.
  std::vector<journal::Entry> read_back() const {
    DirectFiles files(stick);
    REQUIRE(files.look());
    MediumEntries entries(files, file(), {keys().roots, recovery.key_pem, recovery.certificate_pem});
    std::vector<journal::Entry> all;
    while (auto entry = entries.next()) all.push_back(std::move(*entry));
    return all;
  }
};

}  // namespace proktor::medium::test
