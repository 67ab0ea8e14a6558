#include "qti/package/manifest.hpp"
#include "content_samples.hpp"

#include <catch2/catch.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

using namespace proktor;
using namespace proktor::package;
using namespace proktor::qti;
using samples::has_code;

namespace {

std::string first_error(Import const& content) {
  for (auto const& finding : content.all_findings()) {
    if (finding.severity == Severity::error) return finding.file + " " + finding.code;
  }
  return "";
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// The sample package as an authoring tool of QTI 2.1 would write it; 2.1 has no stimuli.
Files content_2_1() {
  auto files = samples::content();
  files.erase("stimuli/bacaan.xml");
  for (auto& [path, text] : files) {
    replace_all(text, "<qti-assessment-stimulus-ref identifier='STIM' href='../stimuli/bacaan.xml'/>", "");
    replace_all(text, "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
                "http://www.imsglobal.org/xsd/imscp_v1p1");
    replace_all(text, "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
                "http://www.imsglobal.org/xsd/imsqti_v2p1");
    replace_all(text, "xmlv3p0", "xmlv2p1");
    bool tag = false;
    std::string out;
    for (std::size_t i = 0; i < text.size();
         ++i) {  // "<qti-simple-choice match-max" to "<simpleChoice matchMax"
      if (text[i] == '<' && path.ends_with(".xml")) tag = true;
      if (text[i] == '>') tag = false;
      if (tag && text.substr(i, 4) == "qti-") {
        i += 3;
      } else if (tag && text[i] == '-' && text[i + 1] >= 'a' && text[i + 1] <= 'z') {
        out.push_back(static_cast<char>(text[++i] - 'a' + 'A'));
      } else {
        out.push_back(text[i]);
      }
    }
    text = std::move(out);
  }
  return files;
}

}  // namespace

TEST_CASE("A package of QTI 2.1 becomes the same entries as its twin in 3.0") {
  auto files = samples::content();
  for (auto const* path : {"items/a.xml", "items/b.xml"}) {
    samples::replace(files, path,
                     "<qti-assessment-stimulus-ref identifier='STIM' href='../stimuli/bacaan.xml'/>", "");
  }
  auto const three = import_content(files);
  auto const two = import_content(content_2_1());
  REQUIRE(first_error(two) == "");
  CHECK(has_code(two.all_findings(), "qti2-read"));
  REQUIRE(two.items.size() == 2);
  CHECK(two.tests.at(0).items == three.tests.at(0).items);
  for (auto const& [path, item] : two.items) {
    CHECK(boost::json::serialize(item.entry) == boost::json::serialize(three.items.at(path).entry));
  }
  CHECK(build_package(two, {}).has_value());
}

TEST_CASE("Resource types of every version are told apart") {
  struct Case {
    std::string_view type;
    ResourceKind kind;
  };
  for (auto const& [type, kind] : std::array{
           Case{"imsqti_item_xmlv2p0", ResourceKind::item}, Case{"imsqti_item_xmlv2p2", ResourceKind::item},
           Case{"imsqti_apipitem_xmlv2p1", ResourceKind::item},
           Case{"imsqti_item_xmlv3p0", ResourceKind::item}, Case{"imsqti_test_xmlv2p1", ResourceKind::test},
           Case{"imsqti_assessment_xmlv2p1", ResourceKind::test},
           Case{"imsqti_apiptest_xmlv2p1", ResourceKind::test},
           Case{"imsqti_apipsection_xmlv2p1", ResourceKind::section},
           Case{"imsqti_stimulus_xmlv2p2", ResourceKind::stimulus},
           Case{"imsqti_rptemplate_xmlv2p1", ResourceKind::processing},
           Case{"associatedcontent/xmlv1p0/learning-application-resource", ResourceKind::media},
           Case{"webcontent", ResourceKind::media}, Case{"imsqti_xmlv1p2", ResourceKind::qti1},
           Case{"controlfile/apip_xmlv1p0", ResourceKind::other}}) {
    auto const read = read_manifest("<manifest identifier='M'><resources><resource identifier='R' type='" +
                                        std::string(type) + "' href='a.xml'/></resources></manifest>",
                                    "imsmanifest.xml");
    REQUIRE(read.manifest.has_value());
    CAPTURE(type);
    CHECK(read.manifest->resources.at(0).kind == kind);
  }
}

TEST_CASE("xml:base of the manifest, the list and the resource stand before an href") {
  auto const read = read_manifest(
      "<manifest identifier='M' xml:base='isi'><resources xml:base='soal/'>"
      "<resource identifier='R' type='webcontent' href='a.xml' xml:base='kelas5'><file "
      "href='b.png'/></resource>"
      "<resource identifier='Q' type='webcontent' href='/a.xml'/>"
      "</resources><manifest/></manifest>",
      "imsmanifest.xml");
  REQUIRE(read.manifest.has_value());
  CHECK(read.manifest->resources.at(0).href == "isi/soal/kelas5/a.xml");
  CHECK(read.manifest->resources.at(0).files.at(0) == "isi/soal/kelas5/b.png");
  CHECK(read.manifest->resources.at(1).href == "/a.xml");
  CHECK(has_code(read.findings, "nested-manifest"));
}

TEST_CASE("Without a manifest tests and items are found by their roots; a test is never invented") {
  auto files = samples::content();
  files.erase("imsmanifest.xml");
  auto const content = import_content(files);
  CHECK(first_error(content) == "");
  CHECK(has_code(content.findings, "no-manifest"));
  CHECK(content.identifier == "TES");
  CHECK(content.items.size() == 2);
  files.erase("tes.xml");
  CHECK(first_error(import_content(files)) == " no-test");
}

TEST_CASE("What a manifest names wrongly is repaired or said, with its line") {
  auto files = samples::content();
  samples::replace(files, "imsmanifest.xml", "<file href='tes.xml'/>",
                   "<file href='tes.xml'/>\n<file href='hilang.png'/>");
  samples::replace(files, "imsmanifest.xml", "href='items/a.xml'>", "href='items\\A.xml'>");
  auto content = import_content(files);
  CHECK(first_error(content) == "");
  for (auto const* code : {"listed-missing-file", "href-backslash", "href-case"}) {
    CAPTURE(code);
    CHECK(has_code(content.findings, code));
  }
  samples::replace(files, "imsmanifest.xml", "imsqti_item_xmlv3p0", "imsqti_xmlv1p2");
  content = import_content(files);
  CHECK(first_error(content) == "imsmanifest.xml qti1-not-supported");
  auto const found = std::ranges::find(content.findings, "qti1-not-supported", &Finding::code);
  CHECK(found->line == 2);
}
