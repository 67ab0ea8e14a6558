#pragma once
// An XML document as an immutable tree, read from bytes that are not trusted.
// DOCTYPE is refused before anything in it is read, nothing is fetched, size, depth and node count are
// limited. Comments and processing instructions are dropped; CDATA is text; line numbers are kept. Any thread
// (libxml2 is used without globals). Knows no QTI.

#include "qti/model/finding.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

constexpr std::size_t xml_document_max_bytes = 4 * 1024 * 1024;
constexpr std::size_t xml_depth_max = 100;
constexpr std::size_t xml_nodes_max = 200'000;
constexpr std::size_t xml_attributes_max = 64;  // of one element

enum class XmlSpace { none, qti3, qti2, manifest3, manifest2, mathml, other };

struct XmlAttribute {
  std::string name;  // as written, prefix included: "href", "xml:lang", "xlink:href"
  std::string value;
};

struct XmlNode {
  bool is_text = false;
  XmlSpace space = XmlSpace::none;
  int line = 0;      // where the start tag ends
  std::string name;  // local name of an element
  std::string text;  // of a text node, UTF-8
  std::vector<XmlAttribute> attributes;
  std::vector<XmlNode> children;

  // The value of an attribute, or nullopt.
  std::optional<std::string_view> attribute(std::string_view attribute_name) const;
  // The value, or `fallback` when there is no such attribute.
  std::string_view attribute_or(std::string_view attribute_name, std::string_view fallback) const;
  // The first child element of this name, or nullptr.
  XmlNode const* child(std::string_view element_name) const;
  // All text below, joined.
  std::string all_text() const;
};

struct XmlResult {
  std::optional<XmlNode> root;
  Findings findings;  // exactly one error when there is no root
};

// Reads a whole document. `file` is only named in findings.
// Errors (codes): xml-too-large, xml-doctype, xml-too-deep, xml-too-many-nodes, xml-malformed.
XmlResult read_xml(std::string_view bytes, std::string_view file);

}  // namespace proktor::qti
