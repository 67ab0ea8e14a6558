#include "base/crypto.hpp"
#include "content_samples.hpp"
#include "qti/model/qti2.hpp"
#include "qti/model/xml_writer.hpp"
#include "qti/navigation/route.hpp"
#include "qti/package/zip_file.hpp"
#include "qti/scoring/item_session.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

using namespace proktor;
using namespace proktor::package;
using namespace proktor::qti;
using samples::has_code;
namespace json = boost::json;

namespace {

constexpr std::string_view qti_ns = "xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'";

constexpr std::string_view match_correct =
    "<qti-response-processing "
    "template='https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml'/>";

// An item of one choice, right by KUNCI-BENAR, with the processing given.
std::string scored_item(std::string const& id, std::string_view processing) {
  auto item = samples::choice_item(id, "");
  auto const declared = item.find("<qti-assessment-stimulus-ref");
  item.insert(declared,
              "<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float' "
              "normal-maximum='1'/>");
  item.insert(item.find("</qti-assessment-item>"), processing);
  return item;
}

// Two items a stage: A first; then B for who was right, C for who was not.
Files routed_content() {
  auto files = samples::content();
  auto const part = [](std::string const& id, std::string const& ref, std::string const& rule) {
    return "<qti-test-part identifier='" + id + "' navigation-mode='nonlinear' submission-mode='simultaneous'>" +
           rule + "<qti-assessment-section identifier='S-" + id + "' title='' visible='true'><qti-assessment-item-ref" +
           " identifier='REF-" + ref + "' href='items/" + ref + ".xml'/></qti-assessment-section></qti-test-part>";
  };
  auto const rule = [](std::string const& comparison) {
    return "<qti-pre-condition><qti-" + comparison +
           "><qti-variable identifier='S1'/><qti-base-value base-type='float'>0.5</qti-base-value></qti-" +
           comparison + "></qti-pre-condition>";
  };
  files["tes.xml"] =
      "<qti-assessment-test " + std::string(qti_ns) + " identifier='TES' title='Bertahap'>"
      "<qti-outcome-declaration identifier='S1' cardinality='single' base-type='float'/>" +
      part("AWAL", "a", "") + part("SULIT", "b", rule("gte")) + part("MUDAH", "c", rule("lt")) +
      "<qti-outcome-processing><qti-set-outcome-value identifier='S1'><qti-sum><qti-test-variables "
      "variable-identifier='SCORE' section-identifier='S-AWAL'/></qti-sum></qti-set-outcome-value>"
      "</qti-outcome-processing></qti-assessment-test>";
  for (std::string const id : {"a", "b", "c"})
    files["items/" + id + ".xml"] = scored_item("ITEM-" + id, match_correct);
  samples::replace(files, "imsmanifest.xml", "</resources>",
                   "<resource identifier='C' type='imsqti_item_xmlv3p0' href='items/c.xml'><file "
                   "href='items/c.xml'/></resource></resources>");
  return files;
}

std::string build(Files files, BuildSettings const& settings = {}) {
  auto const built = build_package(import_content(std::move(files)), settings);
  INFO((built ? "" : describe(built.error())));
  REQUIRE(built.has_value());
  return built->bytes;
}

// Changes files of a built package, writes its manifest anew and reads it.
Result<Package> read_after(std::string const& paket, std::function<void(Files&)> const& change) {
  auto files = *unzip(paket);
  change(files);
  auto manifest = json::parse(files.at("manifest.json")).as_object();
  json::array entries;
  for (auto const& [path, content] : files) {
    if (path == "manifest.json") continue;
    entries.push_back({{"path", path}, {"bytes", content.size()}, {"sha256", hex(sha256(content))}});
  }
  manifest["entries"] = std::move(entries);
  files["manifest.json"] = json::serialize(manifest);
  return read_package(*zip(files, [](std::string_view) { return true; }));
}

double score_of(std::shared_ptr<ItemProgram const> const& program, std::string_view answer) {
  ItemSession session(program, {});
  session.submit({{"RESPONSE", answer}});
  double score = -1;
  session.value("SCORE").as_number(score);
  return score;
}

}  // namespace

TEST_CASE("A test in stages carries what routes it, and its route can be computed from the package") {
  auto const bytes = build(routed_content());
  auto const package = read_package(bytes);
  INFO((package ? "" : describe(package.error())));
  REQUIRE(package.has_value());
  auto const* test = package->test("TES");
  REQUIRE(test->program != nullptr);
  CHECK(test->routed);
  CHECK(test->items == 2);  // of any route, not of all three parts
  CHECK(package->entries.programs.size() == 3);
  auto const begin = route(test->program, 7, {});
  REQUIRE(begin.has_value());
  CHECK(begin->next == "AWAL");
  for (auto const& [answer, next] : {std::pair{"KUNCI-BENAR", "SULIT"}, std::pair{"SALAH", "MUDAH"}}) {
    std::vector<SubmittedPart> const done{{"AWAL", {{"REF-a", {{"RESPONSE", answer}}}}}};
    auto const then = route(test->program, 7, done);
    REQUIRE(then.has_value());
    CHECK(then->next == next);
  }
  CHECK(unzip(bytes)->at("scoring/tests/TES.xml").find("items/a.xml") == std::string::npos);
}

TEST_CASE(
    "A box gets scoring entries only where it needs them; the centre's copy has all and is another format") {
  auto files = samples::content();
  files["items/a.xml"] = scored_item("ITEM-A", match_correct);
  files["items/b.xml"] = scored_item("ITEM-B", match_correct);
  auto const plain = read_package(build(files));
  REQUIRE(plain.has_value());
  CHECK(plain->entries.programs.empty());
  CHECK(plain->test("TES")->program == nullptr);
  CHECK(plain->results == ResultsFor::nobody);
  BuildSettings settings;
  settings.results = ResultsFor::pupil;
  auto const practice = read_package(build(files, settings));
  REQUIRE(practice.has_value());
  CHECK(practice->results == ResultsFor::pupil);
  CHECK(score_of(practice->program("ITEM-A"), "KUNCI-BENAR") == 1);
  CHECK(score_of(practice->program("ITEM-A"), "SALAH") == 0);
  CHECK(practice->program("LAIN") == nullptr);
  CHECK(practice->test("TES")->program != nullptr);
  settings.results = ResultsFor::nobody;
  settings.for_scoring = true;
  auto const centre = build(files, settings);
  CHECK(read_package(centre).error().code == Errc::package_invalid);
  auto const scoring = read_scoring_package(centre);
  REQUIRE(scoring.has_value());
  CHECK(scoring->entries.programs.size() == 2);
  CHECK(read_scoring_package(build(files)).has_error());
}

TEST_CASE("A package whose scoring entries do not hold is refused whole") {
  auto const paket = build(routed_content());
  auto const code = [&](std::function<void(Files&)> const& change) {
    auto const package = read_after(paket, change);
    return package ? std::string("taken") : package.error().detail;
  };
  auto const item = std::string("scoring/items/ITEM-a.xml");
  auto const test = std::string("scoring/tests/TES.xml");
  CHECK(code([](Files&) {}) == "taken");
  CHECK(code([&](Files& f) { f.erase(item); }).find("no scoring entry for REF-a") != std::string::npos);
  CHECK(code([&](Files& f) { f.erase(test); }) == "no scoring entry for the test TES");
  CHECK(code([&](Files& f) { f.at(item).resize(40); }).find("xml-malformed") != std::string::npos);
  CHECK(code([&](Files& f) {
          samples::replace(f, item, "match_correct.xml", "lain.xml");
        }).find("unknown-template") != std::string::npos);
  CHECK(code([&](Files& f) { samples::replace(f, item, "ITEM-a", "ITEM-z"); }).find("another name") !=
        std::string::npos);
  CHECK(code([&](Files& f) { samples::replace(f, test, "AWAL", "LAIN"); }).find("differ in TES") !=
        std::string::npos);
  CHECK(code([&](Files& f) { samples::replace(f, "manifest.json", "\"routed\":true", "\"x\":1"); }) !=
        "taken");
  CHECK(code([&](Files& f) { samples::replace(f, "manifest.json", "\"none\"", "\"all\""); }) ==
        "manifest.json: results");
}

TEST_CASE("Processing in other files of the package is put in its place, whatever its name's spelling") {
  auto files = samples::content();
  files["items/a.xml"] = scored_item("ITEM-A",
                                     "<qti-response-processing><include "
                                     "xmlns='http://www.w3.org/2001/XInclude' href='../rp/Satu%20Nilai.xml'/>"
                                     "</qti-response-processing>");
  files["rp/satu nilai.xml"] =
      "<responseProcessingFragment xmlns='http://www.imsglobal.org/xsd/imsqti_v2p1'>"
      "<include xmlns='http://www.w3.org/2001/XInclude' href='dua.xml'/>"
      "</responseProcessingFragment>";
  files["rp/dua.xml"] = "<qti-response-processing-fragment " + std::string(qti_ns) +
                        "><qti-set-outcome-value identifier='SCORE'><qti-base-value base-type='float'>0.25"
                        "</qti-base-value></qti-set-outcome-value></qti-response-processing-fragment>";
  files["items/b.xml"] = scored_item("ITEM-B", "<qti-response-processing template='../rp/templat.xml'/>");
  files["rp/templat.xml"] =
      "<qti-response-processing " + std::string(qti_ns) +
      "><qti-set-outcome-value identifier='SCORE'><qti-base-value base-type='float'>0.75"
      "</qti-base-value></qti-set-outcome-value></qti-response-processing>";
  BuildSettings settings;
  settings.results = ResultsFor::proctor;
  auto const package = read_package(build(files, settings));
  INFO((package ? "" : describe(package.error())));
  REQUIRE(package.has_value());
  CHECK(score_of(package->program("ITEM-A"), "SALAH") == 0.25);
  CHECK(score_of(package->program("ITEM-B"), "SALAH") == 0.75);
  files.erase("rp/dua.xml");
  CHECK(has_code(import_content(files).items.at("items/a.xml").findings, "missing-fragment"));
}

TEST_CASE("Files that include themselves end, and nothing grows past its limit") {
  auto files = samples::content();
  std::string include = "<include xmlns='http://www.w3.org/2001/XInclude' href='../rp/f.xml'/>";
  std::string twenty;
  for (int i = 0; i < 20; ++i) twenty += include;
  files["items/a.xml"] =
      scored_item("ITEM-A", "<qti-response-processing>" + include + "</qti-response-processing>");
  files["rp/f.xml"] = "<qti-response-processing-fragment " + std::string(qti_ns) + ">" + twenty +
                      "</qti-response-processing-fragment>";
  auto const content = import_content(files);
  CHECK_FALSE(content.items.at("items/a.xml").playable);
}

TEST_CASE("Rules that cannot run are errors with file and line") {
  auto const first_error = [](Files files) {
    for (auto const& finding : import_content(std::move(files)).all_findings()) {
      if (finding.severity == Severity::error)
        return finding.file + ":" + std::to_string(finding.line) + " " + finding.code;
    }
    return std::string();
  };
  auto files = samples::content();
  files["items/a.xml"] =
      scored_item("ITEM-A",
                  "\n<qti-response-processing>\n<qti-set-outcome-value identifier='SCORE'>"
                  "<qti-custom-operator class='x'/></qti-set-outcome-value></qti-response-processing>");
  CHECK(first_error(files) == "items/a.xml:3 custom-operator");
  files["items/a.xml"] = scored_item("ITEM-A",
                                     "\n<qti-response-processing><qti-set-outcome-value identifier='NILAI'>"
                                     "<qti-null/></qti-set-outcome-value></qti-response-processing>");
  CHECK(first_error(files) == "items/a.xml:2 unknown-variable");
  files = routed_content();
  samples::replace(files, "tes.xml", "navigation-mode='nonlinear'", "navigation-mode='linear'");
  samples::replace(files, "tes.xml", "href='items/a.xml'/>",
                   "href='items/a.xml'><qti-pre-condition><qti-base-value "
                   "base-type='boolean'>true</qti-base-value></qti-pre-condition></qti-assessment-item-ref>");
  CHECK(first_error(files) == "tes.xml:1 routing-inside-part");
  files = routed_content();
  samples::replace(files, "tes.xml", "identifier='S1'/><qti-base", "identifier='S9'/><qti-base");
  CHECK(first_error(files) == "tes.xml:1 unknown-variable");
  files = routed_content();  // from no score on both ways lead, and from some none
  samples::replace(files, "tes.xml", "<qti-lt>", "<qti-gt>");
  samples::replace(files, "tes.xml", "</qti-lt>", "</qti-gt>");
  CHECK(first_error(files).find("panel-") != std::string::npos);
  files = routed_content();  // a route by time cannot be tried, so nobody knows that each pupil has a next stage
  for (auto const* tag : {"<qti-lt>", "</qti-lt>"})
    samples::replace(files, "tes.xml", tag, tag[1] == '/' ? "</qti-duration-lt>" : "<qti-duration-lt>");
  samples::replace(files, "tes.xml", "lt><qti-variable identifier='S1'/><qti-base-value base-type='float'>0.5", "lt><qti-variable identifier='S-AWAL.duration'/><qti-base-value base-type='duration'>10");
  CHECK(first_error(files).ends_with("panel-not-checked"));
}

TEST_CASE("Sections in files of their own stand in the scoring entry as the reference says") {
  auto files = routed_content();
  samples::replace(
      files, "tes.xml",
      "<qti-assessment-section identifier='S-AWAL' title='' visible='true'><qti-assessment-item-ref "
      "identifier='REF-a' href='items/a.xml'/></qti-assessment-section>",
      "<qti-assessment-section-ref identifier='S-AWAL' href='Bagian/s.xml'>"
      "<qti-item-session-control max-attempts='3'/></qti-assessment-section-ref>");
  files["bagian/s.xml"] =
      "<qti-assessment-section " + std::string(qti_ns) +
      " identifier='LAIN' title='' visible='true'><qti-item-session-control max-attempts='2' "
      "allow-skipping='false'/><qti-assessment-item-ref identifier='REF-a' href='../items/a.xml'/>"
      "</qti-assessment-section>";
  auto const package = read_package(build(files));
  INFO((package ? "" : describe(package.error())));
  REQUIRE(package.has_value());
  auto const& item = package->test("TES")->program->items().at(0);
  CHECK(item.control.max_attempts == 3U);
  CHECK(item.control.allow_skipping == false);
  std::vector<SubmittedPart> const done{{"AWAL", {{"REF-a", {{"RESPONSE", "KUNCI-BENAR"}}}}}};
  CHECK(route(package->test("TES")->program, 7, done)->next == "SULIT");
}

TEST_CASE("A tree that is written and read again is the same tree") {
  std::string_view const document =
      "<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p2' xmlns:lain='urn:x' identifier='A' "
      "title='&lt;&quot;a&amp;&#10;b&#9;&gt;' xml:lang='id' lain:b='c'><itemBody><p>a &lt; b &amp;&#13; "
      "c<br/></p>"
      "<math xmlns='http://www.w3.org/1998/Math/MathML'><mi>x</mi></math><lain:d>hilang</lain:d></itemBody>"
      "</assessmentItem>";
  auto const once = write_xml(*read_qti(document, "a.xml").root);
  auto const twice = write_xml(*read_qti(once, "a.xml").root);
  CHECK(once == twice);
  CHECK(once ==
        "<qti-assessment-item xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\" identifier=\"A\" "
        "title=\"&lt;&quot;a&amp;&#10;b&#9;&gt;\" xml:lang=\"id\"><qti-item-body><p>a &lt; b &amp;&#13; "
        "c<br/></p>"
        "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math></qti-item-body>"
        "</qti-assessment-item>\n");
}
