// What a state knows after a quick start (marks and newest answers instead of all lines), and what a reload keeps.
#include "exam_fixture.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

namespace {

// The acts of the log applied, events as the journal's projections would give them.
State quick_start(Exam const& exam) {
  State state;
  for (auto const& entry : exam.log) {
    if (entry.kind == "event" || entry.kind == "quarantine") continue;
    REQUIRE(state.apply(entry, exam.now.wall_ms).has_value());
  }
  for (auto const& [id, attempt] : exam.state.attempts()) {
    for (auto const& [epoch, mark] : attempt.marks) {
      state.load_mark(id, epoch, false, {mark.hwm, mark.head, mark.bytes}, mark.hwm);
    }
    for (auto const& [epoch, mark] : attempt.quarantine) {
      state.load_mark(id, epoch, true, {mark.hwm, mark.head, mark.bytes}, mark.hwm);
    }
  }
  return state;
}

}  // namespace

TEST_CASE("after a quick start a repeat and a conflict are told apart by the lines that are looked up") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  (void)exam.send(session, answer(1, 1, "c1") + "\n" + answer(2, 2, "c1"));
  exam.state = quick_start(exam);

  auto const body = answer(1, 1, "c2") + "\n" + answer(2, 2, "c1") + "\n" + answer(3, 3, "c1");
  auto const repeated = repeated_lines(exam.state, session, body);
  REQUIRE(repeated.mark != nullptr);
  CHECK(repeated.seqs == std::vector<std::uint64_t>{1, 2});
  repeated.mark->looked_up[1] = fingerprint(answer(1, 1, "c1"));
  repeated.mark->looked_up[2] = fingerprint(answer(2, 2, "c1"));
  CHECK(repeated_lines(exam.state, session, body).seqs.empty());
  CHECK(exam.send(session, body).reply.error->code == Errc::event_conflict);
  auto const good = exam.send(session, answer(2, 2, "c1") + "\n" + answer(3, 3, "c1"));
  CHECK_FALSE(good.reply.error);
  CHECK(good.reply.hwm == 3);
  CHECK(exam.send(session, answer(3, 3, "c2")).reply.error->code == Errc::event_conflict);
  CHECK(exam.attempt(session).conflict);
}

TEST_CASE("the quarantine of an epoch from before a quick start goes on from its mark") {
  Exam exam;
  exam.open_with_token();
  auto const old_session = exam.working("0000000001");
  (void)exam.send(old_session, answer(1, 1, "c1"));
  (void)exam.try_login("0000000001", pc_b);
  exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
  exam.state = quick_start(exam);
  auto const outcome = exam.send(old_session, answer(2, 2, "c1") + "\n" + answer(3, 3, "c1"));
  CHECK(outcome.reply.error->code == Errc::epoch_superseded);
  CHECK(outcome.reply.hwm == 3);
  CHECK(exam.send(old_session, answer(3, 3, "c2")).reply.error->code == Errc::event_conflict);
  CHECK(exam.attempt(old_session).marks.at({0, 1}).hwm == 1);
}

TEST_CASE("a reload keeps who waits and when each page was heard") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  exam.wait(5'000);
  (void)take_heartbeat(exam.state, session, 6'000, exam.now);
  REQUIRE(exam.try_login("0000000001", pc_b)->digits == "47");
  auto fresh = quick_start(exam);
  fresh.carry_over(exam.state);
  auto const* attempt = fresh.attempt(*session.attempt);
  REQUIRE(attempt->last_contact.has_value());
  CHECK(attempt->last_contact->x_ms == exam.now.x_ms);
  CHECK(attempt->contact_in_time.t_ms == 6'000);
  REQUIRE(fresh.participant("0000000001")->pending.has_value());
  CHECK(fresh.participant("0000000001")->pending->digits == "47");
}

TEST_CASE("one request never brings more entries than the writer's queue keeps room for") {
  Exam exam;
  exam.limits.rate = {1e9, 0.001};
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  std::string body;
  for (unsigned i = 1; i <= 1'000; ++i) body += answer(i, 1, "c1") + "\n";
  auto const outcome = exam.send(session, body);
  CHECK(outcome.reply.error->code == Errc::quota);
  CHECK(outcome.reply.hwm == exam.limits.batch_entries_max);
  CHECK(outcome.entries.size() <= 512);
}

TEST_CASE("a session of an epoch that the attempt never had stores nothing") {
  Exam exam;
  exam.open_with_token();
  auto session = exam.working("0000000001");
  session.epoch.n += 1;
  auto const outcome = exam.send(session, answer(1, 1, "c1"));
  CHECK(outcome.reply.error->code == Errc::attempt_unknown);
  CHECK(outcome.entries.empty());
  CHECK(exam.attempt(session).marks.size() == 1);
}

TEST_CASE("senseless intervals of blocked time give no credit") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  std::uint64_t seq = 0;
  for (auto const* value : {R"({"from":-9223372036854775808,"to":9223372036854775807})", R"({"from":5000,"to":1})",
                            R"({"from":0,"to":18446744073709551615})", R"({"from":0.5,"to":9e9})", R"({"from":1})"}) {
    exam.wait(10'000);
    auto const outcome = exam.send(
        session, fmt::format(R"({{"v":1,"seq":{},"kind":"blocked","value":{},"t":1000}})", ++seq, value), 1'000);
    INFO(value);
    CHECK(outcome.reply.hwm == seq);
    CHECK(exam.attempt(session).credit_ms == 0);
  }
}
