// A multistage test and practice results on the real server: two routes, SIGKILL between stages, who sees a score.
#include "staged_pupil.hpp"

#include "qti/results/assessment_result.hpp"

#include <cstdlib>
#include <sstream>
#include <utility>

#include <sys/wait.h>

using namespace proktor;
using namespace proktor::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

// What only scoring knows, as words of a reply.
void check_no_score(std::string const& replies) {
  for (auto const* word : {"score", "SCORE", "correct", "right", "wrong", "KUNCI", "SALAH", "outcomes", "sulit", "mudah"}) {
    INFO(word);
    CHECK(replies.find(word) == std::string::npos);
  }
}

struct Room {
  Box box;
  Desk desk{box};
  Room(std::string const& paket, std::string const& qti_test) {
    box.start();
    desk.enter(box.import(paket, qti_test));
    desk.open();
  }
};

json::value without_clock(Reply const& prepared) {
  auto body = prepared.json().as_object();
  for (auto const* name : {"now", "remaining_ms", "ticket"}) body.erase(name);
  return body;
}

std::string flags_in_feed(Box& box, std::string const& attempt, std::uint64_t seq) {
  auto const lines = box.control("/v1/events?attempt=" + attempt + "&term=0&n=1").body;
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) {
    auto const one = json::parse(line);
    if (one.at("seq").to_number<std::uint64_t>() == seq) return json::serialize(one.at("flags"));
  }
  return "none";
}

}  // namespace

TEST_CASE("a test in three stages by two routes, killed between them") {
  Room room(staged_paket(), "BERTAHAP");
  StagedPupil able(room.box, device_a);
  able.enter("P001", "91001*", room.desk.token);
  CHECK(able.items() == std::vector<std::string>{"i1", "i2"});
  CHECK(able.stage.at("number").to_number<int>() == 1);
  CHECK(able.hand_in(2).code() == "bad_field");
  able.answer_all("Benar");
  auto stale = able;
  stale.seq -= 1;
  CHECK(stale.hand_in(1).code() == "head_mismatch");
  auto const second = able.hand_in(1);
  INFO(second.body);
  REQUIRE(second.status == 200);
  CHECK(able.stage.at("number").to_number<int>() == 2);
  CHECK(able.stage.at("items_before").to_number<int>() == 2);
  CHECK(able.items() == std::vector<std::string>{"i3", "i4"});
  auto const hard = json::serialize(able.test);
  CHECK(hard.find("Soal ITEM-Q5") != std::string::npos);

  room.box.kill();
  room.box.start();
  auto const repeated = able.hand_in(1);  // the answer may have been lost with the server
  REQUIRE(repeated.status == 200);
  CHECK(json::serialize(able.test) == hard);
  auto const before = without_clock(able.open());
  CHECK(json::serialize(able.test) == hard);
  CHECK(before.at("answers").as_object().empty());
  // What comes after for a closed stage is kept and changes nothing.
  REQUIRE(able.keep(able.events(able.next_line(R"("kind":"answer","item":"i1","value":{"r1":"c9"})"))).status == 200);
  CHECK(flags_in_feed(room.box, hex(able.attempt), able.seq) == R"(["stage"])");
  able.answer_all("Benar");
  REQUIRE(able.hand_in(2).status == 200);
  CHECK(json::serialize(able.test).find("Soal ITEM-Q8") != std::string::npos);
  able.answer_all("Keliru");
  room.box.kill();
  room.box.start();
  auto const last = able.hand_in(3);
  REQUIRE(last.status == 200);
  CHECK(able.stage.at("ended").as_bool());
  CHECK_FALSE(last.json().as_object().contains("test"));
  CHECK(able.open().json().at("stage").at("ended").as_bool());
  auto const done = able.finish();
  REQUIRE(done.status == 200);
  CHECK(done.number("answered") == 5);
  CHECK(done.number("items") == 5);
  CHECK(able.hand_in(3).code() == "attempt_finished");

  StagedPupil other(room.box, device_b);
  other.enter("P002", "91002*", room.desk.token);
  other.answer_all("Salah");
  REQUIRE(other.hand_in(1).status == 200);
  CHECK(json::serialize(other.test).find("Soal ITEM-Q3") != std::string::npos);
  other.answer_all("Benar");
  REQUIRE(other.hand_in(2).status == 200);
  CHECK(json::serialize(other.test).find("Soal ITEM-Q7") != std::string::npos);
  REQUIRE(other.finish().status == 200);  // without handing in the last stage, as at time's end
  check_no_score(able.replies);
  check_no_score(other.replies);

  SECTION("results of the stopped box") {
    REQUIRE(room.box.stop() == 0);
    auto const scoring = room.box.data() / "pusat.paket", out = room.box.data() / "hasil";
    REQUIRE(write_file(scoring, staged_paket(qti::ResultsFor::nobody, true)).has_value());
    auto const command = fmt::format("{}/proktor results {} --package {} --out {} --json > {}", PROKTOR_BIN_DIR,
                                     room.box.data().string(), scoring.string(), out.string(),
                                     (room.box.data() / "results.json").string());
    REQUIRE(std::system(command.c_str()) == 0);
    auto const report = json::parse(*read_file(room.box.data() / "results.json", 1U << 20U));
    CHECK(report.at("written").to_number<int>() == 2);
    CHECK(report.at("route_problems").as_array().empty());
    auto const path_of = [&](core::AttemptId const& id) {
      auto const file = out / (hex(id) + ".xml");
      auto const read = qti::read_assessment_result(*read_file(file, 1U << 20U), file.string());
      REQUIRE(read.result.has_value());
      std::string path;
      for (auto const& item : read.result->items) path += item.identifier + " ";
      return path;
    };
    CHECK(path_of(able.attempt) == "Q1 Q2 Q5 Q6 Q8 ");
    CHECK(path_of(other.attempt) == "Q1 Q2 Q3 Q4 Q7 ");
    auto const broken = fmt::format("{}/proktor results {} --package {} --out {} --json > /dev/null", PROKTOR_BIN_DIR,
                                    room.box.data().string(), (room.box.data() / "results.json").string(),
                                    (room.box.data() / "lain").string());
    CHECK(WEXITSTATUS(std::system(broken.c_str())) == 2);
    CHECK_FALSE(fs::exists(room.box.data() / "lain"));
  }
}

TEST_CASE("a second PC goes on in the stage that is open") {
  Room room(staged_paket(), "BERTAHAP");
  StagedPupil first(room.box, device_a);
  first.enter("P001", "91001*", room.desk.token);
  first.answer_all("Benar");
  REQUIRE(first.hand_in(1).status == 200);
  StagedPupil second(room.box, device_b);
  auto const waiting = second.login("P001", "91001*");
  REQUIRE(waiting.code() == "approval_pending");
  REQUIRE(room.desk.browser
              .post("/api/proctor/approve", fmt::format(R"({{"sitting":"uji-1:S1","nisn":"0012300001","digits":"{}"}})",
                                                        waiting.text("digits")))
              .status == 200);
  REQUIRE(second.browser.post("/api/pupil/login/wait", R"({"wait":")" + waiting.text("wait") + R"("})").status == 200);
  REQUIRE(second.open().status == 200);
  CHECK(json::serialize(second.test) == json::serialize(first.test));
  CHECK(first.hand_in(2).code() == "epoch_superseded");
  second.answer_all("Benar");
  REQUIRE(second.hand_in(2).status == 200);
  CHECK(second.items() == std::vector<std::string>{"i5"});
}

TEST_CASE("a practice result is told to those whom the package names, at the end, and to nobody else") {
  auto const who = GENERATE(qti::ResultsFor::nobody, qti::ResultsFor::proctor, qti::ResultsFor::pupil);
  Room room(staged_paket(who), "BERTAHAP");
  StagedPupil pupil(room.box, device_a);
  pupil.enter("P001", "91001*", room.desk.token);
  pupil.answer_all("Benar");
  REQUIRE(pupil.hand_in(1).status == 200);
  pupil.answer_all("Salah");
  REQUIRE(pupil.hand_in(2).status == 200);
  REQUIRE(pupil.hand_in(3).status == 200);  // its one item is left unanswered
  auto const before = std::exchange(pupil.replies, {});
  check_no_score(before);
  auto const done = pupil.finish();
  REQUIRE(done.status == 200);
  auto const body = done.json();
  if (who == qti::ResultsFor::pupil) {
    CHECK(body.at("result").at("score").to_number<double>() == 2);
    CHECK(body.at("result").at("max").to_number<double>() == 5);
    CHECK(body.at("result").at("correct").to_number<int>() == 2);
    std::string states;
    for (auto const& item : body.at("result").at("items").as_array()) {
      states += std::string(item.at("id").as_string()) + ":" + std::string(item.at("state").as_string()) + " ";
    }
    CHECK(states == "i1:right i2:right i3:wrong i4:wrong i5:unanswered ");
    CHECK(pupil.finish_again().json().at("result") == body.at("result"));
  } else {
    CHECK_FALSE(body.as_object().contains("result"));
    check_no_score(pupil.replies);
  }
  auto const state = pupil.browser.get("/api/pupil/state").body;
  check_no_score(state);
  auto const seen = room.desk.browser.get("/api/proctor/participant?sitting=uji-1:S1&nisn=0012300001").json();
  auto const& test = seen.at("tests").as_array().at(0).as_object();
  CHECK(test.contains("score") == (who != qti::ResultsFor::nobody));
  if (test.contains("score")) CHECK(test.at("score").at("score").to_number<double>() == 2);
}
