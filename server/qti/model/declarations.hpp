#pragma once
// Reads and checks the declaration of a variable: values are typed here, once (QTI 3 ASI, "Variable declarations").
// Any thread. Evaluates nothing; whether processing uses it well is asked in scoring/item_program.hpp.

#include "qti/model/declaration.hpp"
#include "qti/model/reader.hpp"

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace proktor::qti {

// node: qti-response-declaration, qti-outcome-declaration, qti-template-declaration or qti-context-declaration.
// Errors: bad-identifier, wrong-cardinality, wrong-base-type, expected-qti-value, wrong-value-type, bad-number,
// bad-boolean, bad-shape, bad-coords, unknown-element, unknown-attribute (in mappings and tables; a warning elsewhere).
// A correct response of several values for a single variable is a warning wrong-cardinality and cannot be used.
Declaration read_declaration(Reader& reader, XmlNode const& node);

// A finite or infinite number of an attribute; nullopt when it is absent. Error bad-number.
std::optional<double> read_number(Reader& reader, XmlNode const& node, std::string_view attribute);

// Attributes that are not in the list. Names with a prefix and data-* are nobody's business here.
std::vector<XmlAttribute const*> unknown_attributes(XmlNode const& node,
                                                    std::initializer_list<std::string_view> known);
// Error unknown-attribute for each of them.
void check_attributes(Reader& reader, XmlNode const& node, std::initializer_list<std::string_view> known);

}  // namespace proktor::qti
