// The 64 expressions of QTI 3: element, how it is made, how many operands it takes, which attributes it has.

#include "qti/expression/elements.hpp"

namespace proktor::qti {
namespace {

constexpr std::size_t many = any_number;
constexpr std::string_view subset = "section-identifier include-category exclude-category";
constexpr std::string_view of_outcome =
    "section-identifier include-category exclude-category outcome-identifier weight-identifier";

constexpr std::array<ExpressionElement, 64> elements{{
    {"qti-base-value", make::base_value, 0, 0, "base-type"},
    {"qti-variable", make::variable, 0, 0, "identifier weight-identifier"},
    {"qti-match", make::match, 2, 2, ""},
    {"qti-correct", make::correct, 0, 0, "identifier"},
    {"qti-map-response", make::map_response, 0, 0, "identifier"},
    {"qti-map-response-point", make::map_response_point, 0, 0, "identifier"},
    {"qti-default", make::default_value, 0, 0, "identifier"},
    {"qti-math-constant", make::math_constant, 0, 0, "name"},
    {"qti-null", make::nothing, 0, 0, ""},
    {"qti-random-integer", make::random_integer, 0, 0, "min max step"},
    {"qti-random-float", make::random_float, 0, 0, "min max"},
    {"qti-test-variables", make::test_variables, 0, 0,
     "section-identifier include-category exclude-category variable-identifier weight-identifier base-type",
     true},
    {"qti-outcome-maximum", make::outcome_maximum, 0, 0, of_outcome, true},
    {"qti-outcome-minimum", make::outcome_minimum, 0, 0, of_outcome, true},
    {"qti-number-correct", make::number_correct, 0, 0, subset, true},
    {"qti-number-incorrect", make::number_incorrect, 0, 0, subset, true},
    {"qti-number-responded", make::number_responded, 0, 0, subset, true},
    {"qti-number-presented", make::number_presented, 0, 0, subset, true},
    {"qti-number-selected", make::number_selected, 0, 0, subset, true},
    {"qti-multiple", make::multiple, 0, many, ""},
    {"qti-ordered", make::ordered, 0, many, ""},
    {"qti-container-size", make::container_size, 1, 1, ""},
    {"qti-is-null", make::is_null, 1, 1, ""},
    {"qti-index", make::index, 1, 1, "n"},
    {"qti-field-value", make::field_value, 1, 1, "field-identifier"},
    {"qti-random", make::random, 1, 1, ""},
    {"qti-member", make::member, 2, 2, ""},
    {"qti-delete", make::remove, 2, 2, ""},
    {"qti-contains", make::contains, 2, 2, ""},
    {"qti-substring", make::substring, 2, 2, "case-sensitive"},
    {"qti-not", make::negation, 1, 1, ""},
    {"qti-and", make::conjunction, 1, many, ""},
    {"qti-or", make::disjunction, 1, many, ""},
    {"qti-any-n", make::any_n, 1, many, "min max"},
    {"qti-string-match", make::string_match, 2, 2, "case-sensitive substring"},
    {"qti-pattern-match", make::pattern_match, 1, 1, "pattern"},
    {"qti-equal", make::equal, 2, 2, "tolerance-mode tolerance include-lower-bound include-upper-bound"},
    {"qti-equal-rounded", make::equal_rounded, 2, 2, "rounding-mode figures"},
    {"qti-inside", make::inside, 1, 1, "shape coords"},
    {"qti-lt", make::lt, 2, 2, ""},
    {"qti-gt", make::gt, 2, 2, ""},
    {"qti-lte", make::lte, 2, 2, ""},
    {"qti-gte", make::gte, 2, 2, ""},
    {"qti-duration-lt", make::duration_lt, 2, 2, ""},
    {"qti-duration-gte", make::duration_gte, 2, 2, ""},
    {"qti-sum", make::sum, 1, many, ""},
    {"qti-product", make::product, 1, many, ""},
    {"qti-subtract", make::subtract, 2, 2, ""},
    {"qti-divide", make::divide, 2, 2, ""},
    {"qti-power", make::power, 2, 2, ""},
    {"qti-integer-divide", make::integer_divide, 2, 2, ""},
    {"qti-integer-modulus", make::integer_modulus, 2, 2, ""},
    {"qti-truncate", make::truncate, 1, 1, ""},
    {"qti-round", make::round, 1, 1, ""},
    {"qti-integer-to-float", make::integer_to_float, 1, 1, ""},
    {"qti-custom-operator", make::custom_operator, 0, many, "class definition"},
    {"qti-math-operator", make::math_operator, 1, many, "name"},
    {"qti-stats-operator", make::stats_operator, 1, 1, "name"},
    {"qti-round-to", make::round_to, 1, 1, "rounding-mode figures"},
    {"qti-max", make::maximum, 1, many, ""},
    {"qti-min", make::minimum, 1, many, ""},
    {"qti-gcd", make::gcd, 1, many, ""},
    {"qti-lcm", make::lcm, 1, many, ""},
    {"qti-repeat", make::repeat, 1, many, "number-repeats"},
}};

}  // namespace

std::span<ExpressionElement const> expression_elements() {
  return elements;
}

}  // namespace proktor::qti
