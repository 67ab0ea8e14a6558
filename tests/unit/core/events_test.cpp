#include "exam_fixture.hpp"

#include <chrono>

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

TEST_CASE("answers in order move mark and head, and the head is the hash chain of the bytes as sent") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  std::string const one = answer(1, 1, "c1");
  std::string const two = "{ \"v\":1, \"seq\":2,\t\"kind\":\"clear\",\"item\":\"i1\",\"t\":2 }";
  auto const outcome = exam.send(session, one + "\n" + two + "\n", 2'000);
  REQUIRE_FALSE(outcome.reply.error);
  auto const zero = first_head(*session.attempt, {0, 1}, Bytes32{});
  CHECK(outcome.reply.hwm == 2);
  CHECK(outcome.reply.head == next_head(next_head(zero, one), two));
  REQUIRE(outcome.entries.size() == 2);
  CHECK(outcome.entries[0].bytes == one);
  CHECK(outcome.entries[1].bytes == two);
  CHECK(answered_count(exam.attempt(session)) == 0);
}

TEST_CASE("a repeat is harmless, other bytes under a used number are a conflict with one sample kept") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  (void)exam.send(session, answer(1, 1, "c1"));
  auto const repeat = exam.send(session, answer(1, 1, "c1"));
  CHECK_FALSE(repeat.reply.error);
  CHECK(repeat.entries.empty());
  auto const conflict = exam.send(session, answer(1, 1, "c2"));
  REQUIRE(conflict.reply.error);
  CHECK(conflict.reply.error->code == Errc::event_conflict);
  CHECK(conflict.reply.hwm == 1);
  REQUIRE(conflict.entries.size() == 1);
  CHECK(conflict.entries[0].kind == "evidence");
  CHECK(exam.send(session, answer(1, 1, "c3")).entries.empty());
  CHECK(exam.attempt(session).answers.at(1).value == R"({"r1":"c1"})");
}

TEST_CASE("the longest good prefix of a batch is applied before a gap or a bad line") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  auto const gap = exam.send(session, answer(1, 1, "c1") + "\n" + answer(3, 2, "c1"));
  CHECK(gap.reply.error->code == Errc::event_gap);
  CHECK(gap.reply.hwm == 1);
  auto const bad = exam.send(session, answer(2, 2, "c1") + "\n{\"v\":1,\"v\":1,\"seq\":3}\n" + answer(3, 3, "c1"));
  CHECK(bad.reply.error->code == Errc::bad_event_line);
  CHECK(bad.reply.hwm == 2);
}

TEST_CASE("a well framed line is stored whatever it says, with flags, and is then no answer") {
  Exam exam;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  auto const flags = [&](std::string const& line) {
    auto const outcome = exam.send(session, line);
    REQUIRE_FALSE(outcome.reply.error);
    REQUIRE(outcome.entries.size() == 1);
    return parse_subject(outcome.entries[0].subject)->flags;
  };
  CHECK(flags(R"({"v":1,"seq":1,"kind":"dance","t":1})") == "kind");
  CHECK(flags(R"({"v":1,"seq":2,"kind":"answer","item":"i4","value":{},"t":1})") == "item");
  CHECK(flags(R"({"v":1,"seq":3,"kind":"answer","item":"i1","value":"A","t":1})") == "value");
  CHECK(flags(R"({"v":1,"seq":4,"kind":"answer","item":"i2","value":{"r1":"c1"}})") == "time");
  CHECK(flags(R"({"v":1,"seq":5,"kind":"answer","item":"i1","value":{"r1":")" + std::string(17'000, 'x') +
              R"("},"t":1})") == "size");
  CHECK(answered_count(exam.attempt(session)) == 1);
}

TEST_CASE("quota: after the burst 429, yet one event per five seconds always enters") {
  Exam exam;
  exam.limits.rate = {3, 1e9};
  exam.limits.events_max = 1'000;
  exam.open_with_token();
  auto const session = exam.working("0000000001");
  std::string batch;
  for (std::uint64_t seq = 1; seq <= 6; ++seq) batch += answer(seq, 1, "c1") + "\n";
  auto const first = exam.send(session, batch);
  CHECK(first.reply.error->code == Errc::quota);
  std::uint64_t const mark = first.reply.hwm;
  CHECK(mark >= 3);
  CHECK(mark <= 4);
  exam.wait(4'000);
  CHECK(exam.send(session, answer(mark + 1, 1, "c1")).reply.hwm == mark);
  exam.wait(1'500);
  CHECK(exam.send(session, answer(mark + 1, 1, "c1")).reply.hwm == mark + 1);
}

TEST_CASE("a superseded page's lines go to quarantine with a mark of their own and count for nothing") {
  Exam exam;
  exam.open_with_token();
  auto const old = exam.working("0000000001");
  (void)exam.send(old, answer(1, 1, "c1"));
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  exam.commit(*approve(exam.state, "0000000001", "47", "proktor1", exam.now));
  auto const fresh = exam.session_of("0000000001");
  CHECK(fresh.epoch == Epoch{0, 2});
  CHECK(exam.attempt(fresh).parent == exam.attempt(old).marks.at({0, 1}).head);

  auto const late = exam.send(old, answer(2, 2, "c9") + "\n" + answer(3, 2, "c8"));
  CHECK(late.reply.error->code == Errc::epoch_superseded);
  CHECK(late.reply.hwm == 3);
  CHECK(late.entries.size() == 2);
  CHECK(late.entries[0].kind == "quarantine");
  CHECK(exam.attempt(fresh).answers.count(2) == 0);
  CHECK(exam.attempt(fresh).marks.at({0, 1}).hwm == 1);
  CHECK(exam.attempt(fresh).quarantine.at({0, 1}).hwm == 3);

  auto const good = exam.send(fresh, answer(1, 2, "c2"));
  CHECK_FALSE(good.reply.error);
  CHECK(good.reply.head == next_head(first_head(*fresh.attempt, {0, 2}, exam.attempt(fresh).parent), answer(1, 2, "c2")));
}

TEST_CASE("quarantine is bounded by itself") {
  Exam exam;
  exam.limits.quarantine_bytes_max = 200;
  exam.open_with_token();
  auto const old = exam.working("0000000001");
  REQUIRE(exam.try_login("0000000001", pc_b).has_value());
  exam.commit(*approve(exam.state, "0000000001", "47", "p", exam.now));
  std::string batch;
  for (std::uint64_t seq = 1; seq <= 9; ++seq) batch += answer(seq, 1, "c1") + "\n";
  auto const outcome = exam.send(old, batch);
  CHECK(outcome.reply.error->code == Errc::quota);
  CHECK(outcome.entries.size() < 4);
  CHECK(exam.attempt(old).events_count == 0);  // and takes nothing from the page that works
}

TEST_CASE("a session without its attempt, or with another's, reaches nothing") {
  Exam exam;
  exam.open_with_token();
  auto const mine = exam.working("0000000001");
  auto other = exam.working("0000000002", pc_b);
  other.attempt = mine.attempt;
  CHECK(exam.send(other, answer(1, 1, "c1")).reply.error->code == Errc::attempt_unknown);
  other.attempt.reset();
  CHECK(exam.send(other, answer(1, 1, "c1")).reply.error->code == Errc::attempt_unknown);
  CHECK(exam.attempt(mine).events_count == 0);
}

TEST_CASE("replaying the log gives the same state as living through it") {
  SplitMix64 random(20261121);
  INFO("seed 20261121");
  Exam exam;
  exam.open_with_token();
  std::vector<Session> sessions{exam.working("0000000001"), exam.working("0000000002", pc_b)};
  std::vector<std::uint64_t> seqs{0, 0};
  for (int step = 0; step < 400; ++step) {
    std::size_t const who = random.below(2);
    exam.wait(static_cast<DurationMs>(random.below(900)));
    std::string const choice = "c" + std::to_string(random.below(5));
    auto const item = static_cast<unsigned>(1 + random.below(4));
    (void)exam.send(sessions[who], answer(++seqs[who], item, choice));
  }
  State replayed;
  REQUIRE(replayed.apply_all(exam.log, 0).has_value());
  for (auto const& session : sessions) {
    auto const& lived = exam.attempt(session);
    auto const& again = *replayed.attempt(*session.attempt);
    CHECK(again.marks.at(session.epoch).hwm == lived.marks.at(session.epoch).hwm);
    CHECK(again.marks.at(session.epoch).head == lived.marks.at(session.epoch).head);
    CHECK(again.events_bytes == lived.events_bytes);
    REQUIRE(again.answers.size() == lived.answers.size());
    for (auto const& [item, one] : lived.answers) CHECK(again.answers.at(item).value == one.value);
    CHECK(remaining_ms(again, exam.now.x_ms) == remaining_ms(lived, exam.now.x_ms));
  }
}

TEST_CASE("a line with as many keys as fit is read in a moment") {
  std::string line = R"({"v":1,"seq":1,"kind":"leave","t":1)";
  for (unsigned key = 0; line.size() + 16 < line_bytes_max; ++key) line += fmt::format(R"(,"{:x}":0)", key);
  auto const begin = std::chrono::steady_clock::now();
  CHECK(parse_event_line(line + "}").has_value());
  CHECK(parse_event_line(line + R"(,"0":0})").error().detail == "duplicate-key");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));  // the square of them takes many
}
