#include "cutting_proxy.hpp"
#include "upload_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>

using namespace proktor;
using namespace proktor::sync;
using namespace proktor::sync::testing;

namespace {

std::int64_t from_environment(char const* name, std::int64_t otherwise) {
  char const* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

// Uploads one new segment until its receipt is there, and checks it.
void upload(Place const& place, TestJournal& journal, BoxFiles const& box, CuttingProxy const& proxy, SplitMix64& random) {
  add_noise(journal, random, 6'000);
  std::uint64_t const lsn = journal.last() - 1;
  std::string const file = seal_range(journal, box, lsn, lsn);
  Sender sender(box, proxy.port());
  SendOutcome outcome;
  int tries = 0;
  do outcome = sender.send(file);
  while (outcome.state == SendState::later && ++tries < 10);
  INFO(outcome.error);
  REQUIRE(outcome.state == SendState::done);
  auto const receipt = segment::read_receipt(outcome.receipt, place.roots(), seal::build_time_floor_s);
  REQUIRE(receipt);
  REQUIRE(segment::receipt_matches(*receipt, journal.header(lsn, lsn)));
  REQUIRE(receipt->contiguous == lsn);
}

}  // namespace

// tests/fault/proxy/cut.py runs it at every byte: PROKTOR_CUT_FIRST and PROKTOR_CUT_COUNT name the cuts, those towards the
// centre first, then those of its answers; PROKTOR_CUT_REPORT is where it says how many there are.
TEST_CASE("An upload cut at any byte, either way, goes on and ends in one segment and a good receipt") {
  constexpr std::uint64_t seed = 11;
  // Both handshakes and the heads of one more request and of one more question, and the piece that was cut.
  constexpr std::int64_t again_bytes_max = 8'192 + 8'192;
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", seed);
  SplitMix64 random(seed);
  TestCentre const centre(place, "pusat");
  CuttingProxy proxy(centre.port());
  proxy.arm(Direction::to_server, 1'000'000);
  upload(place, journal, box, proxy, random);
  std::int64_t const up = proxy.passed(Direction::to_server), down = proxy.passed(Direction::to_client);
  bool const all = std::getenv("PROKTOR_CUT_COUNT") != nullptr;
  std::int64_t const count = from_environment("PROKTOR_CUT_COUNT", 64);
  std::int64_t const first = from_environment("PROKTOR_CUT_FIRST", 0);
  std::int64_t again_max = 0;
  int cut = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t const at = all ? (first + i) % (up + down) : (up + down) * i / count;
    bool const to_server = at < up;
    proxy.arm(to_server ? Direction::to_server : Direction::to_client, to_server ? at : at - up);
    INFO("cut " << at << " of " << up << " + " << down);
    upload(place, journal, box, proxy, random);
    cut += proxy.has_cut() ? 1 : 0;
    again_max = std::max(again_max, proxy.passed(Direction::to_server) - up);
    CHECK(proxy.passed(Direction::to_server) - up <= again_bytes_max);
  }
  if (!all) CHECK(cut > 32);  // most offsets fall inside the exchange
  CHECK(files_in(place / "pusat/segments") == static_cast<std::size_t>(count) + 1);
  CHECK(files_in(place / "pusat/incoming") == 0);
  if (char const* const report = std::getenv("PROKTOR_CUT_REPORT")) {
    std::ofstream(report) << up << ' ' << down << ' ' << again_max << ' ' << cut << '\n';
  }
}

TEST_CASE("A segment that is there already gives its receipt again, and is kept once") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 12);
  journal.add_people(2);
  TestCentre const centre(place, "pusat");
  std::string const file = seal_range(journal, box, 1, 3);
  for (int i = 0; i < 3; ++i) {
    Sender sender(box, centre.port());
    CHECK(sender.send(file).state == SendState::done);
  }
  // The same range and hash, sealed once more: the same segment.
  Sender sender(box, centre.port());
  CHECK(sender.send(seal_range(journal, box, 1, 3)).state == SendState::done);
  CHECK(files_in(place / "pusat/segments") == 1);
  CHECK(files_in(place / "pusat/incoming") == 0);
}
