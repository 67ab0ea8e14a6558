// Response processing: conditions, conversions, templates by URI and file, fragments, refusals.
#include "samples.hpp"

#include <catch2/catch.hpp>

using namespace proktor::qti;
using namespace proktor::qti::samples;

namespace {

using Codes = std::vector<std::string>;

std::string const correct_a = response(single_identifier, values("qti-correct-response", {"A"}));

std::string with_template(std::string_view uri, std::string_view more = "") {
  return item(correct_a + outcome("SCORE", single_float) + std::string(more) +
              "<qti-response-processing template=\"" + std::string(uri) + "\"/>");
}

std::string number(std::string_view value) {
  return set("SCORE", base("integer", value));
}

}  // namespace

TEST_CASE("Every standard template is known by every URI it has had") {
  for (std::string_view const folder :
       {"http://www.imsglobal.org/question/qti_v2p0/rptemplates/", "http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
        "https://www.imsglobal.org/question/qti_v2p2/rptemplates/", "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/",
        "https://www.imsglobal.org/question/qti_v3p0/rptemplates/", "https://purl.1edtech.org/spec/qti/v3p0/rptemplates/"}) {
    for (std::string_view const name : {"match_correct", "CC2_match"}) {
      for (std::string_view const ending : {"", ".xml"}) {
        auto const document = with_template(std::string(folder) + std::string(name) + std::string(ending));
        CHECK(scored(document, R"({"RESPONSE": "A"})") == "1");
        CHECK(scored(document, R"({"RESPONSE": "B"})") == "0");
        CHECK(scored(document, "{}") == "0");
      }
    }
  }
  CHECK(errors(with_template("http://example.org/rptemplates/match_correct")) == Codes{"unknown-template"});
  CHECK(errors(with_template("http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_all")) ==
        Codes{"unknown-template"});
}

TEST_CASE("The templates of Common Cartridge give the full score and say what they found") {
  auto const full = outcome("MAXSCORE", single_float, values("qti-default-value", {"4"}));
  auto const uri = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/CC2_match_basic";
  auto const document = with_template(uri, full + outcome("FEEDBACKBASIC", single_identifier));
  CHECK(scored(document, R"({"RESPONSE": "A"})") == "4");
  CHECK(scored(document, R"({"RESPONSE": "A"})", "FEEDBACKBASIC") == R"("correct")");
  CHECK(scored(document, R"({"RESPONSE": "B"})", "FEEDBACKBASIC") == R"("incorrect")");
  CHECK(scored(with_template(uri, full), R"({"RESPONSE": "A"})") == "4");
  CHECK(errors(with_template(uri)) == Codes{"unknown-variable"});

  auto const mapped = item(
      response(single_identifier, "<qti-mapping><qti-map-entry map-key=\"A\" mapped-value=\"2\"/></qti-mapping>") +
      outcome("SCORE", single_float) + outcome("MAXSCORE", single_float, values("qti-default-value", {"2"})) +
      outcome("FEEDBACK", single_identifier) +
      "<qti-response-processing template=\"https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/CC2_map_response.xml\"/>");
  CHECK(scored(mapped, R"({"RESPONSE": "A"})", "FEEDBACK") == R"("correct")");
  CHECK(scored(mapped, "{}", "FEEDBACK") == R"("incorrect")");
}

TEST_CASE("Conditions take the first branch that holds; exit leaves everything, also from a fragment") {
  auto const is = [](std::string_view choice, std::string_view word, std::string_view value) {
    return "<qti-response-" + std::string(word) + "><qti-match>" + variable("RESPONSE") + base("identifier", choice) +
           "</qti-match>" + number(value) + "</qti-response-" + std::string(word) + ">";
  };
  auto const document = item(
      correct_a + outcome("SCORE", single_integer) +
      processing("<qti-response-condition>" + is("A", "if", "1") + is("A", "else-if", "2") + is("B", "else-if", "3") +
                 "<qti-response-else>" + number("4") + "</qti-response-else></qti-response-condition>"));
  CHECK(scored(document, R"({"RESPONSE": "A"})") == "1");
  CHECK(scored(document, R"({"RESPONSE": "B"})") == "3");
  CHECK(scored(document, "{}") == "4");
  auto const leaving = item(correct_a + outcome("SCORE", single_integer) +
                            processing("<qti-response-processing-fragment>" + number("1") +
                                       "<qti-exit-response/></qti-response-processing-fragment>" + number("2")));
  CHECK(scored(leaving, "{}") == "1");
}

TEST_CASE("Numbers are converted to the outcome's type; what cannot be known before becomes NULL") {
  auto const of = [](std::string_view type, std::string const& expression) {
    return scored(item(response(single_identifier) + outcome("SCORE", type) + processing(set("SCORE", expression))), "{}");
  };
  CHECK(of(single_integer, base("float", "2.9")) == "2");
  CHECK(of(single_integer, base("float", "-2.9")) == "-2");
  CHECK(of(single_integer, base("float", "1E300")) == "null");
  CHECK(of(single_float, base("integer", "7")) == "7");
  CHECK(of(single_identifier, base("float", "1")) == "wrong-base-type ");
  CHECK(of(multiple_identifier, base("identifier", "A")) == "wrong-cardinality ");
}

TEST_CASE("Fragments and templates are read from the package, and nowhere else") {
  auto const with = [](std::string_view rules) {
    return item(correct_a + outcome("SCORE", single_integer) + std::string(rules), "xmlns:xi=\"http://www.w3.org/2001/XInclude\"");
  };
  auto const fragment = "<qti-response-processing-fragment xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\">" +
                        number("5") + "</qti-response-processing-fragment>";
  auto const including = [&](std::string_view href) {
    return with(processing("<xi:include href=\"" + std::string(href) + "\"/>"));
  };
  std::map<std::string, std::string> const files{{"rules/a b.xml", fragment}, {"items/x.xml", "<div/>"}};
  CHECK(scored(including("../rules/a%20b.xml"), "{}", "SCORE", files) == "5");
  CHECK(errors(including("../rules/none.xml"), files) == Codes{"missing-fragment"});
  CHECK(errors(including("../../rules/a%20b.xml"), files) == Codes{"missing-fragment"});
  CHECK(errors(including("file:///etc/passwd"), files) == Codes{"missing-fragment"});
  CHECK(errors(including("/etc/passwd"), files) == Codes{"missing-fragment"});
  CHECK(errors(including("x.xml"), files) == Codes{"wrong-root"});
  auto const by_file = with("<qti-response-processing template=\"http://example.org/own\" template-location=\"../rules/own.xml\"/>");
  CHECK(scored(by_file, "{}", "SCORE", {{"rules/own.xml", processing(number("6"))}}) == "6");
  CHECK(errors(by_file) == Codes{"unknown-template"});
}

TEST_CASE("A fragment that includes itself ends") {
  auto const self = "<qti-response-processing-fragment xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" "
                    "xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"f.xml\"/>"
                    "<xi:include href=\"f.xml\"/></qti-response-processing-fragment>";
  auto const document = item(correct_a + processing("<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"f.xml\"/>"));
  auto const codes = errors(document, {{"items/f.xml", self}});
  REQUIRE_FALSE(codes.empty());
  CHECK(std::ranges::find(codes, "too-many-fragments") != codes.end());
}

TEST_CASE("What processing asks for wrongly is refused by name") {
  auto const refused = [](std::string const& rules) {
    return errors(item(correct_a + outcome("SCORE", single_integer) + processing(rules)));
  };
  CHECK(refused("<qti-wrong-element/>") == Codes{"unknown-processing-element"});
  CHECK(refused("<qti-set-template-value identifier=\"SCORE\">" + base("integer", "1") + "</qti-set-template-value>") ==
        Codes{"unknown-processing-element"});
  CHECK(refused(set("NONE", base("integer", "1"))) == Codes{"unknown-variable"});
  CHECK(refused(set("RESPONSE", base("identifier", "A"))) == Codes{"wrong-variable-kind"});
  CHECK(refused(set("SCORE", base("integer", "1") + base("integer", "2"))) == Codes{"wrong-operands"});
  CHECK(refused("<qti-lookup-outcome-value identifier=\"SCORE\">" + base("integer", "1") +
                "</qti-lookup-outcome-value>") == Codes{"missing-table"});
  CHECK(refused("<qti-response-condition><qti-response-else/></qti-response-condition>") == Codes{"wrong-operands"});
  CHECK(refused("<qti-response-condition><qti-response-if>" + variable("RESPONSE") + number("1") +
                "</qti-response-if></qti-response-condition>") == Codes{"wrong-base-type"});
  CHECK(errors(item(response(single_identifier, "", "duration"))) == Codes{"reserved-identifier"});
  auto const two = response(single_identifier, values("qti-correct-response", {"A", "B"})) + outcome("SCORE", single_integer);
  CHECK(errors(item(two)).empty());
  CHECK(errors(item(two + processing("<qti-response-condition><qti-response-if><qti-match>" + variable("RESPONSE") +
                                     "<qti-correct identifier=\"RESPONSE\"/></qti-match></qti-response-if>"
                                     "</qti-response-condition>"))) == Codes{"wrong-cardinality"});
}
