// What a PC still holds after its pupil went on elsewhere, or left.

#include "box.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace proktor;
using namespace proktor::test;

namespace {

constexpr char const* answer_1 = R"("kind":"answer","item":"i1","value":{"r1":"c1"})";

Reply resume(Browser& browser, std::string const& ticket) {
  return browser.post("/api/pupil/resume", fmt::format(R"({{"ticket":"{}"}})", ticket));
}

std::int64_t quarantined(Box& box) {
  auto const attempts = box.control("/v1/attempts").json();
  return attempts.at("attempts").as_array().at(0).at("epochs").as_array().at(0).at("quarantine").to_number<std::int64_t>();
}

}  // namespace

TEST_CASE("a PC that was fenced hands its lines over with the old ticket, and can do nothing else with it") {
  Box box;
  box.start();
  Desk desk(box);
  desk.enter(box.import());
  desk.open();
  Pupil pupil(box, device_a);
  REQUIRE(pupil.login("P001", "91001*").status == 200);
  REQUIRE(pupil.token(desk.token).status == 200);
  REQUIRE(pupil.prepare("t1").status == 200);
  REQUIRE(pupil.events(pupil.next_line(answer_1)).status == 200);
  auto const waits_offline = pupil.next_line(R"("kind":"answer","item":"i1","value":{"r1":"c2"})");

  SECTION("after another PC took the attempt over") {
    REQUIRE(desk.browser.post("/api/proctor/reset", R"({"sitting":"uji-1:S1","nisn":"0012300001"})").status == 200);
    Pupil second_pc(box, device_b);
    REQUIRE(second_pc.login("P001", "91001*").status == 200);
    REQUIRE(second_pc.prepare("t1").status == 200);

    pupil.browser.cookies.clear();
    CHECK(resume(pupil.browser, pupil.ticket).code() == "epoch_superseded");
    CHECK(pupil.events(waits_offline).code() == "epoch_superseded");
    CHECK(quarantined(box) == 1);
    CHECK(pupil.browser.get("/api/pupil/state").code() == "epoch_superseded");
    CHECK(pupil.prepare("t1").code() == "epoch_superseded");
    CHECK(pupil.browser.post("/api/pupil/logout", "{}").status == 200);
    CHECK(second_pc.browser.get("/api/pupil/state").status == 200);
  }

  SECTION("after the pupil left this PC") {
    REQUIRE(pupil.browser.post("/api/pupil/logout", "{}").status == 200);
    pupil.browser.cookies.clear();
    CHECK(resume(pupil.browser, pupil.ticket).code() == "not_logged_in");
    CHECK(pupil.events(waits_offline).number("hwm") == 2);
    CHECK(pupil.browser.get("/api/pupil/state").code() == "not_logged_in");
    CHECK(pupil.prepare("t1").code() == "not_logged_in");
  }
}
