#include "world.hpp"

using namespace proktor;
using namespace proktor::medium;
using namespace proktor::medium::test;

TEST_CASE("what is committed is on the medium within a second or two, and either key opens it") {
  Box box;
  DirectFiles files(box.stick);
  Follower follower(files, box.clock, box.keys(), box.data);
  box.answer(30);
  box.run(follower);
  CHECK(follower.status().state == State::in_step);
  CHECK(follower.status().behind_entries == 0);
  auto const own = journal::test::read_all(box.data / folder);
  CHECK(box.read_back() == own);
  MediumEntries by_box(files, box.file(), {box.keys().roots, box.keys().signer.key, box.keys().signer.certificate});
  std::size_t count = 0;
  while (by_box.next()) ++count;
  CHECK(count == own.size());
  CHECK(by_box.seek(own.size()));
  CHECK(by_box.next()->lsn <= own.size());
  CHECK(fs::exists(box.stick / box.box_folder() / "box.cms"));
  box.answer();
  follower.step(box.journals());
  CHECK(follower.status().behind_entries == 1);
  box.run(follower, 2);
  CHECK(box.read_back().size() == box.last());
}

TEST_CASE("pulled in the middle nothing is written into what lies there, and put back it catches up from its own end") {
  Box box;
  DirectFiles files(box.stick);
  Follower follower(files, box.clock, box.keys(), box.data);
  box.run(follower);
  box.pull();
  fs::create_directories(box.stick);  // the empty mount point
  box.answer(5);
  box.run(follower);
  CHECK(follower.status().state == State::absent);
  CHECK(follower.status().behind_entries == 5);
  CHECK(fs::is_empty(box.stick));
  fs::remove(box.stick);
  box.run(follower);
  CHECK(follower.status().state == State::absent);
  box.put_back();
  box.run(follower);
  CHECK(follower.status().state == State::in_step);
  CHECK(box.read_back() == journal::test::read_all(box.data / folder));
}

TEST_CASE("another medium, empty or with an older end, is caught up; another box's is left as it is") {
  Box box;
  DirectFiles files(box.stick);
  Follower follower(files, box.clock, box.keys(), box.data);
  box.run(follower);
  fs::copy(box.stick, box.dir / "tua", fs::copy_options::recursive);
  box.answer(7);
  box.run(follower);
  fs::rename(box.stick, box.dir / "pertama");
  fs::rename(box.dir / "tua", box.stick);
  box.run(follower);
  CHECK(box.read_back().size() == box.last());
  fs::remove_all(box.stick);
  box.plug_in();
  box.run(follower);
  CHECK(follower.status().state == State::in_step);
  CHECK(box.read_back().size() == box.last());

  Box other("KOTAK-2");
  DirectFiles same(box.stick);
  Follower stranger(same, other.clock, other.keys(), other.data);
  auto const before = journal::test::slurp(box.stick / box.file());
  other.run(stranger);
  CHECK(stranger.status().state == State::foreign);
  CHECK_FALSE(fs::exists(box.stick / top_folder / "KOTAK-2"));
  CHECK(journal::test::slurp(box.stick / box.file()) == before);
}

TEST_CASE("a torn frame is cut and written again; damage before it is set aside and all is written again") {
  Box box;
  DirectFiles files(box.stick);
  for (int i = 0; i < 4; ++i) {
    box.answer(3);
    Follower follower(files, box.clock, box.keys(), box.data);
    box.run(follower);
  }
  auto const path = box.stick / box.file();
  auto const good = journal::test::slurp(path);
  auto const kind = GENERATE(0, 1, 2);
  auto bad = good;
  if (kind == 0) bad.resize(bad.size() - 5);
  if (kind == 1) bad[bad.size() / 2] ^= 1;
  if (kind == 2) bad[file_header_bytes + 1] ^= 0x10;  // a length
  journal::test::spill(path, bad);
  CHECK(box.read_back().size() < box.last());
  Follower follower(files, box.clock, box.keys(), box.data);
  box.run(follower, 10);
  CHECK(box.read_back().size() == box.last());
  if (kind != 0) CHECK(journal::test::slurp(path.string() + ".rusak-1") == bad);
}

TEST_CASE("any bit of the medium that is flipped is seen by its reader, and what is given still fits the log") {
  Box box;
  DirectFiles files(box.stick);
  for (int i = 0; i < 3; ++i) {
    box.answer(3);
    Follower follower(files, box.clock, box.keys(), box.data);
    box.run(follower);
  }
  auto const own = journal::test::read_all(box.data / folder);
  auto const path = box.stick / box.file();
  auto const good = journal::test::slurp(path);
  SplitMix64 random(4);
  for (int trial = 0; trial < 60; ++trial) {
    auto bad = good;
    auto const at = random.below(bad.size());
    bad[at] = static_cast<char>(bad[at] ^ static_cast<char>(1U << random.below(8)));
    journal::test::spill(path, bad);
    auto const given = box.read_back();
    INFO("trial " << trial << " offset " << at);
    CHECK(given.size() < own.size());
    for (auto const& entry : given) CHECK(entry == own[entry.lsn - 1]);
  }
}

TEST_CASE("entries that only the medium has are never overwritten: its file is set aside, and told") {
  Box box;
  DirectFiles files(box.stick);
  fs::copy(box.data / folder, box.dir / "dulu", fs::copy_options::recursive);
  box.answer(5);
  {
    Follower follower(files, box.clock, box.keys(), box.data);
    box.run(follower);
  }
  auto const held = journal::test::slurp(box.stick / box.file());
  // The same stream went on without its tail.
  auto const data = box.dir / "lain";
  fs::create_directories(data / "kegiatan");
  fs::copy(box.data / "box", data / "box", fs::copy_options::recursive);
  fs::rename(box.dir / "dulu", data / folder);
  journal::test::Bench bench;
  auto const handle = bench.open(data / folder);
  REQUIRE(bench.append(handle.id, {{"note", "", "{}"}}));
  Follower follower(files, box.clock, box.keys(), data);
  for (int i = 0; i < 5; ++i) {
    follower.step({{folder, handle.stream, bench.writer->durable_lsn(handle.id)}});
    box.clock.advance(1'000);
  }
  CHECK(follower.status().set_aside == folder);
  CHECK(journal::test::slurp((box.stick / box.file()).string() + ".lain-1") == held);
  CHECK(box.read_back() == journal::test::read_all(data / folder));
}

TEST_CASE("a recovery card that is made later begins a new folder; the old one stays as it was") {
  Box box("KOTAK-1", false);
  DirectFiles files(box.stick);
  {
    Follower follower(files, box.clock, box.keys(), box.data);
    box.run(follower);
    CHECK_FALSE(follower.status().has_card);
  }
  box.recovery = *seal::make_recovery_key("KOTAK-1", std::time(nullptr));
  REQUIRE(write_file(box.data / "box" / "recovery.pem", box.recovery.certificate_pem));
  REQUIRE(write_file(box.data / "box" / "recovery.key", *seal::lock_key(box.recovery.key_pem, "1")));
  Follower follower(files, box.clock, box.keys(), box.data);
  box.run(follower);
  CHECK(box.read_back().size() == box.last());
  CHECK(fs::exists(box.stick / (box.box_folder() + ".lama-1")));
}

TEST_CASE("packages, cards and receipts lie on the medium; a package is taken up where it stopped") {
  Box box;
  std::string package(900'000, 'p');
  SplitMix64 random(1);
  for (auto& c : package) c = static_cast<char>(random.next());
  auto const name = hex(sha256(package));
  fs::create_directories(box.data / "packages");
  REQUIRE(write_file(box.data / "packages" / (name + ".paket"), package));
  REQUIRE(write_file(box.data / folder / "cards.cms", "kartu"));
  REQUIRE(write_file(journal::receipts_path(box.data / folder) / "1-2.receipt", "bukti"));
  DirectFiles files(box.stick);
  for (int i = 0; i < 6; ++i) {  // as many restarts
    Follower follower(files, box.clock, box.keys(), box.data);
    box.run(follower, 1);
  }
  auto const target = box.stick / box.box_folder();
  CHECK(journal::test::slurp(target / folder / "cards.cms") == "kartu");
  CHECK(journal::test::slurp(target / folder / "receipts/1-2.receipt") == "bukti");
  CHECK(fs::exists(target / "packages" / (name + ".medium")));
}

TEST_CASE("in step means packages, cards and receipts, too: until the last piece lies there the medium is behind") {
  Box box;
  DirectFiles files(box.stick);
  Follower follower(files, box.clock, box.keys(), box.data);
  box.run(follower);
  REQUIRE(follower.status().state == State::in_step);
  std::string const package(900'000, 'p');
  auto const name = hex(sha256(package));
  fs::create_directories(box.data / "packages");
  REQUIRE(write_file(box.data / "packages" / (name + ".paket"), package));
  box.clock.advance(5'000);
  int behind = 0;
  for (int i = 0; i < 8; ++i) {
    follower.step(box.journals());
    bool const whole = fs::exists(box.stick / box.box_folder() / "packages" / (name + ".medium"));
    CHECK(follower.status().state == (whole ? State::in_step : State::behind));
    behind += whole ? 0 : 1;
    box.clock.advance(1'000);
  }
  CHECK(behind == 4);
  CHECK(follower.status().state == State::in_step);
}
