#include "board/board.hpp"

#include "tests/unit/core/exam_fixture.hpp"

#include <string>

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

namespace {

std::string state_of(Exam const& exam, std::string const& nisn) {
  auto const row = board::row_of(exam.state, *exam.state.sitting("S1"), *exam.state.participant(nisn), exam.now);
  return std::string(row.at("state").as_string());
}

}  // namespace

TEST_CASE("a participant's state on the board, from login to the end") {
  Exam exam;
  exam.open_with_token();
  CHECK(state_of(exam, "0000000001") == "belum_login");
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  CHECK(state_of(exam, "0000000001") == "menunggu_token");
  exam.commit(*accept_token(exam.state, exam.session_of("0000000001"), "ABCDEF", exam.now));
  CHECK(state_of(exam, "0000000001") == "siap");
  auto const session = exam.begin("0000000001", "t1");
  CHECK(state_of(exam, "0000000001") == "mengerjakan");
  exam.wait(board::silent_ms);
  CHECK(state_of(exam, "0000000001") == "terputus");
  (void)exam.send(session, answer(1, 1, "c1"));
  CHECK(state_of(exam, "0000000001") == "mengerjakan");
  (void)exam.try_login("0000000001", pc_b);
  CHECK(state_of(exam, "0000000001") == "komputer_kedua");
  CHECK(board::pending_of(exam.state, *exam.state.sitting("S1")).size() == 1);
  exam.commit(*refuse(exam.state, "0000000001", "p", exam.now));
  (void)exam.send(session, submit(2));
  exam.commit(*finish(exam.state, session, 2, exam.attempt(session).marks.at({0, 1}).head, exam.now));
  CHECK(state_of(exam, "0000000001") == "siap");
  exam.commit(*set_attendance(exam.state, "S1", {"0000000002"}, {}, "p", exam.now));
  CHECK(state_of(exam, "0000000002") == "tidak_hadir");
}

TEST_CASE("only rows that say something new are pushed; the running clock alone is nothing new") {
  Exam exam;
  board::Board board;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  auto const changed = [&] {
    return board.changed(exam.state, *exam.state.sitting("S1"), exam.state.take_changed(), exam.now).size();
  };
  CHECK(changed() == 3);
  CHECK(changed() == 0);
  (void)exam.send(session, answer(1, 1, "c1"));
  CHECK(changed() == 1);
  exam.wait(1'000);
  exam.state.touch("0000000001");
  CHECK(changed() == 0);
  exam.state.touch("tidak-ada");
  CHECK(changed() == 0);
}

TEST_CASE("after a time without anyone looking a row is pushed even when it is back where it was") {
  Exam exam;
  board::Board board;
  exam.open_with_token();
  auto const& sitting = *exam.state.sitting("S1");
  auto const press = [&](bool absent) {
    std::vector<std::string> const who{"0000000002"};
    exam.commit(absent ? *set_attendance(exam.state, "S1", who, {}, "p", exam.now)
                       : *set_attendance(exam.state, "S1", {}, who, "p", exam.now));
  };
  (void)board.changed(exam.state, sitting, exam.state.take_changed(), exam.now);
  press(true);
  (void)exam.state.take_changed();  // nobody looks; a new console gets "absent" with its snapshot
  board.forget("S1");
  press(false);
  CHECK(board.changed(exam.state, sitting, exam.state.take_changed(), exam.now).size() == 1);
}
