#include "provisioning/qti/json_line.hpp"
#include "provisioning/qti/scorer.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace proktor;
namespace json = boost::json;

namespace {

constexpr std::string_view adaptive_item = R"(<qti-assessment-item
 xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="I1" title="t" adaptive="true" time-dependent="false">
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="float"/>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
<qti-response-processing><qti-set-outcome-value identifier="SCORE"><qti-sum><qti-variable identifier="SCORE"/>
<qti-variable identifier="RESPONSE"/></qti-sum></qti-set-outcome-value></qti-response-processing>
</qti-assessment-item>)";

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("proktor-qti-score-" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path file(std::string_view name, std::string_view text) const {
    std::ofstream(path / name) << text;
    return path / name;
  }
};

std::string scored(qti_commands::Scorer& scorer, std::filesystem::path const& item, std::string_view responses) {
  return qti_commands::json_line(scorer.score(item, json::parse(responses)));
}

}  // namespace

TEST_CASE("qti score prints outcomes, responses and validity with plain numbers") {
  Folder const folder;
  auto const item = folder.file("a.xml", adaptive_item);
  qti_commands::Scorer scorer({});
  CHECK(scored(scorer, item, R"({"RESPONSE": "2,5"})") ==
        R"({"outcomes":{"completionStatus":"unknown","SCORE":2.5},"responses":{"RESPONSE":2.5},"valid":true})");
  CHECK(scored(scorer, item, R"({"RESPONSE": "dua"})") ==
        R"({"outcomes":{"completionStatus":"unknown","SCORE":0},"responses":{"RESPONSE":null},"valid":false})");
  // A list is the attempts of one session.
  CHECK(scored(scorer, item, R"([{"RESPONSE": 1}, {"RESPONSE": 2}])").find(R"("SCORE":3})") != std::string::npos);
  qti_commands::Scorer strict({.seed = 1, .decimal = qti::DecimalPolicy::point});
  CHECK(scored(strict, item, R"({"RESPONSE": "2,5"})").find(R"("valid":false)") != std::string::npos);
}

TEST_CASE("qti score tells a container set to nothing from one that was never set") {
  Folder const folder;
  auto const item = folder.file("a.xml", R"(<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
 identifier="I1" title="t" adaptive="false" time-dependent="false">
<qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier"/>
<qti-outcome-declaration identifier="ECHO" cardinality="multiple" base-type="identifier"/>
<qti-outcome-declaration identifier="FEEDBACK" cardinality="multiple" base-type="identifier"/>
<qti-response-processing><qti-set-outcome-value identifier="ECHO"><qti-variable identifier="RESPONSE"/>
</qti-set-outcome-value></qti-response-processing></qti-assessment-item>)");
  qti_commands::Scorer scorer({});
  CHECK(scored(scorer, item, R"({"RESPONSE": []})") ==
        R"({"outcomes":{"completionStatus":"unknown","ECHO":[],"FEEDBACK":null},"responses":{"RESPONSE":null},"valid":true})");
}

TEST_CASE("qti score computes the values that the view of the same seed prints") {
  std::string_view const clone = R"(<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
 identifier="KLON" title="t" adaptive="false" time-dependent="false">
<qti-outcome-declaration identifier="SHOWN" cardinality="single" base-type="integer"/>
<qti-template-declaration identifier="N" cardinality="single" base-type="integer"/>
<qti-template-processing><qti-set-template-value identifier="N"><qti-random-integer min="100000" max="999999"/>
</qti-set-template-value></qti-template-processing>
<qti-item-body><p><qti-printed-variable identifier="N"/></p></qti-item-body>
<qti-response-processing><qti-set-outcome-value identifier="SHOWN"><qti-variable identifier="N"/>
</qti-set-outcome-value></qti-response-processing></qti-assessment-item>)";
  Folder const folder;
  auto const path = folder.file("klon.xml", clone);
  auto const read = qti::read_item(clone, "klon.xml");
  REQUIRE(read.item);
  qti::DeliveryEntries entries;
  entries.items.emplace("KLON", qti::item_entry(*read.item, {}));
  entries.programs.emplace("KLON", qti::compile_item(clone, "klon.xml", {}).program);
  for (std::uint64_t const seed : {1U, 7U, 8U}) {
    auto const view = qti::instantiate_item(entries, "KLON", seed);
    REQUIRE(view.has_value());
    qti_commands::Scorer scorer({.seed = seed, .decimal = qti::DecimalPolicy::comma});
    auto const shown = scorer.score(path, json::object{}).at("outcomes").at("SHOWN").to_number<int>();
    CAPTURE(seed, shown, view->test);
    CHECK(view->test.find('"' + std::to_string(shown) + '"') != std::string::npos);
  }
}

TEST_CASE("qti score names what it refuses: code, message, file and line") {
  Folder const folder;
  auto const item = folder.file("b.xml", "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' "
                                         "identifier='I' title='t'>\n<qti-response-processing>\n<qti-wrong/>\n"
                                         "</qti-response-processing></qti-assessment-item>");
  qti_commands::Scorer scorer({});
  auto const refused = scorer.score(item, json::object{}).at("error").as_object();
  CHECK(refused.at("code") == "unknown-processing-element");
  CHECK(refused.at("file").as_string() == item.string());
  CHECK(refused.at("line") == 3);
  CHECK(scorer.score(folder.path / "none.xml", json::object{}).at("error").at("code") == "not_found");
  auto const good = folder.file("c.xml", adaptive_item);
  CHECK(scorer.score(good, json::value(7)).at("error").at("code") == "bad-responses");
}
