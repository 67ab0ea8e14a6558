#include "qti/navigation/test_player.hpp"
#include "qti/navigation/test_results.hpp"
#include "support.hpp"

#include <cstdlib>

using namespace proktor::qti;
using namespace proktor::qti::test;

namespace {

namespace json = boost::json;

std::string material() {
  auto const* named = std::getenv("PROKTOR_QTI_MATERIAL");
  return named != nullptr ? named : std::string(PROKTOR_SOURCE_DIR) + "/../shared/qti";
}

bool as_expected(json::object const& expected, json::object const& actual) {
  for (auto const& member : expected) {
    auto const* value = actual.if_contains(member.key());
    if (value == nullptr) return false;
    bool const same = member.value().is_number() && value->is_number()
                          ? member.value().to_number<double>() == value->to_number<double>()
                          : member.value() == *value;
    if (!same) return false;
  }
  return true;
}

void run_results(json::object const& one, std::string const& root) {
  auto const loaded =
      load_test(root + std::string(one.at("test").as_string()), read_from_disk, ItemsAre::optional);
  REQUIRE(loaded.program != nullptr);
  auto const path = root + std::string(one.at("item_results").as_string());
  auto reading = read_assessment_result(*read_from_disk(path), path);
  REQUIRE(reading.result.has_value());
  for (auto const& change : one.at("item_score_overrides").as_object()) {
    for (auto& item : reading.result->items) {
      if (item.identifier != change.key()) continue;
      for (auto& variable : item.variables) {
        if (variable.identifier == "SCORE")
          variable.value = Value::floating(std::stod(change.value().as_string().c_str()));
      }
    }
  }
  auto const outcomes = outcomes_of(*loaded.program, *reading.result);
  INFO(json::serialize(outcomes));
  CHECK(as_expected(one.at("expected").as_object(), outcomes));
}

void run_steps(json::object const& one, std::string const& root) {
  auto const loaded = load_test(root + std::string(one.at("test").as_string()), read_from_disk);
  REQUIRE(loaded.program != nullptr);
  json::array steps;
  auto const* listed = one.if_contains("steps");
  if (listed != nullptr) {
    for (auto const& step : listed->as_array()) {
      steps.push_back({{"select", step.at("select")}, {"responses", step.at("responses")}});
    }
  }
  Finding wrong;
  auto const out = play(loaded.program, steps, {}, wrong);
  REQUIRE(out.has_value());
  INFO(json::serialize(*out));
  if (auto const* path = one.if_contains("expected_path")) CHECK(out->at("path") == *path);
  if (auto const* test = one.if_contains("expected_test"))
    CHECK(as_expected(test->as_object(), out->at("test").as_object()));
  for (std::size_t i = 0; listed != nullptr && i < steps.size(); ++i) {
    auto const& step = listed->as_array()[i].as_object();
    auto const& report = out->at("steps").as_array()[i].as_object();
    CHECK(report.at("accepted").as_bool() != step.contains("expected_refused"));
    if (auto const* item = step.if_contains("expected_item")) {
      CHECK(as_expected(item->as_object(), report.at("outcomes").as_object()));
    }
  }
}

std::shared_ptr<TestProgram const> two_parts() {
  static Bank bank;
  return bank.program(outcome("SCORE") + part("P", "linear-individual", section("S", ref("a") + ref("b"))) +
                      part("Q", "nonlinear-simultaneous", section("R", ref("c") + ref("d"))) +
                      processing(set("SCORE", total())));
}

json::object played(std::string const& steps, bool open = false) {
  Finding wrong;
  auto out = play(two_parts(), json::parse(steps), {1, open}, wrong);
  return out ? *out : json::object{{"error", wrong.code + ": " + wrong.message}};
}

}  // namespace

TEST_CASE("The navigation cases of the shared material hold") {
  auto const root = material() + "/";
  auto const text = read_from_disk(root + "expected.json");
  if (!text) {
    WARN("skipped: no QTI material at " << root);
    return;
  }
  std::map<std::string, int> held;
  auto const expected = json::parse(*text);
  for (auto const& value : expected.at("cases").as_array()) {
    auto const& one = value.as_object();
    std::string const kind(one.at("kind").as_string());
    if (kind != "test-outcomes" && kind != "test-run" && kind != "test-path") continue;
    INFO(one.at("id").as_string().c_str());
    kind == "test-outcomes" ? run_results(one, root) : run_steps(one, root);
    ++held[kind];
  }
  CHECK(held == std::map<std::string, int>{{"test-outcomes", 6}, {"test-path", 1}, {"test-run", 6}});
}

TEST_CASE("Playing fills in what steps leave unsaid") {
  auto const r = [](std::string const& choice) {
    return "{\"responses\":{\"RESPONSE\":\"" + choice + "\"}}";
  };
  auto const all = played("[" + r("A") + "," + r("B") + "," + r("A") + "," + r("A") + "]");
  CHECK(json::serialize(all.at("path")) == R"(["a","b","c","d"])");
  CHECK(all.at("end") == "test ended");
  CHECK(all.at("test").at("SCORE").to_number<double>() == 3);
  CHECK(played("[" + r("A") + "]").at("end") == "in part P at item b");
  CHECK(played("[" + r("A") + "]", true).at("end") == "in part P at item a");
  CHECK(json::serialize(played("[{}]").at("path")) == R"(["a","b"])");
  CHECK(played("[]").at("end") == "test ended");
  auto const jumped = played(R"([{"select":"d","responses":{"RESPONSE":"A"}}])");
  CHECK(json::serialize(jumped.at("path")) == R"(["a","d"])");
  CHECK(jumped.at("end") == "test ended");
  CHECK(played(R"([{"select":"zz"}])").at("refused").at(0).at("code") == "no-such-item");
  CHECK(played("{}").at("error") == "bad-steps: steps are a list of objects, not too long");
  CHECK(played("[1]").at("error") == "bad-step: step 0: it is no object");
  CHECK(played(R"([{"duration":-1}])").at("error") == "bad-step: step 0: \"duration\" is negative");
  CHECK(played(R"([{"goto":"a"}])").at("error") == "bad-step: step 0: \"goto\" is not known");
}

TEST_CASE("A session is its steps: replayed it is the same at every point") {
  Step const steps[] = {answer("A", "", 3), go_on(1),         go_on(),           answer("B", "d", 2),
                        answer("A", "c"),   answer("C", "c"), answer("A", "zz"), end_part()};
  TestSession session(two_parts(), {});
  std::vector<Step> so_far;
  for (auto const& step : steps) {
    session.apply(step);
    so_far.push_back(step);
    TestSession again(two_parts(), {});
    for (auto const& one : so_far) again.apply(one);
    CHECK(again.snapshot() == session.snapshot());
  }
  CHECK(session.ended());
  CHECK(score(session) == 1);
}
