// What is given back and what is late: the rules one by one. tests/fault/clock has them all together, at random.
#include "exam_fixture.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

namespace {

std::string blocked(std::uint64_t seq, DurationMs from, DurationMs to, DurationMs t) {
  return fmt::format(R"({{"v":1,"seq":{},"kind":"blocked","value":{{"from":{},"to":{}}},"t":{}}})", seq, from, to, t);
}

// Works since t = 1,000, and was heard last `after_ms` later.
struct Heard : Exam {
  Session session;

  explicit Heard(DurationMs after_ms) {
    open_with_token();
    session = working("0000000001");
    wait(after_ms);
    (void)take_heartbeat(state, session, 1'000 + after_ms, now);
  }
};

// Logged in, token typed, test t1 handed out.
Session prepared(Exam& exam) {
  exam.open_with_token();
  REQUIRE(exam.try_login("0000000001", pc_a).has_value());
  exam.commit(*accept_token(exam.state, exam.session_of("0000000001"), "ABCDEF", exam.now));
  auto session = exam.session_of("0000000001");
  auto const made = prepare(exam.state, session, "t1", exam.random.bytes16(), 7, exam.now);
  exam.commit(made->entries);
  session.attempt = made->attempt;
  return session;
}

// What an answer written at t would be flagged with, in a request of `sent_t`.
std::string flags_of(Exam const& exam, Session const& session, DurationMs t, DurationMs sent_t) {
  auto state = exam.state;
  auto const outcome = take_events(state, session, answer(1, 1, "c1", t), sent_t, exam.now, exam.limits);
  return parse_subject(outcome.entries.at(0).subject)->flags;
}

DurationMs credit(Exam const& exam, Session const& session) { return exam.attempt(session).credit_ms; }

}  // namespace

TEST_CASE("blocked time is given back, never more than the silence that the server saw nor than the cap") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");  // heard at t = 1,000
  exam.wait(30'000);
  CHECK(exam.send(session, blocked(1, 1'000, 21'000, 31'000), 31'000).entries.back().kind == "credit");
  CHECK(credit(exam, session) == 20'000);
  exam.wait(5'000);
  (void)exam.send(session, blocked(2, 31'000, 400'000, 36'000), 36'000);
  CHECK(credit(exam, session) == 25'000);
  (void)exam.send(session, blocked(3, 31'000, 36'000, 36'000), 36'000);  // no moment counts twice
  CHECK(credit(exam, session) == 25'000);
  exam.wait(700'000);
  (void)exam.send(session, blocked(4, 36'000, 736'000, 736'000), 736'000);
  CHECK(credit(exam, session) == 600'000);
}

TEST_CASE("a heartbeat or other batches before the blocked line take nothing from it") {
  Heard exam(60'000);
  exam.wait(2'000);
  (void)exam.send(exam.session, answer(1, 1, "c1", 62'000), 63'000);
  exam.wait(2'000);
  (void)exam.send(exam.session, blocked(2, 6'000, 56'000, 64'000), 65'000);
  CHECK(credit(exam, exam.session) == 50'000);
}

TEST_CASE("a computer that slept tells time that its clock did not see, and a clock that was set gains nothing") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(100'000);  // slept for 90 s of them
  (void)exam.send(session, blocked(1, 10'900, 100'900, 10'900), 11'000);
  CHECK(credit(exam, session) == 90'000);
  exam.wait(8'000);
  (void)exam.send(session, blocked(2, 18'900, 3'600'000, 18'900), 19'000);
  CHECK(credit(exam, session) == 90'000);
}

TEST_CASE("a computer that broke down gives its silence to the one that takes over") {
  Heard exam(10'000);
  exam.wait(90'000);
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
  auto const fresh = exam.session_of("0000000001");
  CHECK(exam.now.x_ms - exam.attempt(fresh).heard_x_ms == 90'000);
  exam.wait(5'000);  // until its items are visible
  (void)exam.send(fresh, blocked(1, 0, 95'000, 95'000), 95'000);
  CHECK(credit(exam, fresh) == 95'000);
}

TEST_CASE("a silence from before a restart of the box counts as far as the box ran") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(60'000);
  exam.keep(mark_lost(exam.state, exam.now, 25'000));
  State restarted;
  REQUIRE(restarted.apply_all(exam.log, 0).has_value());
  restarted.carry_over(State());
  exam.wait(20'000);
  auto const back = take_events(restarted, session, blocked(1, 1'000, 500'000, 500'000), 500'000, exam.now, exam.limits);
  CHECK(back.entries.back().kind == "credit");
  CHECK(restarted.attempt(*session.attempt)->credit_ms == 80'000);
}

TEST_CASE("after a restart of the box, too, a clock that was set takes nothing from a cable that was pulled out") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(200'000);  // the cable was out, the page ran on
  exam.keep(mark_lost(exam.state, exam.now, 25'000));
  exam.keep(take_heartbeat(exam.state, session, 201'000, exam.now).entries);
  CHECK(exam.log.back().bytes.find(R"("heard_t":1000,"t":201000)") != std::string::npos);
  State restarted;
  REQUIRE(restarted.apply_all(exam.log, 0).has_value());
  restarted.carry_over(State());
  exam.wait(500);
  (void)take_heartbeat(restarted, session, 201'500, exam.now);
  // What the page was frozen meanwhile is still given back.
  (void)take_events(restarted, session, blocked(1, 50'000, 90'000, 201'500), 201'500, exam.now, exam.limits);
  CHECK(restarted.attempt(*session.attempt)->credit_ms == 40'000);
  exam.wait(10'000);
  (void)take_events(restarted, session, blocked(2, 211'500, 3'600'000, 211'500), 211'500, exam.now, exam.limits);
  CHECK(restarted.attempt(*session.attempt)->credit_ms == 40'000);
}

TEST_CASE("nothing is given back for a time before the test had begun") {
  Exam exam;
  auto const session = prepared(exam);
  exam.wait(100'000);  // off from the first moment: time runs from 60 s
  exam.commit(*start(exam.state, session, 100'000, exam.now));
  (void)take_heartbeat(exam.state, session, 100'000, exam.now);
  (void)exam.send(session, blocked(1, 0, 100'000, 100'000), 100'000);
  CHECK(credit(exam, session) == 40'000);
  CHECK(remaining_ms(exam.attempt(session), exam.now.x_ms) == 600'000);
}

TEST_CASE("a page that said after the deadline that nothing waits has no excuse for what it sends later") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(595'000);
  (void)take_heartbeat(exam.state, session, 596'000, exam.now);
  exam.wait(10'000);
  (void)take_heartbeat(exam.state, session, 606'000, exam.now);
  auto const flags = [&](std::uint64_t seq) {
    return parse_subject(exam.send(session, answer(seq, 1, "c1", 599'000), 607'000).entries.at(0).subject)->flags;
  };
  CHECK(flags(1).empty());  // the last line may cross with it
  exam.wait(11'000);
  CHECK(flags(2) == "late");
}

TEST_CASE("a clock that leaps or runs a hundredth fast does not make an offline answer late") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  (void)take_heartbeat(exam.state, session, 1'000, exam.now);
  exam.wait(700'000);  // offline over the deadline; written after 595 s
  CHECK(flags_of(exam, session, 1'000 + 600'950, 1'000 + 707'000).empty());          // a hundredth fast
  CHECK(flags_of(exam, session, 3'600'000 + 596'000, 3'600'000 + 701'000).empty());  // leapt an hour before it
  CHECK(flags_of(exam, session, 596'000, 3'600'000).empty());                        // and after it
  CHECK(flags_of(exam, session, 3'600'000 + 640'000, 3'600'000 + 701'000) == "late");
}

TEST_CASE("a cable that was out from the start press until after the deadline makes no answer late") {
  Exam exam;
  auto const session = prepared(exam);  // t = 0; time runs from 60 s to 660 s
  exam.wait(900'000);
  exam.commit(*start(exam.state, session, 900'000, exam.now));
  (void)take_contact(exam.state, session, 900'000, exam.now);
  exam.wait(20'000);  // and out once more, before the lines came
  REQUIRE(remaining_ms(exam.attempt(session), exam.now.x_ms) == 0);
  CHECK(flags_of(exam, session, 30'000, 920'000).empty());
  CHECK(flags_of(exam, session, 659'000, 920'000).empty());
  CHECK(flags_of(exam, session, 700'000, 920'000) == "late");
}

TEST_CASE("a request in time need not bring all that waits: the lines that it left come in time, too") {
  Heard exam(595'000);  // the request that brought as many lines as one may
  exam.wait(10'000);
  CHECK(flags_of(exam, exam.session, 300'000, 606'000).empty());
  CHECK(flags_of(exam, exam.session, 605'000, 606'000) == "late");
}

TEST_CASE("what was written in time on another computer is not late though it was never heard before the deadline") {
  Heard exam(500'000);
  exam.wait(10'000);
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
  auto const fresh = exam.session_of("0000000001");  // its t begins with the 10 s of silence
  exam.wait(100'000);
  CHECK(flags_of(exam, fresh, 90'000, 110'000).empty());
  CHECK(flags_of(exam, fresh, 99'000, 110'000).empty());
  CHECK(flags_of(exam, fresh, 105'000, 110'000) == "late");
  // A login after the deadline excuses nothing …
  REQUIRE(exam.try_login("0000000001", pc_c).has_value());
  exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
  CHECK(flags_of(exam, exam.session_of("0000000001"), 0, 200'000) == "late");
}

TEST_CASE("… but what its computer is given back it has, also when the cable was out once more") {
  Heard exam(500'000);
  exam.wait(110'000);
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
  auto const fresh = exam.session_of("0000000001");
  exam.wait(190'000);  // 110 s of silence are given back: the end is at 710 s
  auto const body = blocked(1, 0, 110'000, 110'000) + "\n" + answer(2, 1, "c1", 150'000) + "\n" + answer(3, 2, "c1", 250'000);
  (void)exam.send(fresh, body, 300'000);
  CHECK(exam.attempt(fresh).answers.contains(1));
  CHECK_FALSE(exam.attempt(fresh).answers.contains(2));
}

TEST_CASE("a gate that waits for an hour is not opened by a clock that is years off") {
  Exam exam;
  exam.commit({{"sitting", "S2",
                R"({"id":"S2","name":"S","room":"R1","starts_at":0,"ends_at":1,"token_ms":900000,"blocked_credit_max_ms":0,)"
                R"("tests":[{"id":"t1","gate":"time","gate_at":10000000}]})"}});
  auto const& sitting = *exam.state.sitting("S2");
  auto const& who = *exam.state.participant("0000000001");
  auto const at = [&](TimeMs wall) { return test_state(exam.state, who, sitting, 0, {wall, 1}); };
  CHECK(at(9'999'999) == TestState::locked);
  CHECK(at(10'000'000) == TestState::ready);
  CHECK(at(10'000'000 + 24 * 3'600'000LL) == TestState::locked);
}
