// Sessions: attempts, adaptive items, template processing, feedback, built-in variables.
#include "samples.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace proktor::qti;
using namespace proktor::qti::samples;
namespace json = boost::json;

namespace {

json::object object(std::string_view text) {
  return json::parse(text).as_object();
}

std::string text_of(ItemSession const& session, std::string_view name) {
  return json::serialize(to_json(session.value(name)));
}

std::string const counting = response(single_identifier) + outcome("SCORE", single_integer) +
                             processing(set("SCORE", "<qti-sum>" + variable("SCORE") + base("integer", "1") + "</qti-sum>"));

ItemSession session_of(std::string const& document, ItemSessionSettings settings = {}) {
  auto const compiled = compile(document);
  for (auto const& finding : compiled.findings) INFO(to_text(finding));
  REQUIRE(compiled.program != nullptr);
  return {compiled.program, std::move(settings)};
}

// Two numbers that differ, drawn from a range.
std::string template_item(std::string_view range, std::string_view constraint) {
  auto const draw = [&](std::string_view name) {
    return "<qti-set-template-value identifier=\"" + std::string(name) + "\"><qti-random-integer " +
           std::string(range) + "/></qti-set-template-value>";
  };
  return item(response(single_integer) +
              "<qti-template-declaration identifier=\"A\" cardinality=\"single\" base-type=\"integer\">" +
              values("qti-default-value", {"70"}) + "</qti-template-declaration>" +
              "<qti-template-declaration identifier=\"B\" cardinality=\"single\" base-type=\"integer\">" +
              values("qti-default-value", {"80"}) + "</qti-template-declaration>" + outcome("SCORE", single_float) +
              "<qti-template-processing>" + draw("A") + draw("B") + "<qti-template-constraint>" +
              std::string(constraint) + "</qti-template-constraint><qti-set-correct-response identifier=\"RESPONSE\">" +
              "<qti-sum>" + variable("A") + variable("B") + "</qti-sum></qti-set-correct-response>" +
              "</qti-template-processing><qti-response-processing template=\"https://purl.imsglobal.org/spec/qti/"
              "v3p0/rptemplates/match_correct.xml\"/>");
}

std::string const differ = "<qti-not><qti-equal tolerance-mode=\"exact\">" + variable("A") + variable("B") +
                           "</qti-equal></qti-not>";

}  // namespace

TEST_CASE("An item that is not adaptive begins each attempt with its defaults, an adaptive one goes on") {
  ItemSessionSettings settings;
  settings.max_attempts = 0;
  auto plain = session_of(item(counting), settings);
  auto adaptive = session_of(item(counting, "adaptive=\"true\""), settings);
  for (int attempt = 1; attempt <= 3; ++attempt) {
    CHECK(plain.submit(object("{}")).accepted);
    CHECK(adaptive.submit(object("{}")).accepted);
    CHECK(text_of(plain, "SCORE") == "1");
    CHECK(text_of(adaptive, "SCORE") == std::to_string(attempt));
    CHECK(text_of(adaptive, "numAttempts") == std::to_string(attempt));
  }
}

TEST_CASE("Attempts run out; an adaptive item ends when it says completed") {
  auto twice = session_of(item(counting), {.seed = 1, .max_attempts = 2, .validate_responses = false, .binding = {}, .template_defaults = {}});
  CHECK(twice.state() == SessionState::initial);
  CHECK(twice.submit(object("{}")).accepted);
  CHECK(twice.state() == SessionState::interacting);
  CHECK(twice.submit(object("{}")).accepted);
  CHECK(twice.state() == SessionState::closed);
  CHECK_FALSE(twice.submit(object("{}")).accepted);
  CHECK(twice.attempts() == 2);

  auto const ending = item(response(single_identifier) +
                               processing("<qti-response-condition><qti-response-if><qti-match>" + variable("RESPONSE") +
                                          base("identifier", "A") + "</qti-match>" +
                                          set("completionStatus", base("identifier", "completed")) +
                                          "</qti-response-if></qti-response-condition>"),
                           "adaptive=\"true\"");
  auto adaptive = session_of(ending);
  CHECK(text_of(adaptive, "completionStatus") == R"("not_attempted")");
  adaptive.submit(object(R"({"RESPONSE": "B"})"), 12.5);
  CHECK(text_of(adaptive, "completionStatus") == R"("unknown")");
  CHECK(adaptive.value("duration").size() == 1);
  adaptive.submit(object(R"({"RESPONSE": "A"})"));
  CHECK(text_of(adaptive, "completion_status") == R"("completed")");
  CHECK(adaptive.state() == SessionState::closed);
  CHECK_FALSE(adaptive.submit(object("{}")).accepted);
}

TEST_CASE("Template constraints are tried again, the seed decides, and the correct response follows") {
  auto const document = template_item("min=\"1\" max=\"3\"", differ);
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    ItemSessionSettings settings;
    settings.seed = seed;
    auto session = session_of(document, settings);
    auto const a = *session.value("A").as_integer(), b = *session.value("B").as_integer();
    CHECK(a != b);
    CHECK((a >= 1 && a <= 3 && b >= 1 && b <= 3));
    seen.insert(std::to_string(a) + std::to_string(b));
    session.submit(object("{\"RESPONSE\": " + std::to_string(a + b) + "}"));
    CHECK(text_of(session, "SCORE") == "1");
    CHECK(session.is_correct());
    auto again = session_of(document, settings);
    CHECK(*again.value("A").as_integer() == a);
  }
  CHECK(seen.size() == 6);
}

TEST_CASE("A constraint that never holds leaves the defaults, also those of the test") {
  auto const document = template_item("min=\"1\" max=\"1\"", differ);
  CHECK(text_of(session_of(document), "A") == "70");
  ItemSessionSettings settings;
  settings.template_defaults = {{"A", Value::integer(5)}};
  CHECK(text_of(session_of(document, settings), "A") == "5");
}

TEST_CASE("A response that breaks its limits is kept, but not processed; a strict session refuses it") {
  auto const document =
      item(response(multiple_identifier) + outcome("SCORE", single_float, values("qti-default-value", {"-1"})) +
           "<qti-item-body><qti-choice-interaction response-identifier=\"RESPONSE\" max-choices=\"2\" min-choices=\"1\">"
           "<qti-simple-choice identifier=\"A\">a</qti-simple-choice><qti-simple-choice identifier=\"B\">b"
           "</qti-simple-choice><qti-simple-choice identifier=\"C\">c</qti-simple-choice></qti-choice-interaction>"
           "</qti-item-body>" + processing(set("SCORE", base("float", "1"))));
  for (std::string_view const given : {R"({"RESPONSE": ["A", "B", "C"]})", "{}"}) {
    auto session = session_of(document);
    auto const done = session.submit(object(given));
    CHECK(done.accepted);
    CHECK_FALSE(done.valid);
    CHECK(text_of(session, "SCORE") == "-1");
    CHECK(text_of(session, "numAttempts") == "1");
    ItemSessionSettings strict;
    strict.validate_responses = true;
    auto refused = session_of(document, strict);
    CHECK_FALSE(refused.submit(object(given)).accepted);
    CHECK(refused.attempts() == 0);
    CHECK(refused.submit(object(R"({"RESPONSE": ["C", "A"]})")).valid);
    CHECK(text_of(refused, "SCORE") == "1");
    CHECK(refused.is_responded());
  }
}

TEST_CASE("Modal feedback shows by its outcome") {
  auto const document =
      item(response(single_identifier) + outcome("F", multiple_identifier) +
           processing(set("F", "<qti-multiple>" + variable("RESPONSE") + "</qti-multiple>")) +
           "<qti-modal-feedback outcome-identifier=\"F\" identifier=\"A\" show-hide=\"show\"/>"
           "<qti-modal-feedback outcome-identifier=\"F\" identifier=\"B\" show-hide=\"hide\"/>");
  auto session = session_of(document);
  session.submit(object(R"({"RESPONSE": "A"})"));
  CHECK(session.feedback() == std::vector<std::string>{"A", "B"});
  CHECK(errors(item(response(single_identifier) +
                    "<qti-modal-feedback outcome-identifier=\"F\" identifier=\"A\" show-hide=\"show\"/>")) ==
        std::vector<std::string>{"unknown-variable"});
}
