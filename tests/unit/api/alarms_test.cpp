#include "api/alarms.hpp"

#include <catch2/catch.hpp>

using namespace proktor;
using api::Alarm;

namespace {

std::vector<std::string> codes(api::Alarms const& alarms) {
  std::vector<std::string> found;
  for (auto const& alarm : alarms.json()) found.emplace_back(alarm.at("code").as_string());
  return found;
}

}  // namespace

TEST_CASE("the graver alarm stands first, and each says what happened, one next step and since when") {
  ManualClock clock;
  api::Alarms alarms(clock);
  alarms.raise(Alarm::copy_behind, "uji-1");
  clock.advance(5'000);
  alarms.raise(Alarm::storage_full);
  CHECK(codes(alarms) == std::vector<std::string>{"storage_full", "copy_behind"});
  auto const list = alarms.json();
  CHECK(list[1].at("since").to_number<TimeMs>() == clock.wall_ms() - 5'000);
  CHECK(list[1].at("detail") == "uji-1");
  for (auto const& alarm : list) {
    CHECK(alarm.at("text").as_string().ends_with("."));
    CHECK(alarm.at("step").as_string().ends_with("."));
  }
}

TEST_CASE("an alarm that is raised again keeps its beginning and moves the revision only when it says something else") {
  ManualClock clock;
  api::Alarms alarms(clock);
  alarms.raise(Alarm::storage_low, "900 MB");
  auto const began = clock.wall_ms();
  auto const revision = alarms.revision();
  clock.advance(1'000);
  alarms.raise(Alarm::storage_low, "900 MB");
  CHECK(alarms.revision() == revision);
  alarms.raise(Alarm::storage_low, "800 MB");
  CHECK(alarms.revision() > revision);
  CHECK(alarms.json()[0].at("since").to_number<TimeMs>() == began);
  alarms.set(Alarm::storage_low, false);
  CHECK_FALSE(alarms.is_raised(Alarm::storage_low));
  auto const over = alarms.revision();
  alarms.clear(Alarm::storage_low);
  CHECK(alarms.revision() == over);
}

TEST_CASE("what happened once lapses half an hour after it was last raised; what is still so does not") {
  ManualClock clock;
  api::Alarms alarms(clock);
  alarms.raise(Alarm::tail_recovered);
  alarms.raise(Alarm::storage_full);
  clock.advance(20 * 60'000);
  alarms.raise(Alarm::tail_recovered);
  clock.advance(29 * 60'000);
  alarms.expire();
  CHECK(codes(alarms).size() == 2);
  clock.advance(60'000);
  alarms.expire();
  CHECK(codes(alarms) == std::vector<std::string>{"storage_full"});
}
