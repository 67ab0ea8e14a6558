#pragma once
// Reads and checks the declaration of a variable: values are typed here, once (QTI 3 ASI, "Variable declarations").
// Any thread. Evaluates nothing; whether processing uses it well is asked in scoring/item_program.hpp.

#include "qti/model/declaration.hpp"
#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

// node: qti-response-declaration, qti-outcome-declaration, qti-template-declaration or qti-context-declaration.
// Errors: bad-identifier, wrong-cardinality, wrong-base-type, expected-qti-value, wrong-value-type, bad-number,
// bad-boolean, bad-coords, unknown-element, unknown-attribute.
Declaration read_declaration(Reader& reader, XmlNode const& node);

// A finite or infinite number of an attribute; nullopt when it is absent. Error bad-number.
std::optional<double> read_number(Reader& reader, XmlNode const& node, std::string_view attribute);

// Error unknown-attribute for every attribute that is not in the list. Names with a prefix and data-* are nobody's
// business here.
void check_attributes(Reader& reader, XmlNode const& node, std::initializer_list<std::string_view> known);

// Names unknown elements, undeclared variables, and correct responses that are asked for but not given.
void check_processing(Reader& reader, XmlNode const& processing, Item const& item);

}  // namespace proktor::qti
