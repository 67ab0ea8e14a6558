#pragma once
// A single number while it is computed: integer, float, or nothing (NULL). What is outside its value set
// becomes nothing: an integer that overflows, NaN. Pure; any thread.

#include "qti/value/text.hpp"
#include "qti/value/value.hpp"

#include <cmath>
#include <cstdint>
#include <optional>

namespace proktor::qti {

class Number {
 public:
  Number() = default;
  static Number of(std::int64_t whole) { return Number(Kind::integer, whole, 0); }
  static Number of(double real) { return std::isnan(real) ? Number() : Number(Kind::floating, 0, real); }
  // A string that is written as a number is one: items compare what was typed with numbers.
  static Number of(Scalar const& scalar) {
    if (auto const* whole = std::get_if<std::int64_t>(&scalar)) return of(*whole);
    if (auto const* real = std::get_if<double>(&scalar)) return of(*real);
    auto const* text = std::get_if<std::string>(&scalar);
    return text != nullptr ? of_text(*text) : Number();
  }
  static Number of_text(std::string_view text) {
    if (auto const whole = scalar_from(BaseType::integer, text)) return of(*whole);
    auto const real = scalar_from(BaseType::floating, text);
    return real ? of(*real) : Number();
  }
  // The whole number that a double without fraction is; nothing when it does not fit into 64 bits.
  static Number whole(double real) {
    constexpr double limit = 9223372036854775808.0;  // 2^63
    return real >= -limit && real < limit ? of(static_cast<std::int64_t>(real)) : Number();
  }

  bool is_null() const { return kind_ == Kind::none; }
  bool is_integer() const { return kind_ == Kind::integer; }
  std::int64_t integer() const { return integer_; }  // only when is_integer()
  double real() const { return is_integer() ? static_cast<double>(integer_) : real_; }

  Value value() const {
    if (is_null()) return {};
    return is_integer() ? Value::integer(integer_) : Value::floating(real_);
  }

 private:
  enum class Kind { none, integer, floating };
  Number(Kind kind, std::int64_t integer, double real) : kind_(kind), integer_(integer), real_(real) {}

  Kind kind_ = Kind::none;
  std::int64_t integer_ = 0;
  double real_ = 0;
};

// -1, 0, 1; both must not be NULL. Exact also between large integers and floats.
int compare(Number left, Number right);

}  // namespace proktor::qti
