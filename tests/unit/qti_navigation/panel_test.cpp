#include "qti/navigation/panel.hpp"
#include "qti/navigation/route.hpp"
#include "support.hpp"

#include <set>

using namespace proktor::qti;
using namespace proktor::qti::test;

namespace {

// Three stages of two items: S1 decides on E2 or H2, S2 on E3 or H3. What is wrong with it is put in place of
// these.
struct Stages {
  std::string easy2 = compare("lt", variable("S1"), number("1"));
  std::string hard2 = compare("gte", variable("S1"), number("1"));
  std::string easy3 = compare("lt", variable("S2"), number("2"));
  std::string hard3 = compare("gte", variable("S2"), number("2"));
  std::string second = total("include-category='one two'");

  std::string text() const {
    auto const stage = [](std::string const& id, std::string const& rule, std::string const& items,
                          std::string const& category) {
      std::string inside;
      for (char const c : items) inside += ref(std::string(1, c), "", "category='" + category + "'");
      return part(id, "nonlinear-simultaneous",
                  (rule.empty() ? "" : when(rule)) + section("SEC-" + id, inside));
    };
    return outcome("S1") + outcome("S2") + outcome("SCORE") + stage("A", "", "ab", "one") +
           stage("E2", easy2, "cd", "two") + stage("H2", hard2, "ef", "two") +
           stage("E3", easy3, "gh", "three") + stage("H3", hard3, "ij", "three") +
           processing(set("S1", total("section-identifier='SEC-A'")) + set("S2", second) +
                      set("SCORE", total()));
  }
};

std::string codes(Panel const& panel) {
  std::set<std::string> out;
  for (auto const& finding : panel.findings) out.insert(finding.code);
  return joined({out.begin(), out.end()});
}

Panel panel_of(Stages const& stages) {
  Bank bank;
  return check_panel(*bank.program(stages.text()));
}

}  // namespace

TEST_CASE("A sound panel is printed stage by stage, with every possible score and where it leads") {
  auto const panel = panel_of({});
  CHECK(codes(panel) == "");
  CHECK(panel.most_items == 6);
  CHECK(to_text(panel) ==
        "stage        items  possible scores  score -> next\n"
        "A            2      0 1 2            0 -> E2; 1 to 2 -> H2\n"
        "A > E2       2      0 1 2            0 to 1 -> E3; 2 -> H3\n"
        "A > H2       2      0 1 2            in all 1 -> E3; 2 to 4 -> H3\n"
        "A > E2 > E3  2      0 1 2            0 to 2 -> end\n"
        "A > E2 > H3  2      0 1 2            0 to 2 -> end\n"
        "A > H2 > E3  2      0 1 2            0 to 2 -> end\n"
        "A > H2 > H3  2      0 1 2            0 to 2 -> end\n"
        "most items of a route: 6");
  CHECK(to_json(panel).at("rows").as_array().size() == 7);
}

TEST_CASE("Gaps, overlaps, dead stages and rules that read too early are named") {
  Stages gap;
  gap.hard2 = compare("gt", variable("S1"), number("1"));
  CHECK(codes(panel_of(gap)) == "panel-gap");
  CHECK(panel_of(gap).findings.front().message == "after part A with score 1 none of E2, H2 follows");
  Stages overlap;
  overlap.easy2 = compare("lte", variable("S1"), number("1"));
  CHECK(codes(panel_of(overlap)) == "panel-overlap");
  Stages dead;
  dead.easy2 = compare("lt", variable("S1"), number("0"));
  dead.hard2 = compare("gte", variable("S1"), number("0"));
  CHECK(codes(panel_of(dead)) == "panel-unreachable");
  Stages ahead;
  ahead.easy2 = compare("lt", "<qti-variable identifier='g.SCORE'/>", number("1"));
  CHECK(codes(panel_of(ahead)).find("panel-reads-ahead") != std::string::npos);
  Stages late;
  late.second =
      "<qti-sum>" + total("section-identifier='SEC-A'") + total("section-identifier='SEC-H3'") + "</qti-sum>";
  CHECK(codes(panel_of(late)).find("panel-reads-ahead") != std::string::npos);
}

TEST_CASE("What people score must not route, and what cannot be tried is said") {
  Bank bank;
  bank.files["a.xml"] = item("a", {}, "SCORE", "external-scored='human'");
  CHECK(codes(check_panel(*bank.program(Stages().text()))) == "panel-human-scored");
  bank.files.erase("a.xml");
  bank.files["g.xml"] = item("g", {}, "SCORE", "external-scored='human'");
  CHECK(codes(check_panel(*bank.program(Stages().text()))) == "");
  Stages timed;
  timed.easy2 =
      compare("duration-lt", "<qti-variable identifier='SEC-A.duration'/>", number("10", "duration"));
  CHECK(codes(panel_of(timed)).find("panel-not-checked") != std::string::npos);
  CHECK(check_panel(*bank.program(part("P", "linear-individual", section("S", ref("a"))))).rows.empty());
}

TEST_CASE("Scores between whole points and averages are tried too") {
  Bank bank;
  bank.files["a.xml"] = item("a", {{"A", 1}, {"B", 0.5}});
  auto const mean =
      "<qti-stats-operator name='mean'><qti-test-variables variable-identifier='SCORE' "
      "section-identifier='SEC-A'/></qti-stats-operator>";
  Stages half;
  half.easy2 = compare("lt", mean, number("0.5"));
  half.hard2 = compare("gte", mean, number("0.5"));
  auto const panel = check_panel(*bank.program(half.text()));
  CHECK(codes(panel) == "");
  CHECK(panel.rows.front().scores == std::vector<double>{0, 0.5, 1, 1.5, 2});
  CHECK(panel.rows.front().routes.front().to == 0.5);
  half.hard2 = compare("gt", mean, number("0.5"));
  CHECK(codes(check_panel(*bank.program(half.text()))) == "panel-gap");
}

TEST_CASE(
    "Every vector of answers takes exactly one way, the one the panel tells, and a replay takes it again") {
  Bank bank;
  auto const program = bank.program(Stages().text());
  auto const panel = check_panel(*program);
  std::set<std::string> ways;
  for (unsigned bits = 0; bits < 64; ++bits) {
    std::vector<SubmittedPart> done;
    auto at = route(program, 7, done);
    for (unsigned stage = 0; at && at->next; ++stage) {
      REQUIRE(at->items.size() == 2);
      CHECK(at->last == (stage == 2));
      SubmittedPart one{*at->next, {}};
      for (unsigned i = 0; i < 2; ++i) {
        bool const right = (bits >> (2 * stage + i)) & 1U;
        one.answers[at->items[i]] = boost::json::object{{"RESPONSE", right ? "A" : "B"}};
      }
      done.push_back(std::move(one));
      at = route(program, 7, done);
    }
    REQUIRE(at.has_value());
    CHECK(at->path.size() == 3);
    CHECK(at->done.size() == 6);
    CHECK(at->test_outcomes.at("SCORE").to_number<double>() == __builtin_popcount(bits));
    CHECK(std::ranges::any_of(panel.rows, [&](PanelRow const& row) { return row.path == at->path; }));
    ways.insert(joined(at->path));
    auto const again = route(program, 7, done);
    CHECK(again->item_outcomes == at->item_outcomes);
    CHECK(again->test_outcomes == at->test_outcomes);
  }
  CHECK(ways.size() == 4);
  auto const wrong = route(program, 7, std::vector<SubmittedPart>{{"H2", {}}});
  CHECK_FALSE(wrong.has_value());
}

TEST_CASE("The adaptive test of the demo is sound") {
  std::string const root = std::string(PROKTOR_SOURCE_DIR) + "/provisioning/demo/adaptif/";
  auto const loaded = load_test(root + "assessment.xml", read_from_disk);
  REQUIRE(loaded.program != nullptr);
  auto const panel = check_panel(*loaded.program);
  CHECK(codes(panel) == "");
  CHECK(panel.rows.size() == 7);
  CHECK(panel.most_items == 12);
}
