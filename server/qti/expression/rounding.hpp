#pragma once
// Rounding to figures as people do it: on the decimal digits of the number, 5 goes away from zero (QTI 3 ASI,
// "RoundTo": the deciding digit). 1.005 to two places is 1.01, whatever its binary form. Pure; any thread.

#include "qti/expression/compiler.hpp"

#include <cstdint>

namespace proktor::qti {

enum class RoundingMode { significant_figures, decimal_places };

// NULL when `figures` is out of range: below 1 significant figure or below 0 places.
Number round_to(double value, RoundingMode mode, std::int64_t figures);

// The attributes rounding-mode and figures.
class Rounding {
 public:
  static std::optional<Rounding> read(Call& call);
  Number operator()(Scope const& scope, Number number) const;

 private:
  RoundingMode mode_ = RoundingMode::significant_figures;
  NumberOrVariable figures_;
};

}  // namespace proktor::qti
