#pragma once
// Which responses an interaction may be bound to (QTI 3 ASI, each interaction's "response-identifier"), and
// whether the keys of a response name what its interaction has. Any thread.

#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

// Whether a response of this type may be bound; base counts for nothing in a record.
bool may_bind(InteractionKind kind, Cardinality cardinality, BaseType base);

// Errors: wrong-base-type, wrong-cardinality.
void check_binding(Reader& reader, Interaction const& interaction, Declaration const& declaration);

// Errors: unknown-choice (correct response or mapping); warning pair-order (the gap or column is named first,
// as no candidate can answer).
void check_keys(Reader& reader, Interaction const& interaction, Declaration const& declaration);

// Error unknown-variable: a choice shows by what is no template variable.
void check_templates(Reader& reader, Interaction const& interaction, Item const& item);

}  // namespace proktor::qti
