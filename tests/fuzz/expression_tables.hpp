#pragma once
// What expressions are grown from: operators with their operands, and the values of attributes, good and bad.

#include <array>
#include <span>
#include <string_view>

namespace proktor::fuzz {

// Operands: b boolean, i integer, n number, s string, p point, d duration, C any container of numbers, R
// record, N numbers or containers of numbers; "*" after one: one to four of it. What it gives: b, i, f.
struct Operator {
  char gives;
  std::string_view element;
  std::string_view operands;
  std::string_view attributes;  // each takes a value from attribute_values
};

constexpr std::array operators{
    Operator{'b', "qti-not", "b", ""},
    Operator{'b', "qti-and", "b*", ""},
    Operator{'b', "qti-or", "b*", ""},
    Operator{'b', "qti-any-n", "b*", "min max"},
    Operator{'b', "qti-is-null", "C", ""},
    Operator{'b', "qti-is-null", "s", ""},
    Operator{'b', "qti-match", "nn", ""},
    Operator{'b', "qti-match", "CC", ""},
    Operator{'b', "qti-match", "ss", ""},
    Operator{'b', "qti-member", "fC", ""},
    Operator{'b', "qti-contains", "CC", ""},
    Operator{'b', "qti-substring", "ss", "case-sensitive"},
    Operator{'b', "qti-string-match", "ss", "case-sensitive substring"},
    Operator{'b', "qti-pattern-match", "s", "pattern"},
    Operator{'b', "qti-equal", "nn", "tolerance-mode tolerance include-lower-bound include-upper-bound"},
    Operator{'b', "qti-equal-rounded", "nn", "rounding-mode figures"},
    Operator{'b', "qti-inside", "p", "shape coords"},
    Operator{'b', "qti-lt", "nn", ""},
    Operator{'b', "qti-gt", "nn", ""},
    Operator{'b', "qti-lte", "nn", ""},
    Operator{'b', "qti-gte", "nn", ""},
    Operator{'b', "qti-duration-lt", "dd", ""},
    Operator{'b', "qti-duration-gte", "dd", ""},
    Operator{'b', "qti-custom-operator", "s", "class"},
    Operator{'i', "qti-container-size", "C", ""},
    Operator{'i', "qti-random-integer", "", "min max step"},
    Operator{'i', "qti-integer-divide", "ii", ""},
    Operator{'i', "qti-integer-modulus", "ii", ""},
    Operator{'i', "qti-truncate", "n", ""},
    Operator{'i', "qti-round", "n", ""},
    Operator{'i', "qti-gcd", "i*", ""},
    Operator{'i', "qti-lcm", "i*", ""},
    Operator{'i', "qti-sum", "i*", ""},
    Operator{'i', "qti-product", "i*", ""},
    Operator{'i', "qti-subtract", "ii", ""},
    Operator{'i', "qti-max", "i*", ""},
    Operator{'i', "qti-number-correct", "", "include-category"},
    Operator{'i', "qti-number-incorrect", "", "section-identifier"},
    Operator{'i', "qti-number-responded", "", "exclude-category"},
    Operator{'i', "qti-number-presented", "", ""},
    Operator{'i', "qti-number-selected", "", ""},
    Operator{'f', "qti-sum", "N*", ""},
    Operator{'f', "qti-product", "N*", ""},
    Operator{'f', "qti-subtract", "nn", ""},
    Operator{'f', "qti-divide", "nn", ""},
    Operator{'f', "qti-power", "nn", ""},
    Operator{'f', "qti-max", "N*", ""},
    Operator{'f', "qti-min", "N*", ""},
    Operator{'f', "qti-integer-to-float", "i", ""},
    Operator{'f', "qti-round-to", "n", "rounding-mode figures"},
    Operator{'f', "qti-math-operator", "n", "name"},
    Operator{'f', "qti-math-operator", "nn", "name"},
    Operator{'f', "qti-stats-operator", "C", "name"},
    Operator{'f', "qti-math-constant", "", "name"},
    Operator{'f', "qti-random-float", "", "min max"},
    Operator{'f', "qti-map-response", "", "identifier"},
    Operator{'f', "qti-map-response-point", "", "identifier"},
    Operator{'f', "qti-field-value", "R", "field-identifier"},
    Operator{'f', "qti-index", "O", "n"},
    Operator{'f', "qti-random", "C", ""},
    Operator{'f', "qti-sum", "T", ""},
};

struct AttributeValues {
  std::string_view name;
  std::span<std::string_view const> values;
};

constexpr std::string_view numbers[] = {"0",
                                        "1",
                                        "2",
                                        "3",
                                        "-1",
                                        "5",
                                        "0.5",
                                        "1e300",
                                        "-7",
                                        "1000",
                                        "2147483647",
                                        "-9223372036854775808",
                                        "single_integer",
                                        "single_float",
                                        "",
                                        "x"};
constexpr std::string_view booleans[] = {"true", "false", "1", "x"};
constexpr std::string_view names[] = {
    "sin",      "cos",         "tan",       "sec",       "csc",  "cot",
    "asin",     "acos",        "atan",      "atan2",     "asec", "acsc",
    "acot",     "sinh",        "cosh",      "tanh",      "sech", "csch",
    "coth",     "log",         "ln",        "exp",       "abs",  "signum",
    "floor",    "ceil",        "toDegrees", "toRadians", "mean", "sampleVariance",
    "sampleSD", "popVariance", "popSD",     "pi",        "e",    "x"};
constexpr std::string_view identifiers[] = {"single_identifier",
                                            "multiple_identifier",
                                            "multiple_directedPair",
                                            "multiple_pair",
                                            "ordered_string",
                                            "single_point",
                                            "multiple_point",
                                            "single_float",
                                            "multiple_integer",
                                            "record_",
                                            "nothing"};
constexpr std::string_view patterns[] = {
    "a*", "[a-z-[aeiou]]+", "\\d{1,3}(,\\d+)?", "^a.*z$", "(a|b)*c", "[", "\\w+"};
constexpr std::string_view modes[] = {"exact", "absolute", "relative", "significantFigures", "decimalPlaces"};
constexpr std::string_view coordinates[] = {"0,0,10",    "0,0,10,20", "0,0,10,0,5,10", "1,2",
                                            "5,5,5,5,5", "",          "0,0,-3",        "10,10,0,0"};
constexpr std::string_view shapes[] = {"circle", "rect", "poly", "ellipse", "default", "x"};
constexpr std::string_view tolerances[] = {"0", "1", "0.1 0.2", "10 10", "-1", "single_float", "x"};
constexpr std::string_view fields[] = {"a", "b", "c", "d"};
constexpr AttributeValues attribute_values[] = {
    {"min", numbers},
    {"max", numbers},
    {"step", numbers},
    {"n", numbers},
    {"figures", numbers},
    {"number-repeats", numbers},
    {"case-sensitive", booleans},
    {"substring", booleans},
    {"include-lower-bound", booleans},
    {"include-upper-bound", booleans},
    {"name", names},
    {"identifier", identifiers},
    {"pattern", patterns},
    {"tolerance-mode", modes},
    {"rounding-mode", modes},
    {"tolerance", tolerances},
    {"coords", coordinates},
    {"shape", shapes},
    {"field-identifier", fields},
    {"include-category", fields},
    {"exclude-category", fields},
    {"section-identifier", fields},
    {"class", fields},
};

}  // namespace proktor::fuzz
