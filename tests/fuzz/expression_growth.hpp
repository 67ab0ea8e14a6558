#pragma once
// Grows an expression from bytes: an operator that gives the type asked for, operands of the types it takes,
// now and then something else, so that both evaluation and refusal are reached. One thread.

#include "tests/fuzz/entries.hpp"

#include "qti/model/xml.hpp"
#include "qti/value/type.hpp"

#include <string>

namespace proktor::fuzz {

struct Kind {
  qti::Cardinality cardinality = qti::Cardinality::single;
  qti::BaseType base = qti::BaseType::boolean;
};

// The variable of a kind: "single_float", "ordered_point", "record_".
std::string variable_name(Kind kind);

qti::XmlNode grow(Choices& choices, Kind wanted, int depth);

}  // namespace proktor::fuzz
