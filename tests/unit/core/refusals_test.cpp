// What nobody is let do: each act of proctor and pupil on what is not there, not open, not theirs or over already.
#include "exam_fixture.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

namespace {

template <class Outcome>
Errc code(Outcome const& outcome) {
  REQUIRE_FALSE(outcome.has_value());
  return outcome.error().code;
}

NewEntry second_sitting(std::string const& id, std::string const& room) {
  return {"sitting", id,
          fmt::format(R"({{"id":"{}","name":"Sesi","room":"{}","starts_at":0,"ends_at":1,"token_ms":900000,)"
                      R"("blocked_credit_max_ms":600000,"tests":[{{"id":"t1","gate":"open"}},{{"id":"t9","gate":"open"}}]}})",
                      id, room)};
}

}  // namespace

TEST_CASE("no act reaches a sitting that is unknown, not open yet or closed") {
  Exam exam;
  auto const& state = exam.state;
  Now const now = exam.now;
  CHECK(code(open_sitting(state, "S9", "p", now)) == Errc::bad_field);
  CHECK(code(close_sitting(state, "S9", "p", now)) == Errc::bad_field);
  CHECK(code(set_attendance(state, "S9", {}, {}, "p", now)) == Errc::bad_field);
  CHECK(code(release_token(state, "S9", "ABCDEF", "p", now)) == Errc::bad_field);
  CHECK(code(press_gate(state, "S9", "t2", "p", now)) == Errc::bad_field);
  CHECK(code(close_sitting(state, "S1", "p", now)) == Errc::no_sitting_open);
  CHECK(code(release_token(state, "S1", "ABCDEF", "p", now)) == Errc::no_sitting_open);
  CHECK(code(press_gate(state, "S1", "t2", "p", now)) == Errc::no_sitting_open);
  CHECK_FALSE(state.any_sitting_open());
  exam.open_with_token();
  CHECK(state.any_sitting_open());
  exam.commit(*close_sitting(state, "S1", "p", now));
  CHECK(code(set_attendance(state, "S1", {"0000000001"}, {}, "p", now)) == Errc::sitting_closed);
  CHECK(code(press_gate(state, "S1", "t2", "p", now)) == Errc::no_sitting_open);
  CHECK_FALSE(state.any_sitting_open());
  CHECK(tokens_due(state, {now.wall_ms, now.x_ms + 10'000'000}).empty());
}

TEST_CASE("two sittings are open at once only in two rooms") {
  Exam exam;
  exam.commit({second_sitting("S2", "R1"), second_sitting("S3", "R2")});
  exam.open_with_token();
  CHECK(code(open_sitting(exam.state, "S2", "p", exam.now)) == Errc::sitting_open);
  exam.commit(*open_sitting(exam.state, "S3", "p", exam.now));
  // Pupil 1 is of S1: the other open sitting is none of theirs.
  CHECK(exam.try_login("0000000001", pc_a)->sitting == "S1");
  exam.commit(*close_sitting(exam.state, "S1", "p", exam.now));
  CHECK(code(exam.try_login("0000000002", pc_a)) == Errc::not_in_sitting);
}

TEST_CASE("attendance lists change only what they say, and only for those who belong there") {
  Exam exam;
  auto const set = [&](std::vector<std::string> const& absent, std::vector<std::string> const& present) {
    return set_attendance(exam.state, "S1", absent, present, "p", exam.now);
  };
  CHECK(code(set({"9999999999"}, {})) == Errc::bad_field);
  CHECK(code(set({}, {"9999999999"})) == Errc::bad_field);
  exam.commit(*set({"0000000001", "0000000002"}, {}));
  CHECK(set({"0000000001"}, {"0000000003"})->empty());
  exam.commit(*set({"0000000001"}, {"0000000002"}));
  CHECK(exam.state.sitting("S1")->absent.size() == 1);
  exam.commit(*set({}, {"0000000001"}));
  CHECK(exam.state.sitting("S1")->absent.empty());
  // Of those who have been in another sitting only the one they are in now is theirs.
  exam.commit({second_sitting("S3", "R2")});
  exam.open_with_token();
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  CHECK(code(set({"0000000001"}, {})) == Errc::bad_field);
}

TEST_CASE("a gate is pressed once, and only of a test of the sitting") {
  Exam exam;
  exam.open_with_token();
  CHECK(code(press_gate(exam.state, "S1", "t9", "p", exam.now)) == Errc::bad_field);
  exam.commit(*press_gate(exam.state, "S1", "t2", "p", exam.now));
  CHECK(press_gate(exam.state, "S1", "t2", "p", exam.now)->empty());
}

TEST_CASE("tokens are of six letters that nobody mistakes, and each is drawn anew") {
  SplitMix64 random{7};
  auto const first = draw_token(random);
  CHECK(first.size() == token_length);
  CHECK(first.find_first_not_of(token_letters) == std::string::npos);
  CHECK(draw_token(random) != first);
}

TEST_CASE("nobody is let in, approved, refused or reset who is not there or does not wait") {
  Exam exam;
  exam.open_with_token();
  CHECK(code(exam.try_login("9999999999", pc_a)) == Errc::login_wrong);
  CHECK(code(approve(exam.state, "9999999999", "47", "p", exam.now)) == Errc::approval_none);
  CHECK(code(refuse(exam.state, "9999999999", "p", exam.now)) == Errc::approval_none);
  CHECK(code(refuse(exam.state, "0000000001", "p", exam.now)) == Errc::approval_none);
  CHECK(code(reset(exam.state, "9999999999", "p", exam.now)) == Errc::bad_field);
  CHECK(exam.state.participant_by_username("U0000000001") == exam.state.participant("0000000001"));
  CHECK(exam.state.participant_by_username("U9") == nullptr);
}

TEST_CASE("who finished all tests of the sitting logs in no more") {
  Exam exam;
  exam.open_with_token();
  exam.commit(*press_gate(exam.state, "S1", "t2", "p", exam.now));
  (void)exam.working("0000000001");
  for (std::string const test : {"t1", "t2"}) {
    auto const session = exam.begin("0000000001", test);
    auto const sent = exam.send(session, answer(1, 1, "c1") + "\n" + submit(2));
    exam.commit(*finish(exam.state, session, 2, sent.reply.head, exam.now));
    CHECK(code(start(exam.state, session, 1, exam.now)) == Errc::attempt_finished);
    if (test == "t1") REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  }
  CHECK(code(exam.try_login("0000000001", pc_a)) == Errc::attempt_finished);
}

TEST_CASE("a login that waits shows the same digits when its computer asks again") {
  Exam exam;
  exam.open_with_token();
  (void)exam.working("0000000001");
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  auto const again = login(exam.state, {"0000000001", pc_b, "10.0.0.1", "99"}, exam.now);
  CHECK(again->digits == "47");
  CHECK(again->entries.empty());
}

TEST_CASE("a logout ends the newest login once, and then nothing is taken from it") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  CHECK(logout(exam.state, {"9999999999", "S1", pc_a, {0, 1}, std::nullopt}, exam.now).empty());
  auto older = session;
  older.epoch.n = 0;
  CHECK(logout(exam.state, older, exam.now).empty());
  exam.commit(logout(exam.state, session, exam.now));
  CHECK(logout(exam.state, session, exam.now).empty());
  CHECK(code(check_session(exam.state, session)) == Errc::not_logged_in);
  CHECK(code(accept_token(exam.state, session, "ABCDEF", exam.now)) == Errc::not_logged_in);
  CHECK(code(prepare(exam.state, session, "t1", exam.random.bytes16(), 1, exam.now)) == Errc::not_logged_in);
  Ticket const ticket{*session.attempt, session.epoch, exam.attempt(session).parent, "0000000001", "S1", "t1", pc_a};
  CHECK(code(resume(exam.state, ticket, 7, exam.now)) == Errc::not_logged_in);
  CHECK(exam.try_login("0000000001", pc_b)->n == 2);  // a card after a logout needs nobody's digits
}

TEST_CASE("a session that nobody has, or from a login that this box never saw, is not logged in") {
  Exam exam;
  exam.open_with_token();
  CHECK(code(check_session(exam.state, {"9999999999", "S1", pc_a, {0, 1}, std::nullopt})) == Errc::not_logged_in);
  CHECK(code(check_session(exam.state, {"0000000001", "S1", pc_a, {0, 0}, std::nullopt})) == Errc::not_logged_in);
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  CHECK(code(check_session(exam.state, {"0000000001", "S1", pc_a, {0, 2}, std::nullopt})) == Errc::not_logged_in);
}

TEST_CASE("a token is taken while the sitting is open and one is released, and typed once") {
  Exam exam;
  exam.commit(*open_sitting(exam.state, "S1", "p", exam.now));
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  auto session = exam.session_of("0000000001");
  CHECK(code(accept_token(exam.state, session, "ABCDEF", exam.now)) == Errc::token_missing);
  exam.commit(*release_token(exam.state, "S1", "ABCDEF", "p", exam.now));
  exam.commit(*accept_token(exam.state, session, "ABCDEF", exam.now));
  CHECK(accept_token(exam.state, session, "ZZZZZZ", exam.now)->empty());
  session.sitting = "S9";
  CHECK(code(accept_token(exam.state, session, "ABCDEF", exam.now)) == Errc::sitting_closed);
  session.sitting = "S1";
  exam.commit(*close_sitting(exam.state, "S1", "p", exam.now));
  CHECK(code(accept_token(exam.state, session, "ABCDEF", exam.now)) == Errc::sitting_closed);
  CHECK(code(prepare(exam.state, session, "t1", exam.random.bytes16(), 1, exam.now)) == Errc::sitting_closed);
}

TEST_CASE("a test that the sitting or the packet does not have is not handed out") {
  Exam exam;
  exam.commit({second_sitting("S3", "R2")});
  exam.open_with_token();
  exam.commit(*open_sitting(exam.state, "S3", "p", exam.now));
  auto session = exam.working("0000000001");
  auto const id = exam.random.bytes16();
  CHECK(code(prepare(exam.state, session, "t9", id, 1, exam.now)) == Errc::bad_field);
  session.sitting = "S9";
  CHECK(code(prepare(exam.state, session, "t1", id, 1, exam.now)) == Errc::sitting_closed);
}

TEST_CASE("starting and finishing need the session's own attempt and its newest page") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  auto const sent = exam.send(session, answer(1, 1, "c1") + "\n" + submit(2));
  CHECK(start(exam.state, session, 1, exam.now)->empty());
  auto none = session;
  none.attempt.reset();
  CHECK(code(start(exam.state, none, 1, exam.now)) == Errc::attempt_unknown);
  CHECK(code(finish(exam.state, none, 2, sent.reply.head, exam.now)) == Errc::attempt_unknown);
  auto other = session;
  other.participant = "0000000002";
  CHECK(code(finish(exam.state, other, 2, sent.reply.head, exam.now)) == Errc::attempt_unknown);
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  CHECK(code(finish(exam.state, session, 2, sent.reply.head, exam.now)) == Errc::epoch_superseded);
  auto unheard = session;
  unheard.epoch = {1, 1};  // of a term that this attempt never had
  CHECK(code(finish(exam.state, unheard, 2, sent.reply.head, exam.now)) == Errc::head_mismatch);
}

TEST_CASE("a ticket for nobody, for no test or sitting, or for an attempt that another one replaced is invalid") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  Ticket const good{*session.attempt, session.epoch, exam.attempt(session).parent, "0000000001", "S1", "t1", pc_a};
  auto const refused = [&](auto change) {
    auto ticket = good;
    change(ticket);
    return code(resume(exam.state, ticket, 7, exam.now));
  };
  CHECK(resume(exam.state, good, 7, exam.now)->empty());
  CHECK(refused([](Ticket& t) { t.participant = "9999999999"; }) == Errc::ticket_invalid);
  CHECK(refused([](Ticket& t) { t.test = "t9"; }) == Errc::ticket_invalid);
  CHECK(refused([](Ticket& t) { t.sitting = "S9"; }) == Errc::ticket_invalid);
  CHECK(refused([&](Ticket& t) { t.attempt = exam.random.bytes16(); }) == Errc::ticket_invalid);
  CHECK(refused([](Ticket& t) { t.epoch.n = 0; }) == Errc::epoch_superseded);
  auto newer = good;
  newer.epoch = {1, 1};  // of the standby that took over: this box learns it
  exam.commit(*resume(exam.state, newer, 7, exam.now));
  CHECK(exam.attempt(session).epoch == Epoch{1, 1});
  CHECK(exam.attempt(session).seed == 7);
  CHECK(refused([](Ticket&) {}) == Errc::epoch_superseded);
}
