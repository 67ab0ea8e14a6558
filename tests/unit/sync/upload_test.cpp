#include "cutting_proxy.hpp"
#include "upload_support.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::sync;
using namespace proktor::sync::testing;

TEST_CASE("An upload cut at any byte, either way, goes on and ends in one segment and a good receipt") {
  constexpr int cuts_each_way = 32;
  constexpr std::uint64_t seed = 11;
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", seed);
  SplitMix64 random(seed);
  TestCentre const centre(place, "pusat");
  CuttingProxy proxy(centre.port());
  int cut = 0;
  for (Direction const direction : {Direction::to_server, Direction::to_client}) {
    std::int64_t const span = direction == Direction::to_server ? 14'000 : 5'000;
    for (int i = 0; i < cuts_each_way; ++i) {
      add_noise(journal, random, 6'000);
      std::uint64_t const lsn = journal.last() - 1;
      std::string const file = seal_range(journal, box, lsn, lsn);
      std::int64_t const at = span * i / cuts_each_way + static_cast<std::int64_t>(random.below(100));
      proxy.arm(direction, at);
      Sender sender(box, proxy.port());
      SendOutcome outcome;
      int tries = 0;
      do outcome = sender.send(file);
      while (outcome.state == SendState::later && ++tries < 10);
      INFO("seed " << seed << " direction " << static_cast<int>(direction) << " cut at " << at << ": "
                   << outcome.error);
      REQUIRE(outcome.state == SendState::done);
      auto const receipt = segment::read_receipt(outcome.receipt, place.roots(), seal::build_time_floor_s);
      REQUIRE(receipt);
      CHECK(segment::receipt_matches(*receipt, journal.header(lsn, lsn)));
      CHECK(receipt->contiguous == lsn);
      cut += proxy.has_cut() ? 1 : 0;
    }
  }
  CHECK(cut > cuts_each_way);  // most offsets fall inside the exchange
  CHECK(files_in(place / "pusat/segments") == 2U * cuts_each_way);
  CHECK(files_in(place / "pusat/incoming") == 0);
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
