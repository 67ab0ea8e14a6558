#pragma once
// Values from and to text: the lexical forms of QTI, in packages and results, and JSON for the command line.
// Any thread. A candidate's raw input is read by binding.hpp, which is more patient.

#include "qti/value/value.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti {

// One scalar as a qti-value, qti-base-value or table entry writes it, white space around it ignored except
// for string. integer: 64 bits, optional sign. float: decimal or scientific, INF, -INF; NaN is no value.
// boolean: true, false, 1, 0. point: two integers. pair: two identifiers. duration: seconds, or ISO 8601 as
// TAO writes them. nullopt: it is not of this type.
std::optional<Scalar> scalar_from(BaseType base, std::string_view text);

// The lexical form of QTI: "3.5", "true", "A B", "10 20". Numbers shortest, so that reading gives the same.
std::string to_text(Scalar const& scalar, BaseType base);

// DESIGN 14: single as string, number or boolean; containers as lists; null; pairs "A B", points "x y";
// records as objects.
boost::json::value to_json(Value const& value);

}  // namespace proktor::qti
