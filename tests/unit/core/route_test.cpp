// The route of a test in stages, from the journal's words to the test's program and back; practice results.
#include "staged_package.hpp"

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

TEST_CASE("the answers of a stage choose the next one") {
  auto const package = staged_package();
  REQUIRE(in_stages(package, "BERTAHAP"));
  CHECK_FALSE(in_stages(package, "LAIN"));
  struct Case {
    std::set<std::string> right;
    std::string path, score;
  };
  auto const one = GENERATE(Case{{"Q1", "Q2", "Q5"}, "awal sulit tinggi", "3"},
                            Case{{"Q1", "Q2"}, "awal sulit rendah", "2"},
                            Case{{"Q1", "Q3", "Q4"}, "awal mudah tinggi", "3"},
                            Case{{}, "awal mudah rendah", "0"});
  auto const attempt = walk(package, 7, one.right);
  CHECK(path_of(attempt) == one.path);
  auto const outcomes = boost::json::parse(attempt.stages.back().closed->outcomes);
  CHECK(outcomes.at("SCORE").to_number<double>() == std::stod(one.score));
  CHECK(attempt.stages.at(2).first == 5);
  CHECK_FALSE(attempt.stages.at(0).what.last);
}

TEST_CASE("the route is the same every time, and only stored answers of the item count") {
  auto const package = staged_package();
  auto const attempt = walk(package, 7, {"Q1", "Q2", "Q5"});
  auto again = attempt;
  again.stages.resize(1);
  CHECK(next_part(package, "BERTAHAP", again)->next == attempt.stages.at(1).what);
  for (auto const* wrong : {R"({"r1":"c9"})", R"({"r2":"c1"})", R"({"r1":["c1"]})", "7", "{", R"({"r1":7})"}) {
    INFO(wrong);
    again.answers[1].value = wrong;
    auto const decision = next_part(package, "BERTAHAP", again);
    REQUIRE(decision.has_value());
    CHECK(decision->next->part == "mudah");
  }
  again.answers.clear();
  CHECK(next_part(package, "BERTAHAP", again)->next->part == "mudah");
}

TEST_CASE("stages that are not of the package are refused") {
  auto const package = staged_package();
  auto attempt = walk(package, 7, {}, 2);
  attempt.stages.at(1).what.part = "sulit";
  CHECK(next_part(package, "BERTAHAP", attempt).error() == Errc::package_invalid);
  attempt.stages.at(1).what.items = {"TIDAK-ADA"};
  CHECK(next_part(package, "BERTAHAP", attempt).error() == Errc::package_invalid);
  CHECK(first_part(package, "LAIN", 7).error() == Errc::package_invalid);
}

TEST_CASE("a replay of the route tells a journal that says something else") {
  auto const package = staged_package();
  auto const honest = walk(package, 7, {"Q1", "Q2", "Q5"});
  CHECK(check_route(package, "BERTAHAP", honest).empty());
  auto part = honest;
  part.stages.at(2).what = {"rendah", {"Q7"}, false};
  CHECK(check_route(package, "BERTAHAP", part).size() >= 1);
  auto answer = honest;
  answer.answers[1].value = choose(package, honest, 1, "SALAH-SATU");
  CHECK(check_route(package, "BERTAHAP", answer).size() >= 1);
  auto outcomes = honest;
  outcomes.stages.at(0).closed->outcomes = R"({"SCORE":1,"SCORE_AWAL":1,"SCORE_DUA":1})";
  CHECK(check_route(package, "BERTAHAP", outcomes).size() == 1);
  auto open = honest;
  open.stages.resize(2);
  open.stages.back().closed.reset();
  CHECK(check_route(package, "BERTAHAP", open).empty());
}

TEST_CASE("a practice result tells right, wrong and unanswered apart") {
  auto const package = staged_package();
  auto attempt = walk(package, 7, {"Q1", "Q2", "Q5"});
  attempt.answers.erase(5);  // Q8
  auto const result = practice_result(package, "BERTAHAP", attempt);
  REQUIRE(result.has_value());
  CHECK(result->score == 3);
  CHECK(result->max == 5);
  CHECK(result->correct == 3);
  std::string verdicts;
  for (auto const& item : result->items) verdicts += item.opaque + ":" + std::string(name_of(item.verdict)) + " ";
  CHECK(verdicts == "i1:right i2:right i3:right i4:wrong i5:unanswered ");
}

TEST_CASE("an item that waits for a person, and one that nobody scores, count for nothing and are told apart") {
  auto files = staged::content();
  auto& essay = files.at("items/Q1.xml");
  essay.replace(essay.find("base-type='float'/>"), 17, "base-type='float' external-scored='human'");
  auto& survey = files.at("items/Q2.xml");
  survey.erase(survey.find("<qti-correct-response>"), survey.find("</qti-response-declaration>") - survey.find("<qti-correct-response>"));
  survey.erase(survey.find("<qti-response-processing"), survey.find("</qti-assessment-item>") - survey.find("<qti-response-processing"));
  auto const package = staged_package(files);
  auto const result = practice_result(package, "BERTAHAP", walk(package, 3, {"Q3", "Q4"}));
  REQUIRE(result.has_value());
  CHECK(result->items.at(0).verdict == ItemVerdict::waiting);
  CHECK(result->items.at(1).verdict == ItemVerdict::unscored);
  CHECK(result->max == 3);
  CHECK(result->score == 2);
}
