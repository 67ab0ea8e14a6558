// Items that schools and states really used, scored on the real server: each is answered as its author says is right,
// and the reply that ends the test says so. Skips where the material is not there.
#include "staged_pupil.hpp"

#include "qti/package/package.hpp"
#include "qti/package/zip_file.hpp"
#include "qti/scoring/item_session.hpp"
#include "qti/value/text.hpp"

#include <cstdlib>
#include <map>
#include <sstream>

using namespace proktor;
using namespace proktor::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

fs::path material() {
  auto const* given = std::getenv("PROKTOR_QTI_MATERIAL");
  return given != nullptr ? fs::path(given) : fs::path(PROKTOR_SOURCE_DIR) / ".." / "shared" / "qti";
}

std::string bytes_of(fs::path const& path) { return *read_file(path, std::size_t{64} << 20U); }

qti::Files school_package() {
  auto files = qti::unzip(bytes_of(material() / "kennisnet-php-qti3" / "packages" / "valid-package.zip"));
  REQUIRE(files.has_value());
  return std::move(*files);
}

// A package of items that came as folders, with a test around them.
qti::Files folder_package(fs::path const& folder) {
  qti::Files files;
  std::string refs, resources;
  for (auto const& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    auto const name = entry.path().filename().string(), path = name + "/" + name + ".xml";
    files[path] = bytes_of(entry.path() / (name + ".xml"));
    refs += "<qti-assessment-item-ref identifier='R-" + name + "' href='" + path + "'/>";
    resources += "<resource identifier='" + name + "' type='imsqti_item_xmlv3p0' href='" + path + "'><file href='" + path +
                 "'/></resource>";
  }
  files["tes.xml"] =
      "<qti-assessment-test xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='SBAC' title='SBAC'>"
      "<qti-test-part identifier='P' navigation-mode='nonlinear' submission-mode='simultaneous'>"
      "<qti-assessment-section identifier='S' title='' visible='true'>" + refs +
      "</qti-assessment-section></qti-test-part></qti-assessment-test>";
  files["imsmanifest.xml"] =
      "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1' identifier='P-SBAC'><resources>"
      "<resource identifier='T' type='imsqti_test_xmlv3p0' href='tes.xml'><file href='tes.xml'/></resource>" + resources +
      "</resources></manifest>";
  return files;
}

std::uint64_t seed_of(Box& box, core::AttemptId const& attempt) {
  std::istringstream feed(box.feed("/v1/feed?journal=uji-1&after=0&max=1000").body);
  for (std::string line; std::getline(feed, line);) {
    auto const entry = json::parse(line);
    if (entry.at("kind") != "attempt" || entry.at("subject").as_string() != hex(attempt)) continue;
    return std::stoull(std::string(json::parse(entry.at("bytes").as_string()).at("seed").as_string()));
  }
  FAIL("no attempt in the feed");
  return 0;
}

// One member of a value as the page writes it: identifiers and both ends of pairs by their opaque ids.
json::value as_page(qti::ResponseIds const& ids, json::value const& value) {
  if (auto const* list = value.if_array()) {
    json::array out;
    for (auto const& one : *list) out.push_back(as_page(ids, one));
    return out;
  }
  if (!value.is_string()) return json::value(json::serialize(value));
  std::istringstream words{std::string(value.as_string())};
  std::string out;
  for (std::string word; words >> word;) {
    auto const found = std::find_if(ids.choices.begin(), ids.choices.end(), [&](auto const& one) { return one.second == word; });
    out += (out.empty() ? "" : " ") + (found == ids.choices.end() ? word : found->first);
  }
  return json::value(out);
}

// The author's right answer in the page's words; empty when a response has none.
json::object right_answer(qti::ItemIds const& ids, qti::Package const& package, std::uint64_t seed) {
  auto const program = package.program(ids.item);
  REQUIRE(program != nullptr);
  qti::ItemSessionSettings settings;
  settings.seed = qti::session_seed(seed, ids.authored, ids.instance);
  qti::ItemSession const session(program, std::move(settings));
  json::object out;
  for (auto const& response : ids.responses) {
    auto const* variable = session.variable(response.authored);
    if (variable == nullptr || variable->correct.is_null()) return {};
    out[response.opaque] = as_page(response, qti::to_json(variable->correct));
  }
  return out;
}

struct Outcome {
  std::size_t answered = 0;
  std::map<std::string, std::size_t> states{};  // of the answered items
  json::value result{};
};

Outcome play(qti::Files files) {
  package::BuildSettings settings;
  settings.results = qti::ResultsFor::pupil;
  settings.only_playable = true;
  auto const built = package::build_package(package::import_content(std::move(files)), settings);
  INFO((built ? "" : describe(built.error())));
  REQUIRE(built.has_value());
  auto const package = qti::read_package(built->bytes);
  REQUIRE(package.has_value());
  auto const test = package->tests.at(0).id;
  Box box;
  box.start();
  Desk desk(box);
  desk.enter(box.import(built->bytes, test));
  desk.open();
  StagedPupil pupil(box, device_a);
  pupil.enter("P001", "91001*", desk.token);
  auto const seed = seed_of(box, pupil.attempt);
  auto const ids = qti::instantiate_ids(package->entries, test, seed);
  REQUIRE(ids.has_value());
  Outcome out;
  std::set<std::string> answered;
  for (auto const& item : ids->items) {
    auto const answer = right_answer(item, *package, seed);
    if (answer.empty()) continue;
    answered.insert(item.opaque);
    auto const line = pupil.next_line(fmt::format(R"("kind":"answer","item":"{}","value":{})", item.opaque, json::serialize(answer)));
    REQUIRE(pupil.keep(pupil.events(line)).status == 200);
  }
  out.answered = answered.size();
  auto const done = pupil.finish();
  REQUIRE(done.status == 200);
  out.result = done.json().at("result");
  for (auto const& item : out.result.at("items").as_array()) {
    if (answered.contains(std::string(item.at("id").as_string()))) ++out.states[std::string(item.at("state").as_string())];
  }
  return out;
}

void check_all_right(Outcome const& outcome) {
  INFO(json::serialize(outcome.result));
  CHECK(outcome.states.at("right") == outcome.answered);
  CHECK(outcome.result.at("correct").to_number<std::size_t>() == outcome.answered);
  CHECK(outcome.result.at("score").to_number<double>() >= static_cast<double>(outcome.answered));
}

}  // namespace

TEST_CASE("a school's real package scores on the box") {
  if (!fs::exists(material() / "kennisnet-php-qti3")) {
    WARN("skipped: no kennisnet-php-qti3 in " << material());
    return;
  }
  auto const outcome = play(school_package());
  CHECK(outcome.answered >= 25);
  check_all_right(outcome);
}

TEST_CASE("items of a state's assessment score on the box") {
  auto const folder = material() / "sbac-example-set-1";
  if (!fs::exists(folder)) {
    WARN("skipped: no sbac-example-set-1 in " << material());
    return;
  }
  auto const outcome = play(folder_package(folder));
  CHECK(outcome.answered >= 3);
  check_all_right(outcome);
}
