#include "qti/model/xml_writer.hpp"

#include <string_view>

namespace proktor::qti {
namespace {

constexpr std::string_view qti3_uri = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0";
constexpr std::string_view mathml_uri = "http://www.w3.org/1998/Math/MathML";

// White space in an attribute is written by number, or reading would make it a space.
void append_escaped(std::string_view text, bool attribute, std::string& out) {
  for (char const c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '\r') {
      out += "&#13;";
    } else if (attribute && c == '"') {
      out += "&quot;";
    } else if (attribute && c == '\n') {
      out += "&#10;";
    } else if (attribute && c == '\t') {
      out += "&#9;";
    } else {
      out.push_back(c);
    }
  }
}

bool is_kept(XmlAttribute const& attribute) {
  return attribute.name.find(':') == std::string::npos || attribute.name.starts_with("xml:");
}

void append_attribute(std::string_view name, std::string_view value, std::string& out) {
  out.append(" ").append(name).append("=\"");
  append_escaped(value, true, out);
  out.push_back('"');
}

// `around` is the namespace in force; depth is bounded by the reader of the tree.
void append_node(XmlNode const& node, std::string_view around, std::string& out) {
  if (node.is_text) return append_escaped(node.text, false, out);
  if (node.space == XmlSpace::other) return;
  auto const uri = node.space == XmlSpace::mathml ? mathml_uri : qti3_uri;
  out.append("<").append(node.name);
  if (uri != around) append_attribute("xmlns", uri, out);
  for (auto const& attribute : node.attributes) {
    if (is_kept(attribute)) append_attribute(attribute.name, attribute.value, out);
  }
  if (node.children.empty()) {
    out += "/>";
    return;
  }
  out += ">";
  for (auto const& child : node.children) append_node(child, uri, out);
  out.append("</").append(node.name).append(">");
}

}  // namespace

std::string write_xml(XmlNode const& root) {
  std::string out;
  append_node(root, {}, out);
  out.push_back('\n');
  return out;
}

}  // namespace proktor::qti
