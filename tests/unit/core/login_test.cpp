#include "exam_fixture.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

TEST_CASE("nobody logs in before the sitting is open, and absentees not at all") {
  Exam exam;
  CHECK(exam.try_login("0000000001", pc_a).error().code == Errc::no_sitting_open);
  exam.open_with_token();
  exam.commit(*set_attendance(exam.state, "S1", {"0000000002"}, {}, "p", exam.now));
  CHECK(exam.try_login("0000000002", pc_a).error().code == Errc::absent);
  CHECK(exam.try_login("0000000001", pc_a)->n == 1);
  CHECK(set_attendance(exam.state, "S1", {"0000000001"}, {}, "p", exam.now).error().code == Errc::bad_field);
}

TEST_CASE("the same device goes on by itself; another waits for the right two digits") {
  Exam exam;
  exam.open_with_token();
  auto const first = exam.working("0000000001");
  CHECK(exam.try_login("0000000001", pc_a)->n == 2);

  auto const waiting = exam.try_login("0000000001", pc_b);
  CHECK(waiting->n == 0);
  CHECK(waiting->digits == "47");
  CHECK(exam.try_login("0000000001", pc_c).error().code == Errc::approval_other_pending);
  CHECK(approve(exam.state, "0000000001", "48", "p", exam.now).error().code == Errc::digits_wrong);
  CHECK_FALSE(check_session(exam.state, exam.session_of("0000000001")).has_error());
  exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
  CHECK(exam.state.participant("0000000001")->device == pc_b);
  CHECK(check_session(exam.state, first).error().code == Errc::epoch_superseded);
  CHECK(approve(exam.state, "0000000001", "47", "p", exam.now).error().code == Errc::approval_none);
  CHECK(exam.state.participant("0000000001")->token_accepted.contains("S1"));
}

TEST_CASE("a refused device is mute for ten minutes and the first page works on") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  exam.commit(*refuse(exam.state, "0000000001", "p", exam.now));
  CHECK(exam.try_login("0000000001", pc_b).error().code == Errc::approval_muted);
  CHECK_FALSE(exam.send(session, answer(1, 1, "c1")).reply.error);
  exam.wait(10 * 60 * 1000);
  CHECK(exam.try_login("0000000001", pc_b)->n == 0);
}

TEST_CASE("a login that still waits when the sitting closes cannot be approved any more") {
  Exam exam;
  exam.open_with_token();
  (void)exam.working("0000000001");
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  exam.commit(*close_sitting(exam.state, "S1", "p", exam.now));
  CHECK(approve(exam.state, "0000000001", "47", "p", exam.now).error().code == Errc::sitting_closed);
}

TEST_CASE("a reset lets the next login in without digits, once") {
  Exam exam;
  exam.open_with_token();
  (void)exam.working("0000000001");
  exam.commit(*reset(exam.state, "0000000001", "p", exam.now));
  CHECK(exam.try_login("0000000001", pc_b)->n == 2);
  CHECK(exam.try_login("0000000001", pc_c)->n == 0);
}

TEST_CASE("tokens: wrong, replaced, still good for a minute, five tries a minute") {
  Exam exam;
  exam.open_with_token("AAAAAA");
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  REQUIRE(exam.try_login("0000000002", pc_b).has_value());
  REQUIRE(exam.try_login("0000000003", pc_c).has_value());
  CHECK(accept_token(exam.state, exam.session_of("0000000001"), "ZZZZZZ", exam.now).error().code == Errc::token_wrong);
  exam.commit(*release_token(exam.state, "S1", "BBBBBB", "p", exam.now));
  exam.wait(token_overlap_ms);
  CHECK(accept_token(exam.state, exam.session_of("0000000001"), "AAAAAA", exam.now).has_value());
  exam.wait(1);
  CHECK(accept_token(exam.state, exam.session_of("0000000001"), "AAAAAA", exam.now).error().code == Errc::token_wrong);
  CHECK(accept_token(exam.state, exam.session_of("0000000002"), "BBBBBB", exam.now).has_value());
  for (int i = 0; i < 5; ++i) (void)accept_token(exam.state, exam.session_of("0000000003"), "CCCCCC", exam.now);
  CHECK(accept_token(exam.state, exam.session_of("0000000003"), "BBBBBB", exam.now).error().code == Errc::token_too_many);
  CHECK(tokens_due(exam.state, exam.now).empty());
  exam.wait(900'000);
  CHECK(tokens_due(exam.state, exam.now) == std::vector<std::string>{"S1"});
}

TEST_CASE("a ticket brings back an epoch this box never saw, unless a newer one owns the attempt") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  Ticket ticket{*session.attempt, session.epoch, exam.attempt(session).parent, "0000000001", "S1", "t1", pc_a};

  Exam other;  // a box whose journal lost the attempt
  other.open_with_token();
  auto const restored = resume(other.state, ticket, 7, other.now);
  REQUIRE(restored.has_value());
  other.commit(*restored);
  CHECK_FALSE(other.send(session, answer(1, 1, "c1")).reply.error);
  CHECK(resume(other.state, ticket, 7, other.now)->empty());

  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  CHECK(resume(exam.state, ticket, 7, exam.now).error().code == Errc::epoch_superseded);
  ticket.participant = "0000000002";
  CHECK(resume(exam.state, ticket, 7, exam.now).error().code == Errc::ticket_invalid);
}

TEST_CASE("one room has one open sitting, and a closed one stays closed") {
  Exam exam;
  exam.open_with_token();
  CHECK(open_sitting(exam.state, "S1", "p", exam.now)->empty());
  exam.commit(*close_sitting(exam.state, "S1", "p", exam.now));
  CHECK(open_sitting(exam.state, "S1", "p", exam.now).error().code == Errc::sitting_closed);
  CHECK(exam.try_login("0000000001", pc_a).error().code == Errc::no_sitting_open);
}

TEST_CASE("a card that is right logs in again and again only at a slow pace") {
  Exam exam;
  exam.open_with_token();
  for (int i = 0; i < 10; ++i) REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  CHECK(exam.try_login("0000000001", pc_a).error().code == Errc::login_slow_down);
  CHECK(exam.state.participant("0000000001")->n == 10);
  CHECK(exam.try_login("0000000002", pc_a).has_value());
  CHECK(exam.try_login("0000000001", pc_b)->n == 0);  // asking the proctor is not slowed
  exam.wait(6'000);
  CHECK(exam.try_login("0000000001", pc_a).has_value());
}
