#pragma once
// Reads and checks the interactions that are supported, against the declaration each is bound to.
// Any thread. The walk over the body (body.hpp) has found them; their content is not looked at here.

#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

constexpr std::size_t choices_max = 1'000;  // of one interaction

// node: an interaction that is_supported. Errors: those of binding_rules.hpp and area.hpp;
// missing-declaration, response-bound-twice, duplicate-identifier, no-choices, too-many-choices,
// wrong-match-sets, bad-number, bad-boolean, bad-identifier, bad-limits, bad-slider, bad-pattern, no-image,
// no-media, no-title, unknown-match-group (warning).
Interaction read_interaction(Reader& reader, XmlNode const& node, Item const& item);

}  // namespace proktor::qti
