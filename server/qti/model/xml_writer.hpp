#pragma once
// Writes an XmlNode tree as a document, the same bytes for the same tree: for scoring entries. Any thread.
// Keeps QTI, HTML and MathML; elements and prefixed attributes of other namespaces (but xml:) are left out,
// since a tree does not hold their names. Text stays to the byte.

#include "qti/model/xml.hpp"

#include <string>

namespace proktor::qti {

// root: an element of QTI 3.0 (or without a namespace, then of QTI 3.0 from now on). Ends with a line feed.
std::string write_xml(XmlNode const& root);

}  // namespace proktor::qti
