#include "qti/model/qti2.hpp"
#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"
#include "qti/model/stimulus.hpp"
#include "qti/model/test.hpp"

#include "base/file.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

using namespace proktor;
using namespace proktor::qti;
namespace fs = std::filesystem;

namespace {

// A tree as lines, one per node: line number, name, attributes sorted, text trimmed. Namespaces are left out.
void write(XmlNode const& node, int depth, bool with_lines, std::string& out) {
  std::string const indent(static_cast<std::size_t>(depth), ' ');
  if (node.is_text) {
    if (!trim(node.text).empty()) out += indent + "'" + std::string(trim(node.text)) + "'\n";
    return;
  }
  std::vector<std::string> attributes;
  for (auto const& attribute : node.attributes) {
    if (attribute.name.starts_with("xsi:")) continue;
    // The URI of a standard template stays as written; its last word says which.
    auto const word = fs::path(attribute.value).stem().string();
    attributes.push_back(attribute.name + "=" + (attribute.name == "template" ? word : attribute.value));
  }
  std::ranges::sort(attributes);
  out += indent + node.name;
  for (auto const& attribute : attributes) out += " " + attribute;
  if (with_lines) out += " @" + std::to_string(node.line);
  out += "\n";
  for (auto const& child : node.children) write(child, depth + 1, with_lines, out);
}

std::string tree(std::string_view bytes, bool with_lines = true) {
  auto const document = read_qti(bytes, "a.xml");
  REQUIRE(document.root.has_value());
  std::string out;
  write(*document.root, 0, with_lines, out);
  return out;
}

std::string in_2_1(std::string_view inside) {
  return "<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p1'>" + std::string(inside) +
         "</assessmentItem>";
}
std::string in_3_0(std::string_view inside) {
  return "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'>" + std::string(inside) +
         "</qti-assessment-item>";
}

bool has(Findings const& findings, std::string_view code) {
  return std::ranges::any_of(findings, [&](Finding const& finding) { return finding.code == code; });
}

}  // namespace

TEST_CASE("Names of QTI 2.x become those of 3.0, and nothing else does") {
  struct Case {
    std::string_view two, three;
  };
  for (
      auto const& [two, three] : std::array{
          Case{"<responseDeclaration identifier='R' baseType='directedPair'><mapping lowerBound='0'>"
               "<mapEntry mapKey='A b' mappedValue='1' "
               "caseSensitive='false'/></mapping></responseDeclaration>",
               "<qti-response-declaration identifier='R' base-type='directedPair'><qti-mapping "
               "lower-bound='0'>"
               "<qti-map-entry map-key='A b' mapped-value='1' case-sensitive='false'/></qti-mapping>"
               "</qti-response-declaration>"},
          Case{"<itemBody><p class='b' id='x'>a <b>c</b><br/></p><object data='a.png' "
               "type='image/png'/></itemBody>",
               "<qti-item-body><p class='b' id='x'>a <b>c</b><br/></p><object data='a.png' type='image/png'/>"
               "</qti-item-body>"},
          Case{
              "<durationLT/><durationGTE/><anyN min='1'/><isNull/><integerToFloat/><not/><null/><index "
              "n='1'/>",
              "<qti-duration-lt/><qti-duration-gte/><qti-any-n min='1'/><qti-is-null/><qti-integer-to-float/>"
              "<qti-not/><qti-null/><qti-index n='1'/>"},
          Case{"<math xmlns='http://www.w3.org/1998/Math/MathML'><apply><not/><mi>x</mi></apply></math>",
               "<math xmlns='http://www.w3.org/1998/Math/MathML'><apply><not/><mi>x</mi></apply></math>"},
          Case{"<customOperator class='c' xmlns:ma='urn:m' ma:returnType='R'/><notEqual "
               "outcomeIdentifier='x'/>",
               "<qti-custom-operator class='c' xmlns:ma='urn:m' ma:returnType='R'/>"
               "<notEqual outcomeIdentifier='x'/>"},
          Case{"<include xmlns='http://www.w3.org/2001/XInclude' href='a.xml'/>",
               "<include xmlns='http://www.w3.org/2001/XInclude' href='a.xml'/>"},
          Case{"<customInteraction><portableCustomInteraction "
               "xmlns='http://www.imsglobal.org/xsd/portableCustom'/>"
               "</customInteraction>",
               "<qti-custom-interaction><qti-portable-custom-interaction/></qti-custom-interaction>"},
          Case{"<extendedTextInteraction format='preFormatted' xml:lang='id'/>",
               "<qti-extended-text-interaction format='preformatted' xml:lang='id'/>"},
          Case{"<variable identifier='completion_status'/>", "<qti-variable identifier='completionStatus'/>"},
          Case{"<outcomeDeclaration identifier='completion_status'/><variable "
               "identifier='completion_status'/>",
               "<qti-outcome-declaration identifier='completion_status'/>"
               "<qti-variable identifier='completion_status'/>"}}) {
    CHECK(tree(in_2_1(two)) == tree(in_3_0(three)));
  }
  CHECK(tree(in_3_0("<value baseType='float'/>")) != tree(in_3_0("<qti-value base-type='float'/>")));
}

TEST_CASE("Every namespace of 2.x is known, and a document without one") {
  for (auto const* uri :
       {"http://www.imsglobal.org/xsd/imsqti_v2p0", "http://www.imsglobal.org/xsd/imsqti_v2p1",
        "http://www.imsglobal.org/xsd/imsqti_v2p2",
        "http://www.imsglobal.org/xsd/apip/apipv1p0/qtiitem/imsqti_v2p1"}) {
    auto const stimulus = read_stimulus("<x:assessmentStimulus xmlns:x='" + std::string(uri) +
                                            "' identifier='S' title=''>\n<x:stimulusBody><x:p>a</x:p>"
                                            "</x:stimulusBody></x:assessmentStimulus>",
                                        "s.xml");
    CHECK(has(stimulus.findings, "qti2-read"));
    CHECK_FALSE(has_errors(stimulus.findings));
  }
  auto const test = read_test(
      "<assessmentTest identifier='T' title='Tes'><testPart identifier='P' navigationMode='nonlinear' "
      "submissionMode='individual'><assessmentSection identifier='S' title='' visible='true'>"
      "<assessmentItemRef identifier='I' href='i.xml'/></assessmentSection></testPart></assessmentTest>",
      "t.xml");
  CHECK_FALSE(has_errors(test.findings));
  CHECK(has(test.findings, "namespace-missing"));
  CHECK(test.test->parts.size() == 1);
  CHECK(has(read_test("<html xmlns='http://www.w3.org/1999/xhtml'/>", "t.xml").findings, "wrong-root"));
  CHECK(has(read_item("<!DOCTYPE assessmentItem>" + in_2_1(""), "a.xml").findings, "xml-doctype"));
}

TEST_CASE("The renamed items of another engine's tests are the trees that the door makes") {
  auto const* given = std::getenv("PROKTOR_QTI_MATERIAL");
  auto const folder =
      (given == nullptr ? fs::path(PROKTOR_SOURCE_DIR) / ".." / "shared" / "qti" : fs::path(given)) /
      "pie-qti-conformance";
  if (!fs::exists(folder)) {
    WARN("skipped: no QTI material at " + folder.string());
    return;
  }
  int compared = 0;
  for (auto const& entry : fs::directory_iterator(folder)) {
    auto const three = read_file(entry.path() / "item-qti3-derived.xml", xml_document_max_bytes);
    if (!three) continue;
    CAPTURE(entry.path().filename().string());
    CHECK(tree(*read_file(entry.path() / "item.xml", xml_document_max_bytes), false) == tree(*three, false));
    ++compared;
  }
  CHECK(compared >= 30);
}
