#include "support.hpp"

using namespace proktor::qti;
using namespace proktor::qti::test;

namespace {

std::string control(std::string const& attributes) {
  return "<qti-item-session-control " + attributes + "/>";
}
std::string limits(std::string const& attributes) {
  return "<qti-time-limits " + attributes + "/>";
}

Step choose(std::string const& item) {
  Step step;
  step.select = item;
  return step;
}

}  // namespace

TEST_CASE("Outcomes follow every answer in individual submission, and the end of the part in simultaneous") {
  auto const inside = [](std::string const& mode) {
    return outcome("SCORE") + part("P", mode, section("S", ref("a") + ref("b"))) +
           processing(set("SCORE", total()));
  };
  Bank bank;
  TestSession individual(bank.program(inside("nonlinear-individual")), {});
  individual.apply(answer("A", "a"));
  CHECK(score(individual) == 1);
  CHECK(individual.apply(answer("A")).refused == "no-attempts-left");
  TestSession together(bank.program(inside("nonlinear-simultaneous")), {});
  together.apply(answer("B", "a"));
  together.apply(answer("A", "b"));
  CHECK(together.apply(answer("A", "a")).refused.empty());
  CHECK(score(together) == 0);
  together.apply(end_part());
  CHECK(score(together) == 2);
  CHECK(together.apply(answer("A", "a")).refused == "test-ended");
}

TEST_CASE("Session control is inherited and kept to") {
  Bank bank;
  auto const inside =
      part("P", "linear-individual",
           control("allow-skipping='false' max-attempts='2'") +
               section("S", ref("a") + ref("b", control("allow-skipping='true'")) + ref("c")));
  TestSession session(bank.program(inside), {});
  CHECK(session.apply(go_on()).refused == "skipping-not-allowed");
  CHECK(session.apply(answer("")).refused == "skipping-not-allowed");
  CHECK(session.apply(choose("b")).refused == "linear-part");
  CHECK(session.apply(choose("x")).refused == "no-such-item");
  CHECK(session.apply(answer("B")).refused.empty());
  CHECK(session.apply(answer("A")).refused.empty());
  CHECK(session.apply(answer("A")).refused == "no-attempts-left");
  CHECK(session.apply(go_on()).refused.empty());
  CHECK(session.apply(go_on()).refused.empty());
  CHECK(session.current()->name == "c");
  CHECK(session.apply(end_part()).refused == "skipping-not-allowed");
  Step leave;
  leave.end_test = true;
  session.apply(leave);
  CHECK(session.ended());

  auto const review =
      part("P", "nonlinear-individual",
           control("allow-review='false' validate-responses='true'") + section("S", ref("a") + ref("b")));
  TestSession strict(bank.program(review), {});
  auto two = choose("a");
  two.responses = boost::json::object{{"RESPONSE", boost::json::array{"A", "B"}}};
  CHECK(strict.apply(two).refused == "invalid-response");
  CHECK(strict.apply(answer("A", "a")).refused.empty());
  CHECK(strict.apply(choose("b")).refused.empty());
  CHECK(strict.apply(choose("a")).refused == "no-review");
  CHECK(strict.apply(go_on()).refused == "last-item");
}

TEST_CASE("Time limits work on told durations, at every level") {
  Bank bank;
  auto const linear =
      outcome("T", "duration") +
      part("P", "linear-individual",
           section("S", limits("max-time='100'") + ref("a", limits("min-time='5' max-time='20'")) +
                            ref("b", limits("max-time='20' allow-late-submission='true'")) + ref("c"))) +
      processing(set("T", variable("S.duration")));
  TestSession session(bank.program(linear), {});
  CHECK(session.apply(answer("A", "", 4)).refused == "too-early");
  CHECK(session.apply(go_on()).refused == "too-early");
  CHECK(session.apply(answer("A", "", 16)).refused.empty());
  CHECK(session.apply(go_on()).refused.empty());
  CHECK(session.apply(answer("A", "", 30)).refused.empty());
  CHECK(session.apply(go_on()).refused.empty());
  CHECK(session.apply(answer("A", "", 50.5)).refused == "time-over");
  session.apply(go_on());
  CHECK(session.ended());
  CHECK(score(session, "T") == 100.5);

  auto const whole =
      limits("max-time='60'") + part("P", "nonlinear-simultaneous", section("S", ref("a") + ref("b")));
  TestSession late(bank.program(whole), {});
  CHECK(late.apply(answer("A", "a", 60)).refused.empty());
  CHECK(late.apply(answer("A", "b", 1)).refused == "time-over");
  late.apply(end_part());
  CHECK(late.deliveries()[0].session->value("SCORE").is_null() == false);
  CHECK(late.deliveries()[1].session->attempts() == 0);
}

TEST_CASE("The test expressions count, weigh and name items as the standard says") {
  Bank bank;
  bank.files["m.xml"] = item("m", {{"A", 2}, {"B", 1}}, "POINTS");
  auto const count = [](std::string const& what, std::string const& attributes = "") {
    return "<qti-number-" + what + " " + attributes + "/>";
  };
  std::string const names[] = {"CORRECT", "INCORRECT", "RESPONDED", "PRESENTED", "SELECTED"};
  std::string declared, rules;
  for (auto const& name : names) {
    std::string lower = name;
    for (auto& c : lower) c = static_cast<char>(c - 'A' + 'a');
    declared += outcome(name, "integer");
    rules += set(name, count(lower));
  }
  auto const inside =
      declared + outcome("SCORE") + outcome("WEIGHED") + outcome("X") + outcome("MAX") + outcome("ONE") +
      part("P", "nonlinear-individual",
           section("S", ref("a", "<qti-weight identifier='W' value='3'/>", "category='x y'") +
                            ref("b", "", "category='y'")) +
               section(
                   "R",
                   ref("c") +
                       ref("m",
                           "<qti-variable-mapping source-identifier='POINTS' target-identifier='SCORE'/>"))) +
      processing(
          rules + set("SCORE", total()) + set("WEIGHED", total("weight-identifier='W'")) +
          set("X", total("include-category='y' exclude-category='x'")) +
          set("MAX",
              "<qti-sum><qti-outcome-maximum outcome-identifier='SCORE' weight-identifier='W'/></qti-sum>") +
          set("ONE", "<qti-variable identifier='a.SCORE' weight-identifier='W'/>"));
  TestSession session(bank.program(inside), {});
  session.apply(answer("A", "a"));
  session.apply(answer("B", "b"));
  session.apply(answer("B", "m"));
  CHECK(score(session) == 2);
  CHECK(score(session, "WEIGHED") == 4);
  CHECK(score(session, "X") == 0);
  CHECK(score(session, "MAX") == 6);
  CHECK(score(session, "ONE") == 3);
  CHECK(score(session, "CORRECT") == 1);
  CHECK(score(session, "INCORRECT") == 2);
  CHECK(score(session, "RESPONDED") == 3);
  CHECK(score(session, "PRESENTED") == 3);
  CHECK(score(session, "SELECTED") == 4);
}

TEST_CASE(
    "Outcomes return to their defaults each time, fragments run in place, and exit-test ends only this run") {
  Bank bank;
  bank.files["more.xml"] = "<qti-outcome-processing-fragment " + space + ">" +
                           set("N", compare("sum", variable("N"), number("1"))) +
                           "</qti-outcome-processing-fragment>";
  auto const inside =
      outcome("N", "float", "<qti-default-value><qti-value>5</qti-value></qti-default-value>") +
      part("P", "linear-individual", section("S", ref("a") + ref("b") + ref("c"))) +
      processing("<qti-outcome-processing-fragment>" + set("N", compare("sum", variable("N"), number("1"))) +
                 "</qti-outcome-processing-fragment><include xmlns='http://www.w3.org/2001/XInclude' "
                 "href='more.xml'/>"
                 "<qti-outcome-condition><qti-outcome-if>" +
                 compare("gt", variable("b.SCORE"), number("0")) +
                 "<qti-exit-test/></qti-outcome-if></qti-outcome-condition>" +
                 set("N", number("9")));
  TestSession session(bank.program(inside), {});
  session.apply(answer("A"));
  session.apply(go_on());
  CHECK(score(session, "N") == 9);
  session.apply(answer("A"));
  CHECK(score(session, "N") == 7);
  CHECK_FALSE(session.ended());
  session.apply(go_on());
  CHECK(session.current()->name == "c");
  CHECK(session.apply(answer("B")).refused.empty());
  session.apply(go_on());
  CHECK(session.ended());
  CHECK(joined(session.path()) == "a b c");
}

TEST_CASE("Test feedback shows during and at the end, by its outcome") {
  Bank bank;
  auto const feedback = [](std::string const& id, std::string const& access, std::string const& shown) {
    return "<qti-test-feedback identifier='" + id + "' outcome-identifier='F' access='" + access +
           "' show-hide='" + shown + "'><p>x</p></qti-test-feedback>";
  };
  auto const inside =
      outcome("F", "identifier", "<qti-default-value><qti-value>on</qti-value></qti-default-value>") +
      part("P", "linear-individual",
           section("S", ref("a")) + feedback("on", "during", "show") + feedback("off", "atEnd", "hide")) +
      part("Q", "nonlinear-individual", section("R", ref("b"))) + feedback("on", "atEnd", "show");
  TestSession session(bank.program(inside), {});
  auto const shown = [&] {
    std::string out;
    for (auto const* one : session.feedback()) out += one->identifier + (one->at_end ? "-end " : "-during ");
    return out;
  };
  CHECK(shown() == "on-during ");
  session.apply(go_on());
  CHECK(shown() == "off-end ");
  session.apply(answer("A", "b"));
  CHECK(shown() == "");
  session.apply(end_part());
  CHECK(shown() == "on-end ");
}
