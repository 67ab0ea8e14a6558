#pragma once
// Reads and checks the four playable interactions against the declaration each is bound to.
// Any thread. The walk over the body (body.hpp) has found them; their content is not looked at here.

#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

// node: a playable interaction. Errors: missing-declaration, response-bound-twice, wrong-cardinality,
// wrong-base-type, duplicate-identifier, unknown-choice, no-choices, wrong-match-sets, bad-number,
// bad-boolean, bad-identifier.
Interaction read_interaction(Reader& reader, XmlNode const& node, Item const& item);

}  // namespace proktor::qti
