// The stages of a multistage test: what a closed one takes, what opens the next, and that a restart stands in the same.
#include "core/stages.hpp"
#include "exam_fixture.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

namespace {

StagePart const opening{"awal", {"Q1", "Q2", "Q3"}, false};
StagePart const hard{"sulit", {"Q7", "Q8"}, true};

// Logged in, token typed, test t1 prepared as a test in stages.
Session working_in_stages(Exam& exam, std::string const& nisn = "0000000001") {
  REQUIRE(exam.try_login(nisn, pc_a).has_value());
  exam.commit(*accept_token(exam.state, exam.session_of(nisn), "ABCDEF", exam.now));
  auto session = exam.session_of(nisn);
  auto const outcome = prepare(exam.state, session, "t1", exam.random.bytes16(), 7, exam.now, opening);
  REQUIRE(outcome.has_value());
  exam.commit(outcome->entries);
  session.attempt = outcome->attempt;
  exam.commit(*start(exam.state, session, 1'000, exam.now));
  return session;
}

Result<StageStep> check(Exam const& exam, Session const& session, std::uint64_t number) {
  auto const& mark = exam.attempt(session).marks.at(session.epoch);
  return check_stage(exam.state, session, number, mark.hwm, mark.head);
}

void close(Exam& exam, Session const& session, std::optional<StagePart> next) {
  auto const number = exam.attempt(session).stages.size();
  REQUIRE(check(exam, session, number).value() == StageStep::close);
  exam.commit({close_stage(exam.attempt(session), session.epoch, "69900001", {R"({"SCORE":2})", std::move(next)},
                           exam.now)});
}

std::string flags_of(EventsOutcome const& outcome) { return parse_subject(outcome.entries.back().subject)->flags; }

State replayed(Exam const& exam, bool quick) {
  State state;
  for (auto const& entry : exam.log) {
    if (quick && entry.kind == "event") continue;
    REQUIRE(state.apply(entry, exam.now.wall_ms).has_value());
  }
  return state;
}

}  // namespace

TEST_CASE("an answer counts only while its stage is open") {
  Exam exam;
  exam.open_with_token();
  auto const session = working_in_stages(exam);
  CHECK(exam.attempt(session).items == 3);
  CHECK(flags_of(exam.send(session, answer(1, 1, "c1"))).empty());
  CHECK(flags_of(exam.send(session, answer(2, 4, "c1"))) == "item");  // of a stage that is not there yet
  close(exam, session, hard);
  CHECK(exam.attempt(session).items == 5);
  CHECK(first_open_item(exam.attempt(session)) == 4);
  CHECK(flags_of(exam.send(session, answer(3, 1, "c2"))) == "stage");
  CHECK(flags_of(exam.send(session, R"({"v":1,"seq":4,"kind":"clear","item":"i1","t":1})")) == "stage");
  CHECK(flags_of(exam.send(session, answer(5, 5, "c3"))).empty());
  CHECK(exam.attempt(session).answers.at(1).value == R"({"r1":"c1"})");
  CHECK(exam.attempt(session).answers.at(5).value == R"({"r1":"c3"})");
  CHECK(answered_count(exam.attempt(session)) == 2);
  close(exam, session, std::nullopt);
  CHECK(route_is_over(exam.attempt(session)));
  CHECK(flags_of(exam.send(session, answer(6, 5, "c1"))) == "stage");
  CHECK(exam.send(session, submit(7)).reply.hwm == 7);
  auto const& mark = exam.attempt(session).marks.at(session.epoch);
  exam.commit(*finish(exam.state, session, mark.hwm, mark.head, exam.now));
  CHECK(exam.attempt(session).finish->answered == 2);
}

TEST_CASE("a stage closes once, at the mark that the page names, and never after the end") {
  Exam exam;
  exam.open_with_token();
  auto const session = working_in_stages(exam);
  (void)exam.send(session, answer(1, 1, "c1"));
  auto const& mark = exam.attempt(session).marks.at(session.epoch);
  CHECK(check_stage(exam.state, session, 1, 2, mark.head).error() == Errc::head_mismatch);
  CHECK(check_stage(exam.state, session, 1, 1, Bytes32{}).error() == Errc::head_mismatch);
  CHECK(check(exam, session, 0).error() == Errc::bad_field);
  CHECK(check(exam, session, 2).error() == Errc::bad_field);
  CHECK(check(exam, session, std::uint64_t{1} << 60U).error() == Errc::bad_field);
  close(exam, session, hard);
  CHECK(check_stage(exam.state, session, 1, 1, Bytes32{}).value() == StageStep::repeat);
  (void)exam.send(session, answer(2, 4, "c1"));
  CHECK(check(exam, session, 1).value() == StageStep::repeat);

  SECTION("not after the submit line") {
    (void)exam.send(session, submit(3));
    CHECK(check(exam, session, 2).error() == Errc::attempt_finished);
  }
  SECTION("not when the sesi is closed") {
    exam.commit(*close_sitting(exam.state, "S1", "p", exam.now));
    CHECK(check(exam, session, 2).error() == Errc::sitting_closed);
  }
  SECTION("not by a page that a later login superseded, and the later one goes on in the same stage") {
    (void)exam.try_login("0000000001", pc_b);
    exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
    CHECK(check(exam, session, 2).error() == Errc::epoch_superseded);
    auto second = exam.session_of("0000000001");
    CHECK(second.attempt == session.attempt);
    CHECK(flags_of(exam.send(second, answer(1, 1, "c2"))) == "stage");
    CHECK(check(exam, second, 2).value() == StageStep::close);
  }
}

TEST_CASE("a test without stages closes none") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000002");
  CHECK(check(exam, session, 1).error() == Errc::bad_field);
  CHECK(first_open_item(exam.attempt(session)) == 1);
  CHECK_FALSE(route_is_over(exam.attempt(session)));
}

TEST_CASE("the journal alone tells in which stage an attempt stands") {
  Exam exam;
  exam.open_with_token();
  auto const session = working_in_stages(exam);
  (void)exam.send(session, answer(1, 1, "c1"));
  close(exam, session, hard);
  (void)exam.send(session, answer(2, 1, "c2") + "\n" + answer(3, 4, "c1"));
  if (GENERATE(false, true)) close(exam, session, std::nullopt);
  for (bool const quick : {false, true}) {
    auto const state = replayed(exam, quick);
    auto const* attempt = state.attempt(*session.attempt);
    CHECK(attempt->stages == exam.attempt(session).stages);
    CHECK(attempt->items == 5);
    CHECK(route_is_over(*attempt) == route_is_over(exam.attempt(session)));
  }
  auto const whole = replayed(exam, false);
  auto const* attempt = whole.attempt(*session.attempt);
  CHECK(attempt->answers.at(1).value == R"({"r1":"c1"})");
  CHECK(attempt->stages.at(0).closed->outcomes == R"({"SCORE":2})");
  CHECK(attempt->stages.at(0).closed->seq == 1);
}

TEST_CASE("an attempt that a ticket brought to this box begins at the first stage") {
  Exam exam;
  exam.open_with_token();
  auto session = working_in_stages(exam);
  auto const& attempt = exam.attempt(session);
  Ticket const ticket{attempt.id, {0, 1}, attempt.parent, "0000000002", "S1", "t1", pc_b};
  Exam other;
  other.open_with_token();
  other.commit(*resume(other.state, ticket, 7, other.now));
  auto const restored = other.session_of("0000000002");
  REQUIRE(other.attempt(restored).stages.empty());
  auto const outcome = prepare(other.state, restored, "t1", Bytes16{}, 7, other.now, opening);
  REQUIRE(outcome.has_value());
  CHECK(outcome->attempt == attempt.id);
  other.commit(outcome->entries);
  CHECK(other.attempt(restored).stages.at(0).what == opening);
  CHECK(other.attempt(restored).items == 3);
  CHECK(prepare(other.state, restored, "t1", Bytes16{}, 7, other.now, opening)->entries.empty());
}

TEST_CASE("a stage entry that does not join the stages before it is corrupt") {
  Exam exam;
  exam.open_with_token();
  auto const session = working_in_stages(exam);
  auto const id = hex(*session.attempt);
  std::string const closed = R"({"number":1,"part":"awal","seq":0,"head":")" + std::string(64, '0') + R"(","outcomes":{}})";
  auto const bytes = [&](std::string const& close, std::string const& next) {
    return R"({"term":0,"n":1,"closed":)" + close + R"(,"next":)" + next + R"(,"x":1})";
  };
  std::string const next = R"({"number":2,"part":"b","first":4,"items":["Q9"]})";
  auto const refused = [&](std::string const& subject, std::string const& text) {
    auto state = replayed(exam, false);
    return state.apply({"stage", subject, text}, 0).has_error();
  };
  CHECK_FALSE(refused(id, bytes(closed, next)));
  CHECK_FALSE(refused(id, bytes(closed, "null")));
  CHECK(refused(std::string(32, '0'), bytes(closed, next)));
  CHECK(refused(id, bytes("null", next)));
  CHECK(refused(id, bytes("null", "null")));
  CHECK(refused(id, bytes(closed, R"({"number":3,"part":"b","first":4,"items":["Q9"]})")));
  CHECK(refused(id, bytes(closed, R"({"number":2,"part":"b","first":5,"items":["Q9"]})")));
  CHECK(refused(id, bytes(closed, R"({"number":2,"part":"b","first":4,"items":[]})")));
  CHECK(refused(id, bytes(R"({"number":1,"part":"lain","seq":0,"head":"00","outcomes":{}})", next)));
  CHECK(refused(id, bytes(closed, "7")));
}
