#pragma once
// The door for QTI 2.0, 2.1 and 2.2: after XML parsing a document is renamed to QTI 3.0, so that nothing
// behind it knows two dialects. Element and attribute names change (QTI 3.0 ASI, "Migration from 2.x"),
// values do not but for those said in qti2.cpp; HTML, MathML and other namespaces stay as they are, line
// numbers too. Any thread. Judges nothing: a name that QTI 2.x does not have stays as written, and its reader
// refuses it.

#include "qti/model/xml.hpp"

#include <string>
#include <string_view>

namespace proktor::qti {

struct Reader;

// Reads a QTI document of any version: read_xml, then upgrade. Everything that reads QTI (items, tests,
// sections, stimuli, fragments, templates in files) comes in here.
XmlResult read_qti(std::string_view bytes, std::string_view file);

// Renames a 2.x tree in place; false when the tree is not QTI 2.x (then untouched). Findings: qti2-read
// (info), namespace-missing, qti2-hint (warnings).
bool upgrade(XmlNode& root, Reader& reader);

// "responseElseIf" is "response-else-if", "durationLT" is "duration-lt".
std::string kebab(std::string_view camel);

}  // namespace proktor::qti
