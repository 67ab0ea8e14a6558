#include "base/time_floor.hpp"

#include <catch2/catch.hpp>

using namespace proktor;

TEST_CASE("a clock is wrong when it is before what happened, years after it, or leaps") {
  ManualClock clock(1'800'000'000'000);
  TimeFloor floor(clock, 1'793'491'200'000);
  CHECK(floor.objection().empty());
  clock.advance(3'600'000);
  CHECK(floor.objection().empty());
  clock.jump_wall(7 * 3'600'000);
  CHECK(floor.objection().starts_with("melompat"));
  clock.jump_wall(-7 * 3'600'000);
  CHECK(floor.objection().empty());
  floor.happened(1'800'100'000'000);
  CHECK(floor.objection().starts_with("tertinggal"));

  ManualClock ahead(1'793'491'200'000 + 3650LL * 24 * 3'600'000);
  TimeFloor later(ahead, 1'793'491'200'000);
  CHECK(later.objection() == "lebih dari setahun di depan");
  later.happened(ahead.wall_ms());  // an entry of that clock proves nothing
  CHECK_FALSE(later.objection().empty());
}
