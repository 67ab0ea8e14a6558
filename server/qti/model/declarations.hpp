#pragma once
// Reads and checks response and outcome declarations, and what response processing refers to.
// Any thread. Evaluates nothing.

#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

// Errors: bad-identifier, wrong-cardinality, wrong-base-type, expected-qti-value, wrong-value-type.
Declaration read_declaration(Reader& reader, XmlNode const& node);

// Names unknown elements, undeclared variables, and correct responses that are asked for but not given.
void check_processing(Reader& reader, XmlNode const& processing, Item const& item);

}  // namespace proktor::qti
