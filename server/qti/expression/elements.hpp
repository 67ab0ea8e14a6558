#pragma once
// How each expression of QTI is made from its element, by family. Used by expression_table.cpp alone.

#include "qti/expression/compiler.hpp"

namespace proktor::qti::make {

// leaves.cpp
NodePtr base_value(Call& call);
NodePtr variable(Call& call);
NodePtr default_value(Call& call);
NodePtr correct(Call& call);
NodePtr nothing(Call& call);
NodePtr math_constant(Call& call);
NodePtr random_integer(Call& call);
NodePtr random_float(Call& call);
NodePtr custom_operator(Call& call);
// mapping.cpp
NodePtr map_response(Call& call);
NodePtr map_response_point(Call& call);
NodePtr inside(Call& call);
// test_expressions.cpp
NodePtr test_variables(Call& call);
NodePtr outcome_maximum(Call& call);
NodePtr outcome_minimum(Call& call);
NodePtr number_correct(Call& call);
NodePtr number_incorrect(Call& call);
NodePtr number_responded(Call& call);
NodePtr number_presented(Call& call);
NodePtr number_selected(Call& call);
// containers.cpp
NodePtr multiple(Call& call);
NodePtr ordered(Call& call);
NodePtr repeat(Call& call);
NodePtr remove(Call& call);
NodePtr container_size(Call& call);
NodePtr index(Call& call);
NodePtr field_value(Call& call);
NodePtr random(Call& call);
// logic.cpp
NodePtr is_null(Call& call);
NodePtr negation(Call& call);
NodePtr conjunction(Call& call);
NodePtr disjunction(Call& call);
NodePtr any_n(Call& call);
// comparison.cpp
NodePtr match(Call& call);
NodePtr member(Call& call);
NodePtr contains(Call& call);
NodePtr string_match(Call& call);
NodePtr substring(Call& call);
NodePtr pattern_match(Call& call);
// numeric_comparison.cpp
NodePtr equal(Call& call);
NodePtr equal_rounded(Call& call);
NodePtr lt(Call& call);
NodePtr gt(Call& call);
NodePtr lte(Call& call);
NodePtr gte(Call& call);
NodePtr duration_lt(Call& call);
NodePtr duration_gte(Call& call);
// arithmetic.cpp
NodePtr subtract(Call& call);
NodePtr divide(Call& call);
NodePtr power(Call& call);
NodePtr integer_divide(Call& call);
NodePtr integer_modulus(Call& call);
NodePtr truncate(Call& call);
NodePtr round(Call& call);
NodePtr integer_to_float(Call& call);
NodePtr round_to(Call& call);
// aggregates.cpp
NodePtr sum(Call& call);
NodePtr product(Call& call);
NodePtr maximum(Call& call);
NodePtr minimum(Call& call);
NodePtr gcd(Call& call);
NodePtr lcm(Call& call);
NodePtr stats_operator(Call& call);
// math_operator.cpp
NodePtr math_operator(Call& call);

}  // namespace proktor::qti::make
