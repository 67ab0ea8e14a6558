#pragma once
// Reads what hangs on a declaration: mapping, area mapping, match and interpolation table. Any thread.
// Source: QTI 3 ASI, "Mapping", "AreaMapping", "MatchTable", "InterpolationTable".

#include "qti/model/declaration.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

Mapping read_mapping(Reader& reader, XmlNode const& node, Declaration const& declaration);
AreaMapping read_area_mapping(Reader& reader, XmlNode const& node);
LookupTable read_table(Reader& reader, XmlNode const& node, Declaration const& declaration);

// One typed value of a text in an attribute or element; error wrong-value-type.
std::optional<Scalar> read_scalar(Reader& reader, XmlNode const& node, BaseType base, std::string_view text);

}  // namespace proktor::qti
