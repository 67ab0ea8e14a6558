// The traps of QTI scoring, one small item each. tests/support/qti_faults.sh builds the engine with each deliberate
// fault of qti/value/fault.hpp and expects one of these cases to fail.
#include "samples.hpp"

#include <catch2/catch.hpp>

using namespace proktor::qti;
using namespace proktor::qti::samples;

namespace {

std::string score_of(std::string_view expression) {
  return outcome("SCORE", single_float) + processing(set("SCORE", expression));
}

std::string one_if(std::string_view condition) {
  return outcome("SCORE", single_float) +
         processing("<qti-response-condition><qti-response-if>" + std::string(condition) +
                    set("SCORE", base("float", "1")) + "</qti-response-if></qti-response-condition>");
}

std::string const map_of_two =
    "<qti-mapping default-value=\"-1\" lower-bound=\"0\" upper-bound=\"3\"><qti-map-entry map-key=\"A\" "
    "mapped-value=\"1\"/><qti-map-entry map-key=\"B\" mapped-value=\"1.5\"/><qti-map-entry map-key=\"C\" "
    "mapped-value=\"2\"/></qti-mapping>";

}  // namespace

TEST_CASE("An empty container is NULL") {
  auto const document =
      item(response(multiple_identifier) + one_if("<qti-is-null>" + variable("RESPONSE") + "</qti-is-null>"));
  CHECK(scored(document, R"({"RESPONSE": []})") == "1");
  CHECK(scored(document, R"({"RESPONSE": ["A"]})") == "0");
}

TEST_CASE("A value given twice is mapped once, and the sum keeps its bounds") {
  auto const document = item(response(multiple_identifier, map_of_two) +
                             score_of("<qti-map-response identifier=\"RESPONSE\"/>"));
  CHECK(scored(document, R"({"RESPONSE": ["A", "B", "B"]})") == "2.5E0");
  CHECK(scored(document, R"({"RESPONSE": ["A", "B", "C"]})") == "3");
  CHECK(scored(document, R"({"RESPONSE": ["D"]})") == "0");
}

TEST_CASE("A pair has no order, a directedPair has one, an ordered container has one") {
  auto const right = [](std::string_view type, std::vector<std::string_view> const& correct) {
    return item(response(type, values("qti-correct-response", correct)) +
                one_if("<qti-match>" + variable("RESPONSE") + "<qti-correct identifier=\"RESPONSE\"/></qti-match>"));
  };
  auto const pairs = right("cardinality=\"multiple\" base-type=\"pair\"", {"A B", "C D"});
  CHECK(scored(pairs, R"({"RESPONSE": ["D C", "A B"]})") == "1");
  auto const directed = right("cardinality=\"single\" base-type=\"directedPair\"", {"A B"});
  CHECK(scored(directed, R"({"RESPONSE": "B A"})") == "0");
  auto const ordered = right("cardinality=\"ordered\" base-type=\"identifier\"", {"A", "B"});
  CHECK(scored(ordered, R"({"RESPONSE": ["B", "A"]})") == "0");
  CHECK(scored(ordered, R"({"RESPONSE": ["A", "B"]})") == "1");
}

TEST_CASE("A condition that is NULL is not met") {
  auto const document = item(response(single_integer) + one_if("<qti-gt>" + variable("RESPONSE") +
                                                               base("integer", "2") + "</qti-gt>"));
  CHECK(scored(document, R"({"RESPONSE": null})") == "0");
  CHECK(scored(document, R"({"RESPONSE": 3})") == "1");
}

TEST_CASE("An interpolation table takes its boundary, a match table the exact value") {
  auto const document = item(
      response(single_integer) +
      outcome("GRADE", single_string,
              "<qti-interpolation-table default-value=\"D\"><qti-interpolation-table-entry source-value=\"8\" "
              "target-value=\"A\"/><qti-interpolation-table-entry source-value=\"5\" include-boundary=\"false\" "
              "target-value=\"B\"/><qti-interpolation-table-entry source-value=\"3\" target-value=\"C\"/>"
              "</qti-interpolation-table>") +
      outcome("WORD", single_string,
              "<qti-match-table><qti-match-table-entry source-value=\"8\" target-value=\"eight\"/></qti-match-table>") +
      processing("<qti-lookup-outcome-value identifier=\"GRADE\">" + variable("RESPONSE") +
                 "</qti-lookup-outcome-value><qti-lookup-outcome-value identifier=\"WORD\">" + variable("RESPONSE") +
                 "</qti-lookup-outcome-value>"));
  std::map<std::string, std::pair<std::string, std::string>> const wanted{
      {"8", {R"("A")", R"("eight")"}}, {"9", {R"("A")", "null"}}, {"5", {R"("C")", "null"}},
      {"6", {R"("B")", "null"}},       {"2", {R"("D")", "null"}}, {"null", {R"("D")", "null"}}};
  for (auto const& [given, want] : wanted) {
    CAPTURE(given);
    CHECK(scored(document, "{\"RESPONSE\": " + given + "}", "GRADE") == want.first);
    CHECK(scored(document, "{\"RESPONSE\": " + given + "}", "WORD") == want.second);
  }
}

TEST_CASE("Case is folded for every letter, and kept where the entry says so") {
  auto const document =
      item(response(single_string,
                    "<qti-mapping><qti-map-entry map-key=\"Québec\" mapped-value=\"2\"/><qti-map-entry "
                    "map-key=\"Co\" mapped-value=\"3\" case-sensitive=\"true\"/></qti-mapping>") +
           score_of("<qti-map-response identifier=\"RESPONSE\"/>"));
  CHECK(scored(document, R"({"RESPONSE": "QUÉBEC"})") == "2");
  CHECK(scored(document, R"({"RESPONSE": "Co"})") == "3");
  CHECK(scored(document, R"({"RESPONSE": "CO"})") == "0");
}

TEST_CASE("A number without default starts at 0, anything else at NULL") {
  auto const add = "<qti-sum>" + variable("SCORE") + base("float", "1") + "</qti-sum>";
  auto const document = item(response(single_identifier) + outcome("WORD", single_string) + score_of(add));
  CHECK(scored(document, "{}") == "1");
  CHECK(scored(document, "{}", "WORD") == "null");
}
