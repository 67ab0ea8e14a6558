// Results from a kegiatan's log: one assessmentResult per attempt.
#include "core/stages.hpp"
#include "exam_fixture.hpp"
#include "qti/results/assessment_result.hpp"
#include "staged_package.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

namespace {

// Pupil 1 goes to the end by the hard route; pupil 2 stops in the first stage with one item unseen.
struct Played {
  qti::Package package = staged_package();
  Exam exam;
  AttemptLog log;
  AttemptId first{}, second{};

  Played() {
    exam.commit({{"test", "t1",
                  R"({"id":"t1","title":"Satu","instrument":"latihan","package":"p","qti_test":"BERTAHAP",)"
                  R"("duration_ms":600000,"items":5})"}});
    exam.open_with_token();
    first = play("0000000001", {"Q1", "Q2", "Q5"}, true);
    second = play("0000000002", {}, false);
    for (auto const& entry : exam.log) REQUIRE(log.take(entry, 1'795'400'000'123).has_value());
  }

  AttemptId play(std::string const& nisn, std::set<std::string> const& right, bool whole) {
    REQUIRE(exam.try_login(nisn, pc_a).has_value());
    exam.commit(*accept_token(exam.state, exam.session_of(nisn), "ABCDEF", exam.now));
    auto session = exam.session_of(nisn);
    auto const outcome = prepare(exam.state, session, "t1", exam.random.bytes16(), 7, exam.now,
                                 *first_part(package, "BERTAHAP", 7));
    exam.commit(outcome->entries);
    session.attempt = outcome->attempt;
    auto const& attempt = exam.attempt(session);
    std::uint64_t seq = 0;
    for (unsigned number = 1; !route_is_over(attempt);) {
      auto const& stage = attempt.stages.back();
      for (auto const& name : stage.what.items) {
        auto const value = choose(package, answers_of(attempt), number, right.contains(name) ? "KUNCI-BENAR" : "SALAH-DUA");
        (void)exam.send(session, fmt::format(R"({{"v":1,"seq":{},"kind":"answer","item":"i{}","value":{},"t":1}})", ++seq,
                                             number++, value));
        if (!whole) return attempt.id;
      }
      auto const decision = next_part(package, "BERTAHAP", answers_of(attempt));
      exam.commit({close_stage(attempt, session.epoch, "69900001", *decision, exam.now)});
    }
    (void)exam.send(session, submit(++seq));
    auto const& mark = attempt.marks.at(session.epoch);
    exam.commit(*finish(exam.state, session, mark.hwm, mark.head, exam.now));
    return attempt.id;
  }

  qti::AssessmentResult result(AttemptId const& id) {
    auto const written = result_of(log, *log.state().attempt(id), package);
    REQUIRE(written.has_value());
    CHECK(written->file == hex(id) + ".xml");
    CHECK(written->route_problems.empty());
    CHECK(written->xml.find("Murid") == std::string::npos);
    auto reading = qti::read_assessment_result(written->xml, written->file);
    REQUIRE(reading.result.has_value());
    return std::move(*reading.result);
  }
};

double number(qti::ResultVariable const* variable) {
  double out = -1;
  REQUIRE(variable != nullptr);
  REQUIRE(variable->value.as_number(out));
  return out;
}

}  // namespace

TEST_CASE("a finished attempt's result holds its route, its answers in the author's words, and scores") {
  Played played;
  auto const result = played.result(played.first);
  CHECK(result.context.sessions.at(0).identifier == "A" + hex(played.first));
  std::string path;
  for (auto const& item : result.items) path += item.identifier + " ";
  CHECK(path == "Q1 Q2 Q5 Q6 Q8 ");
  CHECK(number(result.item("Q5")->variable("SCORE")) == 1);
  CHECK(number(result.item("Q6")->variable("SCORE")) == 0);
  CHECK(*result.item("Q6")->variable("RESPONSE")->value.as_text() == "SALAH-DUA");
  CHECK(result.item("Q6")->status == qti::SessionStatus::final_score);
  REQUIRE(result.test.has_value());
  double score = 0;
  for (auto const& variable : result.test->variables) {
    if (variable.identifier == "SCORE") score = number(&variable);
  }
  CHECK(score == 3);
}

TEST_CASE("not answered, not reached and wrong stay distinct") {
  Played played;
  auto const result = played.result(played.second);
  REQUIRE(result.items.size() == 2);
  CHECK(result.item("Q1")->variable("RESPONSE")->answered == qti::Answered::answered);
  CHECK(number(result.item("Q1")->variable("SCORE")) == 0);
  CHECK(result.item("Q1")->status == qti::SessionStatus::pending_submission);  // the sesi is open still
  CHECK(result.item("Q2")->variable("RESPONSE")->answered == qti::Answered::not_presented);
  CHECK(result.item("Q2")->status == qti::SessionStatus::initial);
}

TEST_CASE("all attempts are written, or named with the reason") {
  Played played;
  ScoringPackages none;
  ResultsReport report;
  auto const sink = [](std::string const&, std::string const&) { return Result<void>(); };
  REQUIRE(write_results(played.log, none, sink, report).has_value());
  CHECK(report.attempts == 2);
  CHECK(report.finished == 1);
  CHECK(report.written == 0);
  CHECK(report.without_package.at("t1") == 2);
  CHECK(none.add("bukan zip").error() == Errc::package_invalid);
}
