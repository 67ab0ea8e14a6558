#include "provisioning/recovery/card.hpp"
#include "provisioning/recovery/code.hpp"
#include "provisioning/recovery/restore.hpp"

#include "tests/unit/medium/world.hpp"

#include <regex>

using namespace proktor;
using namespace proktor::recovery;
using medium::test::authority;
using medium::test::Box;
using medium::test::folder;

namespace fs = std::filesystem;

namespace {

constexpr TimeMs now_ms = 1'795'400'000'000;

// A box with a printed card and a medium in step; gives the code that stands on the card.
struct Carded : Box {
  std::string code;
  std::string package = std::string(300'000, 'q');

  Carded() : Box("KOTAK-1", false) {
    SystemRandom random;
    auto const page = make_card({data, dir / "kartu.html"}, random, now_ms);
    REQUIRE(page);
    auto const html = journal::test::slurp(*page);
    std::smatch found;
    for (auto rest = html; std::regex_search(rest, found, std::regex("<b>(\\d{3}) (\\d{3})</b>")); rest = found.suffix())
      code += found[1].str() + found[2].str();
    fs::create_directories(data / "packages");
    REQUIRE(write_file(data / "packages" / (package_hash() + ".paket"), package));
    REQUIRE(bench.append(handle.id, {{"test", "t1", R"({"package":")" + package_hash() + R"("})"}}));
    REQUIRE(write_file(data / folder / "cards.cms", "kartu"));
    auto const staff = bench.create(data / "box-journal", Bytes16{7});
    REQUIRE(bench.append(staff.id, {{"staff", "proktor1", "{}"}}));
    answer(25);
    step({{folder, handle.stream, last()}, {"box-journal", Bytes16{7}, 1}});
  }
  std::string package_hash() const { return hex(sha256(package)); }
  void step(std::vector<medium::Followed> const& journals) {
    medium::DirectFiles files(stick);
    medium::Follower follower(files, clock, keys(), data);
    for (int i = 0; i < 8; ++i) {
      follower.step(journals);
      clock.advance(1'000);
    }
    REQUIRE(follower.status().state == medium::State::in_step);
  }
  Result<Restored> restore_to(fs::path const& target, std::string const& typed) {
    SystemRandom random;
    return restore({stick, target, "KOTAK-1"}, typed, random, now_ms);
  }
};

}  // namespace

TEST_CASE("every wrong digit, swap of neighbours and exchange of groups in a code is told with its group") {
  SplitMix64 random(3);
  for (int trial = 0; trial < 50; ++trial) {
    auto const code = make_code(random);
    CHECK(code.size() == 30);
    CHECK(wrong_groups(code).empty());
    auto wrong = code;
    auto const at = random.below(30);
    wrong[at] = static_cast<char>('0' + (wrong[at] - '0' + 1 + static_cast<int>(random.below(9))) % 10);
    CHECK(wrong_groups(wrong) == std::vector<int>{static_cast<int>(at / 6) + 1});
    auto swapped = code;
    auto const left = random.below(5) * 6 + random.below(5);
    std::swap(swapped[left], swapped[left + 1]);
    if (swapped != code) CHECK(wrong_groups(swapped) == std::vector<int>{static_cast<int>(left / 6) + 1});
    auto const exchanged = code.substr(6, 6) + code.substr(0, 6) + code.substr(12);
    if (code.substr(0, 6) != code.substr(6, 6)) CHECK_FALSE(wrong_groups(exchanged).empty());
  }
  CHECK(wrong_groups("").size() == 5);
  CHECK(digits_of(" 123-456 \n") == "123456");
}

TEST_CASE("a spare gets the box's keys, journals as new streams, cards and packages, and verifies") {
  Carded box;
  auto const target = box.dir / "pengganti";
  auto const restored = box.restore_to(target, box.code);
  REQUIRE(restored);
  CHECK(restored->packages == 1);
  CHECK(restored->box == "KOTAK-1");
  for (auto const& entry : fs::directory_iterator(box.data / "box"))
    CHECK(journal::test::slurp(entry.path()) == journal::test::slurp(target / "box" / entry.path().filename()));
  CHECK(journal::test::slurp(target / "packages" / (box.package_hash() + ".paket")) == box.package);
  CHECK(journal::test::slurp(target / folder / "cards.cms") == "kartu");
  auto const before = journal::test::read_all(box.data / folder);
  auto const after = journal::test::read_all(target / folder);
  REQUIRE(after.size() == before.size() + 1);
  for (std::size_t i = 1; i < before.size(); ++i) CHECK(after[i].bytes == before[i].bytes);
  for (auto const& where : {std::string("box-journal"), folder}) {
    auto const report = journal::test::verify(target / where);
    INFO(journal::test::text_of(report));
    CHECK(report.ok);
    CHECK(report.stream != box.handle.stream);
  }
}

TEST_CASE("a restored spare follows the same medium on, and is itself restored as its newest stream") {
  Carded box;
  auto const spare = box.dir / "pengganti";
  REQUIRE(box.restore_to(spare, box.code));
  {
    journal::test::Bench bench;
    auto const handle = bench.open(spare / folder);
    auto const staff = bench.open(spare / "box-journal");
    REQUIRE(bench.append(handle.id, {box.pupil.answer("i2", "c9")}));
    medium::DirectFiles files(box.stick);
    medium::Follower follower(files, box.clock, box.keys(), spare);
    for (int i = 0; i < 6; ++i) {
      follower.step({{folder, handle.stream, handle.head.lsn + 1}, {"box-journal", staff.stream, staff.head.lsn}});
      box.clock.advance(1'000);
    }
    CHECK(follower.status().state == medium::State::in_step);
  }
  auto const again = box.dir / "pengganti-2";
  REQUIRE(box.restore_to(again, box.code));
  auto const first = journal::test::read_all(spare / folder);
  auto const second = journal::test::read_all(again / folder);
  CHECK(second.size() == first.size() + 1);
  CHECK(second[first.size() - 1].bytes == first.back().bytes);
  CHECK(journal::test::verify(again / folder).ok);
}

TEST_CASE("a wrong code, a folder in use or a damaged package leaves nothing behind") {
  Carded box;
  auto const target = box.dir / "pengganti";
  auto other = box.code;
  SplitMix64 random(9);
  other = make_code(random);
  CHECK(box.restore_to(target, other).error() == Errc::decrypt_failed);
  fs::create_directories(box.dir / "isi/box");
  CHECK(box.restore_to(box.dir / "isi", box.code).error() == Errc::already_enrolled);
  auto const package = box.stick / "proktor-cadangan/KOTAK-1/packages" / (box.package_hash() + ".medium");
  auto bytes = journal::test::slurp(package);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  journal::test::spill(package, bytes);
  CHECK(box.restore_to(target, box.code).error() == Errc::package_invalid);
  CHECK_FALSE(fs::exists(target));
  CHECK_FALSE(fs::exists(target.string() + ".pulih"));
}

TEST_CASE("a kegiatan that the medium cannot give whole is named and left out; the others are restored whole") {
  Carded box;
  std::string const other = "kegiatan/uji-2";
  Bytes16 const stream{9};
  auto const handle = box.bench.create(box.data / other, stream);
  std::string const lonely(200'000, 'z');
  auto const lonely_hash = hex(sha256(lonely));
  REQUIRE(write_file(box.data / "packages" / (lonely_hash + ".paket"), lonely));
  REQUIRE(write_file(box.data / other / "cards.cms", "kartu"));
  REQUIRE(box.bench.append(handle.id, {{"genesis", "uji-2", R"({"event":"uji-2","stream":"x","previous_head":"y"})"},
                                       {"test", "t2", R"({"package":")" + lonely_hash + R"("})"}}));
  box.step({{folder, box.handle.stream, box.last()}, {"box-journal", Bytes16{7}, 1}, {other, stream, 2}});
  auto const place = box.stick / "proktor-cadangan/KOTAK-1";
  bool const journal_damaged = GENERATE(true, false);
  auto const damaged = journal_damaged ? place / other / (hex(stream) + ".medium") : place / "packages" / (lonely_hash + ".medium");
  auto bytes = journal::test::slurp(damaged);
  for (std::size_t at = medium::file_header_bytes + 40; at < bytes.size(); at += 50) bytes[at] = static_cast<char>(bytes[at] ^ 1);
  journal::test::spill(damaged, bytes);
  auto const target = box.dir / "pengganti";
  auto const restored = box.restore_to(target, box.code);
  REQUIRE(restored);
  REQUIRE(restored->missing.size() == 1);
  CHECK(restored->missing[0].id == "uji-2");
  CHECK(restored->missing[0].why == (journal_damaged ? Errc::journal_corrupt : Errc::package_invalid));
  CHECK_FALSE(fs::exists(target / other));
  CHECK(restored->packages == 1);
  CHECK(restored->journals.size() == 2);
  CHECK(journal::test::verify(target / folder).ok);
  CHECK(journal::test::slurp(target / "packages" / (box.package_hash() + ".paket")) == box.package);
}

TEST_CASE("the card names the addresses that the spare needs, and a start that a server woken too early obeys") {
  medium::test::TempDir dir;
  fs::create_directories(dir / "data");
  REQUIRE(keys::enrol({authority(), dir / "data", "KOTAK-3", "Kotak", {"192.168.7.2", "ujian.sekolah"}, ""}, std::time(nullptr)));
  SystemRandom random;
  auto const page = make_card({dir / "data", dir / "kartu.html"}, random, now_ms);
  REQUIRE(page);
  auto const html = journal::test::slurp(*page);
  CHECK(html.find("<strong>192.168.7.2, ujian.sekolah</strong>") != std::string::npos);
  CHECK(html.find("127.0.0.1") == std::string::npos);
  CHECK(html.find("systemctl restart proktord proktor-sync") != std::string::npos);
}

TEST_CASE("OpenSSL's own command opens the recovery key with the printed digits") {
  Carded box;
  auto const command = "openssl pkcs8 -in " + (box.data / "box/recovery.key").string() + " -passin pass:" + box.code +
                       " -out " + (box.dir / "kunci.pem").string() + " 2>/dev/null";
  CHECK(std::system(command.c_str()) == 0);
  CHECK(journal::test::slurp(box.dir / "kunci.pem").find("PRIVATE KEY") != std::string::npos);
}
