#pragma once
// Numbers as candidates type them: "3,14", "−5", "1F" in a radix. Pure; any thread. Used by binding.hpp
// alone.

#include "qti/value/binding.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace proktor::qti {

std::optional<double> candidate_float(std::string_view text, BindingPolicy const& policy);
// 32 bits, as the standard says.
std::optional<std::int64_t> candidate_integer(std::string_view text, BindingPolicy const& policy);
// The fields of a number in a text interaction that is bound to a record: stringValue, floatValue,
// integerValue, leftDigits, rightDigits, ndp, nsf, exponent (QTI 2.1 information model, "stringInteraction").
// Only stringValue when it is no number.
Value candidate_number_record(std::string_view text, BindingPolicy const& policy);

}  // namespace proktor::qti
