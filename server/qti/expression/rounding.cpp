#include "qti/expression/rounding.hpp"

#include <algorithm>
#include <charconv>

namespace proktor::qti {
namespace {

constexpr std::int64_t figures_kept = 400;  // more than any double has, before or after its point

// value = 0.DIGITS * 10^exponent, the shortest digits that give it back.
struct Decimal {
  std::string digits;
  std::int64_t exponent = 0;
};

Decimal decimal_of(double magnitude) {
  std::array<char, 40> text{};
  auto const [end, code] =
      std::to_chars(text.data(), text.data() + text.size(), magnitude, std::chars_format::scientific);
  std::string_view const whole(text.data(), static_cast<std::size_t>(end - text.data()));
  auto const e = whole.find('e');
  Decimal decimal;
  std::ranges::copy_if(whole.substr(0, e), std::back_inserter(decimal.digits),
                       [](char c) { return c != '.'; });
  auto const* power = whole.data() + e + 1;
  std::from_chars(*power == '+' ? power + 1 : power, end, decimal.exponent);
  ++decimal.exponent;
  return decimal;
}

void keep(Decimal& decimal, std::int64_t count) {
  auto const size = static_cast<std::int64_t>(decimal.digits.size());
  if (count >= size) return;
  auto const up = count >= 0 && decimal.digits[static_cast<std::size_t>(count)] >= '5';
  decimal.digits.resize(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  if (!up) return;
  auto at = decimal.digits.rbegin();
  while (at != decimal.digits.rend() && *at == '9') *at++ = '0';
  if (at != decimal.digits.rend()) {
    ++*at;
    return;
  }
  decimal.digits.insert(decimal.digits.begin(), '1');
  ++decimal.exponent;
}

}  // namespace

Number round_to(double value, RoundingMode mode, std::int64_t figures) {
  if (figures < (mode == RoundingMode::significant_figures ? 1 : 0)) return {};
  if (!std::isfinite(value) || value == 0) return Number::of(value);
  auto decimal = decimal_of(std::fabs(value));
  figures = std::min(figures, figures_kept);
  keep(decimal, mode == RoundingMode::significant_figures ? figures : decimal.exponent + figures);
  auto const text =
      "0." + (decimal.digits.empty() ? "0" : decimal.digits) + "e" + std::to_string(decimal.exponent);
  double rounded = 0;
  auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), rounded);
  if (code != std::errc{}) return {};
  return Number::of(rounded == 0 ? 0.0 : std::copysign(rounded, value));
}

std::optional<Rounding> Rounding::read(Call& call) {
  constexpr std::array<std::string_view, 2> words{"significantFigures", "decimalPlaces"};
  auto const mode = call.choice("rounding-mode", words, 0);
  auto const figures = call.integer("figures", std::nullopt);
  if (!mode || !figures) return std::nullopt;
  Rounding rounding;
  rounding.mode_ = *mode == 0 ? RoundingMode::significant_figures : RoundingMode::decimal_places;
  rounding.figures_ = *figures;
  if (figures->is_constant() && round_to(0, rounding.mode_, figures->constant().integer()).is_null()) {
    call.refuse("bad-attribute",
                "figures=\"" + std::to_string(figures->constant().integer()) + "\" is too small");
    return std::nullopt;
  }
  return rounding;
}

Number Rounding::operator()(Scope const& scope, Number number) const {
  auto const figures = figures_.integer(scope);
  if (number.is_null() || !figures) return {};
  return round_to(number.real(), mode_, *figures);
}

}  // namespace proktor::qti
