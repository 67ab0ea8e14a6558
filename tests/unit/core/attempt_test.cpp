#include "exam_fixture.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

TEST_CASE("tests come in order, after the token, through their gates") {
  Exam exam;
  exam.open_with_token();
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  auto session = exam.session_of("0000000001");
  auto const id = exam.random.bytes16();
  CHECK(prepare(exam.state, session, "t1", id, 1, exam.now).error().code == Errc::token_required);
  exam.commit(*accept_token(exam.state, session, "ABCDEF", exam.now));
  CHECK(prepare(exam.state, session, "t2", id, 1, exam.now).error().code == Errc::test_locked);
  session = exam.begin("0000000001", "t1");
  CHECK(prepare(exam.state, session, "t1", id, 1, exam.now)->attempt == *session.attempt);

  auto const sent = exam.send(session, answer(1, 1, "c1") + "\n" + submit(2));
  exam.commit(*finish(exam.state, session, 2, sent.reply.head, exam.now));
  CHECK(prepare(exam.state, session, "t1", id, 1, exam.now).error().code == Errc::attempt_finished);
  CHECK(prepare(exam.state, session, "t2", id, 1, exam.now).error().code == Errc::test_locked);
  exam.commit(*press_gate(exam.state, "S1", "t2", "p", exam.now));
  CHECK(prepare(exam.state, session, "t2", id, 1, exam.now).has_value());
}

TEST_CASE("finishing needs the submit line and the same mark and head, and gives the code of that head") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  auto const before = exam.send(session, answer(1, 1, "c1"));
  CHECK(finish(exam.state, session, 1, before.reply.head, exam.now).error().code == Errc::head_mismatch);
  auto const sent = exam.send(session, submit(2));
  CHECK(finish(exam.state, session, 2, before.reply.head, exam.now).error().code == Errc::head_mismatch);
  CHECK(finish(exam.state, session, 1, sent.reply.head, exam.now).error().code == Errc::head_mismatch);
  exam.commit(*finish(exam.state, session, 2, sent.reply.head, exam.now));
  CHECK(exam.attempt(session).finish->code == closing_code(sent.reply.head));
  CHECK(finish(exam.state, session, 2, sent.reply.head, exam.now)->empty());
  auto const after = exam.send(session, answer(3, 2, "c1"));
  CHECK(parse_subject(after.entries.at(0).subject)->flags == "closed");
  CHECK(exam.attempt(session).answers.count(2) == 0);
}

TEST_CASE("time runs from the start press, or a minute after the items were sent") {
  Exam exam;
  exam.open_with_token();
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  exam.commit(*accept_token(exam.state, exam.session_of("0000000001"), "ABCDEF", exam.now));
  auto const outcome = prepare(exam.state, exam.session_of("0000000001"), "t1", exam.random.bytes16(), 1, exam.now);
  exam.commit(outcome->entries);
  auto const& attempt = *exam.state.attempt(outcome->attempt);
  CHECK(remaining_ms(attempt, exam.now.x_ms + 59'999) == 600'000);
  CHECK(remaining_ms(attempt, exam.now.x_ms + 61'000) == 599'000);
  auto session = exam.session_of("0000000001");
  exam.wait(300'000);
  exam.commit(*start(exam.state, session, 1, exam.now));
  CHECK(remaining_ms(attempt, exam.now.x_ms) == 360'000);
}

TEST_CASE("after the deadline a line counts only if the page's clock shows that it was written in time") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(590'000);
  (void)take_heartbeat(exam.state, session, 591'000, exam.now);
  exam.wait(60'000);  // cut off over the deadline
  auto const in_time = exam.send(session, answer(1, 1, "c1", 600'500), 651'000);
  CHECK(parse_subject(in_time.entries.at(0).subject)->flags.empty());
  auto const late = exam.send(session, answer(2, 2, "c1", 640'000), 651'000);
  CHECK(parse_subject(late.entries.at(0).subject)->flags == "late");
  CHECK(answered_count(exam.attempt(session)) == 1);
}

TEST_CASE("a page that does not come back after a restart is lost as well, unless its sesi is closed") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  State restarted;
  REQUIRE(restarted.apply_all(exam.log, 0).has_value());
  CHECK(mark_lost(restarted, exam.now, 25'000).empty());
  exam.wait(24'000);
  CHECK(mark_lost(restarted, exam.now, 25'000).empty());
  exam.wait(1'000);
  auto const lost = mark_lost(restarted, exam.now, 25'000);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].subject == hex(*session.attempt));

  exam.commit(*close_sitting(exam.state, "S1", "p", exam.now));
  State closed;
  REQUIRE(closed.apply_all(exam.log, 0).has_value());
  CHECK(mark_lost(closed, exam.now, 25'000).empty());
  exam.wait(60'000);
  CHECK(mark_lost(closed, exam.now, 25'000).empty());
}

TEST_CASE("after a restart the journal's lines say how the page's clock stands, the least delayed one first") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(300'000);
  auto const prompt = exam.send(session, answer(1, 1, "c1", 301'000), 301'000);
  exam.wait(200'000);
  auto const delayed = exam.send(session, answer(2, 1, "c2", 401'000), 501'000);  // waited 100 s offline

  auto const with_contact = [&](bool loaded) {
    State state;
    NewEntries acts;
    for (auto const& entry : exam.log) {
      if (entry.kind != "event") acts.push_back(entry);
    }
    REQUIRE(state.apply_all(acts, 0).has_value());
    auto const& attempt = exam.attempt(session);
    state.load_mark(attempt.id, session.epoch, false, {2, attempt.marks.at(session.epoch).head, 0}, 2);
    for (auto const* batch : {&delayed, &prompt}) {
      auto const& entry = batch->entries.at(0);
      if (loaded) state.load_contact(*parse_subject(entry.subject), *parse_event_line(entry.bytes));
    }
    return state;
  };
  exam.wait(200'000);  // cut off over the deadline, and the server was started anew meanwhile
  auto state = with_contact(true);
  auto const in_time = take_events(state, session, answer(3, 2, "c1", 590'000), 701'000, exam.now, exam.limits);
  CHECK(parse_subject(in_time.entries.at(0).subject)->flags.empty());
  auto const after = take_events(state, session, answer(4, 2, "c2", 650'000), 701'000, exam.now, exam.limits);
  CHECK(parse_subject(after.entries.at(0).subject)->flags == "late");

  // Before the first line the start press tells it.
  auto only_started = with_contact(false);
  auto const first = take_events(only_started, session, answer(3, 2, "c1", 590'000), 701'000, exam.now, exam.limits);
  CHECK(parse_subject(first.entries.at(0).subject)->flags.empty());
}

TEST_CASE("a silent page is told to the journal as lost once, and as back when it speaks") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(30'000);
  auto const lost = mark_lost(exam.state, exam.now, 25'000);
  REQUIRE(lost.size() == 1);
  CHECK(lost[0].kind == "connection");
  CHECK(mark_lost(exam.state, exam.now, 25'000).empty());
  auto const back = take_heartbeat(exam.state, session, 31'000, exam.now);
  REQUIRE(back.entries.size() == 1);
  CHECK_FALSE(exam.attempt(session).lost);
}
