// SIGPWR: everybody is told, what is sent is still taken, then nothing of the data is open and no time is charged.
#include "box.hpp"

#include "journal/data_lock.hpp"
#include "journal/reader.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>

using namespace proktor;
using namespace proktor::test;

namespace {

struct Parking : Working {
  Pupil other{box, device_b};

  explicit Parking(std::string const& settings) : Working({}, settings) {}
  Reply answer(int number) {
    return pupil.events(pupil.next_line(fmt::format(R"("kind":"answer","item":"i1","value":{{"r1":"{}"}})", number)));
  }
  bool becomes(std::string const& wanted) {
    return soon([&] { return box.mode() == wanted; });
  }
  bool hears_of_parking() {
    return soon([&] {
      auto const reply = pupil.browser.post("/api/attempt/heartbeat", R"({"t":1000})");
      return reply.body.find(R"("kind":"parked")") != std::string::npos;
    });
  }
};

}  // namespace

TEST_CASE("a park tells the pages, takes what they send, closes all data, and charges no time") {
  Parking scene("park_ms = 5000\n");
  scene.box.signal(SIGPWR);
  REQUIRE(scene.hears_of_parking());
  auto const reply = scene.answer(1);
  REQUIRE(reply.status == 200);
  CHECK(reply.body.find(R"("kind":"parked")") != std::string::npos);
  auto const left_ms = reply.number("remaining_ms");
  CHECK(scene.other.login("P002", "91002*").code() == "parked");
  CHECK(scene.box.control("/v1/status").json().at("alarms").as_array().at(0).at("code") == "parked");

  REQUIRE(scene.becomes("parked"));
  auto const second = scene.pupil.next_line(R"("kind":"answer","item":"i1","value":{"r1":"2"})");
  CHECK(scene.pupil.events(second).code() == "parked");
  CHECK(scene.pupil.browser.get("/tes").body.find("Listrik server sedang mati") != std::string::npos);
  REQUIRE(journal::DataLock::take(scene.box.data()).has_value());
  auto reader = journal::Reader::open(scene.box.data() / "kegiatan" / "uji-1");
  REQUIRE(reader.has_value());
  int parked = 0;
  REQUIRE(reader->read_acts([&](journal::Entry const& entry) { parked += entry.kind == "parked" ? 1 : 0; }).has_value());
  CHECK(parked == 1);

  scene.box.signal(SIGPWR);
  CHECK(scene.box.mode() == "parked");
  scene.box.signal(SIGCONT);
  CHECK(scene.box.wait() == 75);
  scene.box.start();
  auto const resumed = scene.pupil.events(
      second + "\n" + scene.pupil.next_line(R"("kind":"blocked","value":{"from":1000,"to":601000})"));
  REQUIRE(resumed.status == 200);
  // The page was cut off for ten minutes; the exam's clock stood still, so there is nothing to give back.
  CHECK(resumed.number("remaining_ms") <= left_ms);
  CHECK(resumed.number("remaining_ms") >= left_ms - 5'000);
}

TEST_CASE("power that comes back before the drain calls the park off") {
  Parking scene("park_ms = 60000\n");
  scene.box.signal(SIGPWR);
  REQUIRE(scene.hears_of_parking());
  auto const left_ms = scene.answer(1).number("remaining_ms");
  scene.box.signal(SIGCONT);
  REQUIRE(scene.becomes("serving"));
  REQUIRE(soon([&] { return scene.other.login("P002", "91002*").status == 200; }));
  auto const reply = scene.answer(2);
  CHECK(reply.body.find("parked") == std::string::npos);
  CHECK(reply.number("remaining_ms") >= left_ms - 5'000);
  CHECK(scene.box.stop() == 0);
}

TEST_CASE("a stop while parking is a stop") {
  Parking scene("park_ms = 60000\n");
  scene.box.signal(SIGPWR);
  REQUIRE(scene.hears_of_parking());
  CHECK(scene.box.stop() == 0);
}
