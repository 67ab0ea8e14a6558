#include "bench_of_variables.hpp"
#include "cases.hpp"

#include "qti/model/xml.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace trial;

namespace {

void check_all(Variables const& variables, std::span<Case const> cases) {
  for (auto const& [expression, value] : cases) {
    auto const outcome = variables.run(expression);
    INFO(expression << " " << outcome.findings);
    CHECK(outcome.value == value);
    CHECK_FALSE(outcome.exhausted);
  }
}

struct Refusal {
  std::string_view expression;
  std::string_view code;
};

constexpr Refusal refusals[] = {
    {"<halve><i>2</i></halve>", "unknown-expression"},
    {"<v>NOBODY</v>", "unknown-variable"},
    {"<v>Q1.SCORE</v>", "unknown-variable"},
    {"<correct identifier='NOBODY'/>", "unknown-variable"},
    {"<variable/>", "bad-attribute"},
    {"<custom-operator class='org.example.luas'><i>1</i></custom-operator>", "custom-operator"},
    {"<number-correct/>", "test-expression-in-item"},
    {"<sum><test-variables variable-identifier='SCORE'/></sum>", "test-expression-in-item"},
    // numbers of operands
    {"<match><i>1</i></match>", "wrong-operands"},
    {"<not><b>true</b><b>true</b></not>", "wrong-operands"},
    {"<sum/>", "wrong-operands"},
    {"<variable identifier='I5'><i>1</i></variable>", "wrong-operands"},
    {"<math-operator name='sin'><i>1</i><i>2</i></math-operator>", "wrong-operands"},
    {"<math-operator name='atan2'><i>1</i></math-operator>", "wrong-operands"},
    // cardinalities
    {"<match><v>A</v><v>ABC</v></match>", "wrong-cardinality"},
    {"<not><multiple><b>true</b></multiple></not>", "wrong-cardinality"},
    {"<index n='1'><v>ABC</v></index>", "wrong-cardinality"},
    {"<member><v>ABC</v><v>ABC</v></member>", "wrong-cardinality"},
    {"<contains><v>ABC</v><v>OABC</v></contains>", "wrong-cardinality"},
    {"<multiple><v>OABC</v></multiple>", "wrong-cardinality"},
    {"<field-value field-identifier='n'><v>A</v></field-value>", "wrong-cardinality"},
    {"<container-size><v>A</v></container-size>", "wrong-cardinality"},
    {"<map-response identifier='REC'/>", "wrong-cardinality"},
    {"<lt><v>NUMS</v><i>1</i></lt>", "wrong-cardinality"},
    // base types
    {"<sum><v>HALO</v></sum>", "wrong-base-type"},
    {"<and><i>1</i></and>", "wrong-base-type"},
    {"<match><i>1</i><s>1</s></match>", "wrong-base-type"},
    {"<match><v>PAIR</v><v>DPAIR</v></match>", "wrong-base-type"},
    {"<integer-divide><f>7</f><i>2</i></integer-divide>", "wrong-base-type"},
    {"<string-match case-sensitive='true'><v>I5</v><s>5</s></string-match>", "wrong-base-type"},
    {"<inside shape='default' coords=''><v>A</v></inside>", "wrong-base-type"},
    {"<i>lima</i>", "wrong-base-type"},
    {"<p>1</p>", "wrong-base-type"},
    {"<map-response-point identifier='MAPA'/>", "wrong-base-type"},
    // attributes
    {"<base-value base-type='number'>1</base-value>", "bad-attribute"},
    {"<math-operator name='sine'><i>1</i></math-operator>", "bad-attribute"},
    {"<stats-operator name='median'><v>NUMS</v></stats-operator>", "bad-attribute"},
    {"<math-constant name='tau'/>", "bad-attribute"},
    {"<index n='0'><v>OABC</v></index>", "bad-attribute"},
    {"<index n='F25'><v>OABC</v></index>", "bad-attribute"},
    {"<index n='NOBODY'><v>OABC</v></index>", "bad-attribute"},
    {"<index><v>OABC</v></index>", "bad-attribute"},
    {"<any-n min='1'><v>YES</v></any-n>", "bad-attribute"},
    {"<any-n min='1' max='NUMS'><v>YES</v></any-n>", "bad-attribute"},
    {"<random-integer min='1.5' max='3'/>", "bad-attribute"},
    {"<equal tolerance-mode='absolute'><i>1</i><i>1</i></equal>", "bad-attribute"},
    {"<equal tolerance-mode='absolute' tolerance='1 2 3'><i>1</i><i>1</i></equal>", "bad-attribute"},
    {"<equal tolerance-mode='absolute' tolerance='-1'><i>1</i><i>1</i></equal>", "bad-attribute"},
    {"<equal tolerance-mode='about' tolerance='1'><i>1</i><i>1</i></equal>", "bad-attribute"},
    {"<equal include-lower-bound='yes'><i>1</i><i>1</i></equal>", "bad-attribute"},
    {"<round-to rounding-mode='significantFigures' figures='0'><i>1</i></round-to>", "bad-attribute"},
    {"<round-to figures='-1' rounding-mode='decimalPlaces'><i>1</i></round-to>", "bad-attribute"},
    {"<string-match><s>a</s><s>a</s></string-match>", "bad-attribute"},
    {"<pattern-match pattern='[a'><s>a</s></pattern-match>", "bad-pattern"},
    {"<map-response identifier='A'/>", "missing-mapping"},
    {"<map-response-point identifier='P'/>", "missing-mapping"},
    {"<inside shape='circle' coords='1,2'><v>P</v></inside>", "bad-coords"},
};

}  // namespace

TEST_CASE("Logic and comparison give what the standard says, NULL included") {
  check_all(Variables(), logic_cases());
}

TEST_CASE("Values, containers, mappings and areas give what the standard says") {
  check_all(Variables(), value_cases());
}

TEST_CASE("Arithmetic gives what the standard says, without overflow") {
  check_all(Variables(), number_cases());
}

TEST_CASE("A test's expressions ask its items") {
  check_all(Variables(true), test_cases());
}

TEST_CASE("Every expression of QTI but the custom operator is compiled and evaluated by some case") {
  std::set<std::string> used;
  Variables const variables(true);
  for (auto const cases : {logic_cases(), value_cases(), number_cases(), test_cases()}) {
    for (auto const& one : cases) variables.run(one.expression, 1, &used);
  }
  auto const names = proktor::qti::expression_element_names();
  CHECK(names.size() == 64);
  CHECK(std::set(names.begin(), names.end()).size() == 64);
  for (auto const name : names) {
    INFO(name);
    CHECK(used.contains(std::string(name)) != (name == "qti-custom-operator"));
  }
}

TEST_CASE("What cannot be right is refused with its code") {
  Variables const variables;
  for (auto const& [expression, code] : refusals) {
    auto const outcome = variables.run(expression);
    INFO(expression << " " << outcome.findings);
    CHECK(outcome.value == code);
  }
}

TEST_CASE("Authors' small liberties are warned about and run") {
  Variables const variables;
  CHECK(variables.run("<match><v>A</v><s>A</s></match>").findings.find("wrong-base-type") == 0);
  CHECK(variables.run("<sum nilai='1'><i>1</i></sum>").findings.find("unknown-attribute") == 0);
  CHECK(variables.run("<sum data-catatan='1' id='x'><i>1</i></sum>").findings.empty());
}

TEST_CASE("A test's questions carry subset, variable and weight") {
  Variables const variables(true);
  variables.run(
      "<test-variables section-identifier='S1' include-category='a  b' exclude-category='c' "
      "base-type='float' "
      "variable-identifier='SCORE' weight-identifier='W'/>");
  CHECK(variables.queries.asked == "[S1|a,b,|c,]SCORE:float*W");
  variables.run(
      "<outcome-maximum section-identifier='S2' outcome-identifier='SCORE' weight-identifier='W'/>");
  CHECK(variables.queries.asked == "[S2||]SCORE*W");
  variables.run("<number-correct exclude-category='x'/>");
  CHECK(variables.queries.asked == "[||x,]");
  variables.run("<variable identifier='Q1.SCORE' weight-identifier='W'/>");
  CHECK(variables.queries.asked == "Q1.SCORE*W");
}

TEST_CASE("Chance stays within its bounds and repeats with its seed") {
  Variables const variables;
  std::set<std::string> steps, picked, reals;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    auto const value = variables.run("<random-integer min='-3' max='6' step='4'/>", seed).value;
    steps.insert(value);
    CHECK(value == variables.run("<random-integer min='-3' max='6' step='4'/>", seed).value);
    picked.insert(variables.run("<random><v>OABC</v></random>", seed).value);
    auto const inside = "<and><gte><random-float min='-1' max='F25'/><i>-1</i></gte></and>";
    CHECK(variables.run(inside, seed).value == "boolean true");
    reals.insert(variables.run("<random-float min='0' max='1'/>", seed).value);
  }
  CHECK(steps == std::set<std::string>{"integer -3", "integer 1", "integer 5"});
  CHECK(picked == std::set<std::string>{"identifier A", "identifier B", "identifier C"});
  CHECK(reals.size() == 200);
  CHECK(variables.run("<random-integer min='LOW' max='BIG'/>").value.starts_with("integer"));
}

TEST_CASE("Hostile expressions end: steps run out and the depth is limited") {
  Variables const variables;
  auto const repeated = variables.run(
      "<container-size><repeat number-repeats='BIG'><repeat number-repeats='BIG'><i>1</i></repeat></repeat>"
      "</container-size>");
  CHECK(repeated.exhausted);
  CHECK(variables.run("<repeat number-repeats='BIG'/>").value == "wrong-operands");
  CHECK(variables.run("<repeat number-repeats='BIG'><null/></repeat>").exhausted);
  std::string deep = "<b>true</b>";
  for (int i = 0; i < 70; ++i) deep = "<not>" + deep + "</not>";
  CHECK(variables.run(deep).value == "expression-too-deep");
}
