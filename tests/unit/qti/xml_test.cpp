#include "qti/model/xml.hpp"

#include <catch2/catch.hpp>

#include <libxml/xmlerror.h>

#include <chrono>
#include <string>

using proktor::qti::read_xml;

namespace {

std::string code_of(std::string const& document) {
  auto const result = read_xml(document, "x.xml");
  if (result.root) return "";
  REQUIRE(result.findings.size() == 1);
  return result.findings.front().code;
}

int said = 0;

void count_words(void*, char const*, ...) {
  ++said;
}

}  // namespace

TEST_CASE("A document is read with its text, attributes, namespaces and lines") {
  auto const result = read_xml(
      "<?xml version=\"1.0\"?>\n<a xmlns=\"http://www.imsglobal.org/xsd/imsqtiasi_v3p0\"\n"
      "  xml:lang=\"id\" b='1 &amp; 2'>satu<!-- no --><![CDATA[ <dua> ]]>\n<m:c "
      "xmlns:m=\"http://www.w3.org/1998/Math/MathML\"/></a>",
      "x.xml");
  REQUIRE(result.root);
  auto const& root = *result.root;
  CHECK(root.space == proktor::qti::XmlSpace::qti3);
  CHECK(root.attribute("xml:lang") == "id");
  CHECK(root.attribute("b") == "1 & 2");
  CHECK(root.line == 3);
  REQUIRE(root.children.size() == 2);
  CHECK(root.children[0].text == "satu <dua> \n");
  CHECK(root.children[1].space == proktor::qti::XmlSpace::mathml);
  CHECK(root.children[1].line == 4);
}

TEST_CASE("UTF-16 and Latin-1 documents are read as UTF-8") {
  std::string utf16("\xFF\xFE", 2);
  for (char const c : std::string("<a>x</a>")) utf16.append({c, '\0'});
  auto const wide = read_xml(utf16, "x.xml");
  REQUIRE(wide.root);
  CHECK(wide.root->all_text() == "x");
  auto const latin = read_xml("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xE9</a>", "x.xml");
  REQUIRE(latin.root);
  CHECK(latin.root->all_text() == "\xC3\xA9");
}

TEST_CASE("A DOCTYPE is refused before what it declares does anything") {
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e0 \"aaaaaaaaaa\">";
  for (int i = 1; i < 30; ++i) {
    bomb += "<!ENTITY e" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) bomb += "&e" + std::to_string(i - 1) + ";";
    bomb += "\">";
  }
  bomb += "]><a>&e29;</a>";
  auto const begin = std::chrono::steady_clock::now();
  CHECK(code_of(bomb) == "xml-doctype");
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
  CHECK(code_of("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>") == "xml-doctype");
  CHECK(code_of("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>") == "xml-doctype");
  CHECK(code_of("<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><a/>") == "xml-doctype");
}

TEST_CASE("What is not well-formed is refused with its line") {
  CHECK(code_of("") == "xml-malformed");
  CHECK(code_of("not xml") == "xml-malformed");
  CHECK(code_of("<a><b></a>") == "xml-malformed");
  CHECK(code_of("<a>&unknown;</a>") == "xml-malformed");
  CHECK(code_of("<a>\xC3\x28</a>") == "xml-malformed");
  CHECK(code_of(std::string("<a>\0</a>", 8)) == "xml-malformed");
  CHECK(code_of("<?xml version=\"1.0\" encoding=\"no-such\"?><a/>") == "xml-malformed");
  CHECK(code_of("<x:a/>") == "xml-malformed");
  CHECK(code_of("<a/><b/>") == "xml-malformed");
  CHECK(code_of("<a><b>") == "xml-malformed");
  auto const result = read_xml("<a>\n\n<b x='1' x='2'/></a>", "x.xml");
  REQUIRE(result.findings.size() == 1);
  CHECK(result.findings.front().line == 3);
}

TEST_CASE("Depth, nodes, attributes and size are limited") {
  auto const nested = [](std::size_t depth) {
    std::string out;
    for (std::size_t i = 0; i < depth; ++i) out += "<a>";
    for (std::size_t i = 0; i < depth; ++i) out += "</a>";
    return out;
  };
  CHECK(code_of(nested(proktor::qti::xml_depth_max)) == "");
  CHECK(code_of(nested(proktor::qti::xml_depth_max + 1)) == "xml-too-deep");
  CHECK(code_of(nested(100'000)) == "xml-too-deep");
  std::string many = "<a>";
  for (std::size_t i = 0; i < proktor::qti::xml_nodes_max; ++i) many += "<b/>";
  CHECK(code_of(many + "</a>") == "xml-too-many-nodes");
  std::string wide = "<a";
  for (int i = 0; i < 65; ++i) wide += " a" + std::to_string(i) + "='1'";
  CHECK(code_of(wide + "/>") == "xml-too-many-nodes");
  CHECK(code_of("<a>" + std::string(proktor::qti::xml_document_max_bytes, ' ') + "</a>") == "xml-too-large");
}

TEST_CASE("A start tag of 300,000 attributes is refused before they are compared, and long text is not") {
  std::string wide = "<a";
  for (int i = 0; i < 300'000; ++i) wide += " a" + std::to_string(i) + "='1'";
  auto const start = std::chrono::steady_clock::now();
  CHECK(code_of(wide + "/>") == "xml-too-many-nodes");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  std::string const ruler(60'000, '=');
  std::string tags;
  for (int i = 0; i < 20'000; ++i) tags += "<a b='c'>";
  CHECK(code_of("<a><!-- " + ruler + " -->" + ruler + "<b/><![CDATA[" + tags + "]]></a>") == "");
}

TEST_CASE("Bytes that are not of their encoding are refused without a word on stderr") {
  said = 0;
  xmlSetGenericErrorFunc(nullptr, count_words);
  std::string_view const broken("\xFF\xFE<\0a\0>\0\x00\xD8\x41\0<\0/\0a\0>\0", 18);
  auto const result = read_xml(broken, "a.xml");
  xmlSetGenericErrorFunc(nullptr, nullptr);
  CHECK_FALSE(result.root);
  CHECK(result.findings.size() == 1);
  CHECK(said == 0);
}
