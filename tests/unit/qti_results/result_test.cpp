#include "qti/model/xml.hpp"
#include "qti/results/assessment_result.hpp"
#include "qti/results/item_result.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <list>
#include <string>

using namespace proktor::qti;

namespace {

// Variables with declarations that stay where they are.
struct Session {
  std::list<Declaration> declarations;
  std::vector<Variable> variables;

  Declaration& add(std::string identifier, VariableKind kind, Value value, Value correct = {}) {
    auto& declaration = declarations.emplace_back();
    declaration.identifier = std::move(identifier);
    declaration.kind = kind;
    declaration.cardinality = value.cardinality();
    declaration.base = value.base();
    variables.push_back({&declaration, std::move(value), {}, std::move(correct)});
    return declaration;
  }
};

Value identifiers(Cardinality cardinality, std::vector<std::string> const& texts) {
  Value value{cardinality, BaseType::identifier};
  for (auto const& text : texts) value.add(text);
  return value;
}

Session choice_session() {
  Session session;
  session.add("completionStatus", VariableKind::built_in, Value::identifier("completed"));
  session.add("numAttempts", VariableKind::built_in, Value::integer(1));
  session.add("duration", VariableKind::built_in, Value::single(BaseType::duration, 12.5));
  session.add("RESPONSE", VariableKind::response, Value::identifier("B"), Value::identifier("KUNCI"));
  session.add("SCORE", VariableKind::outcome, Value::floating(1)).normal_maximum = 2;
  return session;
}

ItemResultHead head(bool presented = true, bool closed = true, bool human = false) {
  return {"Q01", 3, "2026-11-21T09:30:00+07:00", presented, closed, human};
}

AssessmentResult read_back(AssessmentResult const& result, ResultOptions options = {}) {
  auto reading = read_assessment_result(write_assessment_result(result, options), "r.xml");
  for (auto const& finding : reading.findings) UNSCOPED_INFO(to_text(finding));
  REQUIRE(reading.result);
  return std::move(*reading.result);
}

std::string with_body(std::string_view body) {
  return R"(<assessmentResult xmlns="http://www.imsglobal.org/xsd/imsqti_result_v2p2"><context/>)" +
         std::string(body) + "</assessmentResult>";
}

std::string first_code(std::string_view document) {
  auto const reading = read_assessment_result(document, "r.xml");
  CHECK_FALSE(reading.result);
  return reading.findings.empty() ? "" : reading.findings.front().code;
}

}  // namespace

TEST_CASE("A scored item is written as QTI 3.0 says, to the byte, without its key") {
  AssessmentResult result;
  result.context = {"siswa01", {{"urn:proktor:sesi", "S7"}}};
  result.test = TestResultData{"T1", "2026-11-21T10:00:00+07:00", {}};
  Session test;
  test.add("TOTAL", VariableKind::outcome, Value::floating(0.5));
  result.test->variables = result_variables(test.variables);
  auto const session = choice_session();
  result.items.push_back(item_result(session.variables, head()));
  CHECK(write_assessment_result(result) == R"(<?xml version="1.0" encoding="UTF-8"?>
<assessmentResult xmlns="http://www.imsglobal.org/xsd/imsqti_result_v3p0">
  <context sourcedId="siswa01">
    <sessionIdentifier sourceID="urn:proktor:sesi" identifier="S7"/>
  </context>
  <testResult identifier="T1" datestamp="2026-11-21T10:00:00+07:00">
    <outcomeVariable identifier="TOTAL" cardinality="single" baseType="float">
      <value>0.5</value>
    </outcomeVariable>
  </testResult>
  <itemResult identifier="Q01" sequenceIndex="3" datestamp="2026-11-21T09:30:00+07:00" sessionStatus="final">
    <outcomeVariable identifier="completionStatus" cardinality="single" baseType="identifier">
      <value>completed</value>
    </outcomeVariable>
    <responseVariable identifier="numAttempts" cardinality="single" baseType="integer">
      <candidateResponse>
        <value>1</value>
      </candidateResponse>
    </responseVariable>
    <responseVariable identifier="duration" cardinality="single" baseType="duration">
      <candidateResponse>
        <value>12.5</value>
      </candidateResponse>
    </responseVariable>
    <responseVariable identifier="RESPONSE" cardinality="single" baseType="identifier" answeredStatus="answered">
      <candidateResponse>
        <value>B</value>
      </candidateResponse>
    </responseVariable>
    <outcomeVariable identifier="SCORE" cardinality="single" baseType="float" normalMaximum="2">
      <value>1</value>
    </outcomeVariable>
  </itemResult>
</assessmentResult>
)");
  CHECK(write_assessment_result(result, {true}).find("KUNCI") != std::string::npos);
}

TEST_CASE("Where a candidate stands is told apart: not seen, seen, tried, waiting for people") {
  auto session = choice_session();
  session.variables[3].value = Value{Cardinality::single, BaseType::identifier};
  auto const item = [&](bool presented, bool closed, std::int64_t attempts) {
    session.variables[1].value = Value::integer(attempts);
    return item_result(session.variables, head(presented, closed));
  };
  auto const unseen = item(false, true, 0);
  CHECK(unseen.status == SessionStatus::initial);
  CHECK(unseen.variable("RESPONSE")->answered == Answered::not_presented);
  auto const seen = item(true, false, 0);
  CHECK(seen.status == SessionStatus::pending_submission);
  CHECK(seen.variable("RESPONSE")->answered == Answered::presented);
  auto const left_out = item(true, true, 1);
  CHECK(left_out.status == SessionStatus::final_score);
  CHECK(left_out.variable("RESPONSE")->answered == Answered::attempted);
  AssessmentResult result;
  result.items.push_back(left_out);
  auto const written = write_assessment_result(result);
  CHECK(written.find("answeredStatus=\"attempted\">\n      <candidateResponse/>") != std::string::npos);
}

TEST_CASE("An essay keeps its text and has no score until people gave one") {
  Session session;
  session.add("completionStatus", VariableKind::built_in, Value::identifier("completed"));
  session.add("RESPONSE", VariableKind::response,
              Value::string("Baris satu\r\nbaris <dua> & \"tiga\"\x01\xFF"));
  auto& score = session.add("SCORE", VariableKind::outcome, Value::floating(0));
  session.add("HINT", VariableKind::outcome, Value::identifier("A"));
  AssessmentResult result;
  result.items.push_back(item_result(session.variables, head(true, true, true)));
  CHECK(result.items[0].status == SessionStatus::pending_response_processing);
  CHECK(result.items[0].variable("SCORE") == nullptr);
  CHECK(result.items[0].variable("HINT") == nullptr);
  CHECK(result.items[0].variable("completionStatus") != nullptr);
  auto const back = read_back(result);
  CHECK(*back.items[0].variable("RESPONSE")->value.as_text() ==
        "Baris satu\r\nbaris <dua> & \"tiga\"\xEF\xBF\xBD\xEF\xBF\xBD");
  score.external_scored = "human";
  auto const marked = item_result(session.variables, head(true, true, true));
  CHECK(marked.variable("SCORE") == nullptr);
  CHECK(marked.variable("HINT") != nullptr);
}

TEST_CASE("What is written is read back the same, of every type") {
  Session session;
  auto const add = [&](std::string name, Value value) {
    session.add(std::move(name), VariableKind::response, std::move(value));
  };
  add("many", identifiers(Cardinality::multiple, {"A", "A", "B"}));
  add("order", identifiers(Cardinality::ordered, {"C", "A"}));
  add("empty", Value{Cardinality::multiple, BaseType::pair});
  Value pairs{Cardinality::multiple, BaseType::directed_pair};
  pairs.add(Pair{"A", "B"});
  add("pairs", std::move(pairs));
  add("point", Value::single(BaseType::point, Point{-3, 20}));
  add("flag", Value::boolean(false));
  add("third", Value::floating(1.0 / 3));
  add("endless", Value::floating(std::numeric_limits<double>::infinity()));
  add("uri", Value::single(BaseType::uri, std::string("https://example.org/?a=1&b=2")));
  add("file", Value::single(BaseType::file, std::string("data:image/png;name=a;base64,AAEC")));
  add("blank", Value::string("  \t dua\n"));
  auto record = Value::record({{"x", Value::integer(4)}, {"t", Value::string("satu dua")}});
  add("record", record);
  session.add("T", VariableKind::template_variable, Value::integer(7));
  AssessmentResult result;
  result.context.sourced_id = "a\"<&\t\nb";
  result.items.push_back(item_result(session.variables, head()));
  result.items.back().candidate_comment = "Sulit & panjang";
  auto const back = read_back(result);
  CHECK(back.context.sourced_id == result.context.sourced_id);
  REQUIRE(back.items.size() == 1);
  CHECK(back.items[0].sequence_index == 3);
  CHECK(back.items[0].datestamp == result.items[0].datestamp);
  CHECK(back.items[0].candidate_comment == "Sulit & panjang");
  REQUIRE(back.items[0].variables.size() == session.variables.size());
  for (std::size_t n = 0; n < session.variables.size(); ++n) {
    auto const& variable = back.items[0].variables[n];
    INFO(variable.identifier);
    CHECK(variable.kind == result.items[0].variables[n].kind);
    CHECK(variable.value.cardinality() == session.variables[n].value.cardinality());
    CHECK(variable.value.base() == session.variables[n].value.base());
    CHECK(variable.value.is_null() == session.variables[n].value.is_null());
    CHECK((variable.value.is_null() || same(variable.value, session.variables[n].value)));
  }
  CHECK(write_assessment_result(back) == write_assessment_result(result));
}

TEST_CASE("Keys are read back when they were written") {
  auto const session = choice_session();
  AssessmentResult result;
  result.items.push_back(item_result(session.variables, head()));
  CHECK(*read_back(result, {true}).items[0].variable("RESPONSE")->correct.as_text() == "KUNCI");
  CHECK(read_back(result).items[0].variable("RESPONSE")->correct.is_null());
}

TEST_CASE("A result of QTI 2 is read") {
  auto const reading = read_assessment_result(with_body(R"(
    <testResult identifier="T" datestamp="2019-05-30T21:01:47Z"/>
    <itemResult identifier="I1" sessionStatus="final" datestamp="2019-05-30T21:01:47Z" sequenceIndex="0">
      <responseVariable identifier="RESPONSE" cardinality="multiple" baseType="identifier">
        <correctResponse><value>a</value></correctResponse>
        <candidateResponse><value> b </value><value>c</value></candidateResponse>
      </responseVariable>
      <outcomeVariable identifier="SCORE" cardinality="single" baseType="float"><value>1</value></outcomeVariable>
      <outcomeVariable identifier="EMPTY" cardinality="single" baseType="float"><value/></outcomeVariable>
    </itemResult>
    <itemResult identifier="I2" sessionStatus="pendingExternalScoring"/>)"),
                                              "r.xml");
  REQUIRE(reading.result);
  REQUIRE(reading.result->items.size() == 2);
  auto const* first = reading.result->item("I1");
  REQUIRE(first != nullptr);
  CHECK(same(first->variable("RESPONSE")->value, identifiers(Cardinality::multiple, {"c", "b"})));
  double score = 0;
  CHECK(first->variable("SCORE")->value.as_number(score));
  CHECK(score == 1);
  CHECK(first->variable("EMPTY")->value.is_null());
  CHECK(reading.result->items[1].status == SessionStatus::pending_external_scoring);
  CHECK(reading.result->item("I3") == nullptr);
}

TEST_CASE("A document that is no result is refused with a code") {
  CHECK(first_code("<assessmentItem/>") == "no-assessment-result");
  CHECK(first_code("<assessmentResult>") == "xml-malformed");
  CHECK(first_code("<!DOCTYPE a><assessmentResult/>") == "xml-doctype");
  CHECK(first_code(with_body("<itemResult/>")) == "missing-identifier");
  CHECK(first_code(with_body(R"(<itemResult identifier="a" sessionStatus="done"/>)")) ==
        "wrong-session-status");
  auto const variable = [](std::string_view attributes, std::string_view values) {
    return with_body(R"(<itemResult identifier="a"><outcomeVariable )" + std::string(attributes) + ">" +
                     std::string(values) + "</outcomeVariable></itemResult>");
  };
  CHECK(first_code(variable(R"(cardinality="single" baseType="float")", "")) == "missing-identifier");
  CHECK(first_code(variable(R"(identifier="S" cardinality="one")", "")) == "wrong-cardinality");
  CHECK(first_code(variable(R"(identifier="S" baseType="number")", "")) == "wrong-base-type");
  CHECK(first_code(variable(R"(identifier="S" baseType="float")", "<value>satu</value>")) ==
        "wrong-value-type");
  CHECK(first_code(variable(R"(identifier="S" baseType="float")", "<value>1</value><value>2</value>")) ==
        "wrong-cardinality");
}

TEST_CASE("A peer's result file is read") {
  auto const* folder = std::getenv("PROKTOR_QTI_MATERIAL");
  std::string const root = folder != nullptr ? folder : std::string(PROKTOR_SOURCE_DIR) + "/../shared/qti";
  std::ifstream stream(root + "/citolab-scoring/tests-qti2/AssessmentResult_Correct.xml", std::ios::binary);
  if (!stream) {
    WARN("skipped: no test material in " << root);
    return;
  }
  std::string const bytes{std::istreambuf_iterator<char>(stream), {}};
  auto const reading = read_assessment_result(bytes, "AssessmentResult_Correct.xml");
  REQUIRE(reading.result);
  CHECK(reading.result->context.sourced_id == "900001");
  REQUIRE(reading.result->items.size() == 2);
  for (auto const* item : {reading.result->item("ITM-SN02945"), reading.result->item("ITM-SN02946")}) {
    REQUIRE(item != nullptr);
    double score = 0;
    CHECK(item->variable("SCORE")->value.as_number(score));
    CHECK(score == 1);
    CHECK(item->status == SessionStatus::final_score);
  }
}
