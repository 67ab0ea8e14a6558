#pragma once
// A candidate's raw input becomes a response value (QTI 3 ASI, "Response binding"; docs/qti-binding.md). Any
// thread. Whether the value keeps to the limits of its interaction is not asked here (scoring/validity.hpp
// does).

#include "qti/value/value.hpp"

#include <boost/json/value.hpp>

#include <cstddef>

namespace proktor::qti {

// What Indonesian pupils type is "3,14". comma: one comma or one point is the decimal sign, and a number with
// thousands points ("1.234,5", "1.234.567") is refused, never guessed. point: QTI's own form only.
enum class DecimalPolicy { comma, point };

struct BindingPolicy {
  DecimalPolicy decimal = DecimalPolicy::comma;
  int radix = 10;  // of integers: the attribute base of a text interaction, 2 to 36
};

constexpr std::size_t binding_members_max = 1'000;         // of one container or record
constexpr std::size_t binding_file_max_bytes = 6'000'000;  // of one file, as base64

struct Bound {
  Value value;        // of the declared type; NULL when nothing was given or nothing could be bound
  bool valid = true;  // false: something was given that is no value of the type
};

// input: string, number or boolean for single, list for containers, null for none, object for records and
// files
// ({"name", "type", "data"}); a text bound to a record gives the numeric fields of a text interaction. A
// container with one member that does not fit is NULL and not valid.
Bound bind(boost::json::value const& input, Cardinality cardinality, BaseType base, BindingPolicy policy);

}  // namespace proktor::qti
