#include "qti/value/candidate_number.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace proktor::qti {
namespace {

constexpr std::string_view minus_sign = "\xE2\x88\x92";  // U+2212, what some keyboards give for "-"
constexpr std::size_t number_max_bytes = 400;            // longer than any number a double can tell apart
constexpr std::int64_t exponent_kept_max = 9'999;

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

struct Decimal {
  bool negative = false;
  bool has_point = false;
  std::string_view left, right;  // digits
  std::optional<std::string_view> exponent;
};

std::string_view take_digits(std::string_view& text) {
  auto const digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  text.remove_prefix(digits.size());
  return digits;
}

bool take_sign(std::string_view& text) {
  bool const negative = text.starts_with('-') || text.starts_with(minus_sign);
  if (negative) {
    text.remove_prefix(text.front() == '-' ? 1 : minus_sign.size());
  } else if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return negative;
}

// [sign] digits [sign of decimals digits] [e [sign] digits]; a second comma or point does not fit anywhere.
std::optional<Decimal> split(std::string_view text, DecimalPolicy policy) {
  text = trimmed(text);
  if (text.size() > number_max_bytes) return std::nullopt;
  Decimal decimal;
  decimal.negative = take_sign(text);
  decimal.left = take_digits(text);
  decimal.has_point = text.starts_with('.') || (policy == DecimalPolicy::comma && text.starts_with(','));
  if (decimal.has_point) {
    text.remove_prefix(1);
    decimal.right = take_digits(text);
  }
  if (decimal.left.empty() && decimal.right.empty()) return std::nullopt;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    auto const all = text;
    take_sign(text);
    if (take_digits(text).empty()) return std::nullopt;
    decimal.exponent = all.substr(0, all.size() - text.size());
  }
  if (!text.empty()) return std::nullopt;
  return decimal;
}

std::optional<double> number_of(Decimal const& decimal) {
  std::string plain = decimal.negative ? "-" : "";
  plain.append(decimal.left.empty() ? "0" : decimal.left).append(".").append(decimal.right).append("0");
  if (auto exponent = decimal.exponent) {
    bool const negative = take_sign(*exponent);
    plain.append(negative ? "e-" : "e").append(*exponent);
  }
  double value = 0;
  auto const [at, code] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (code != std::errc{} || at != plain.data() + plain.size()) return std::nullopt;
  return value;
}

std::int64_t count(std::string_view digits) {
  return static_cast<std::int64_t>(digits.size());
}

std::int64_t significant(Decimal const& decimal) {
  std::string digits(decimal.left);
  digits.append(decimal.right);
  auto const first = digits.find_first_not_of('0');
  return first == std::string::npos ? 1 : static_cast<std::int64_t>(digits.size() - first);
}

std::int64_t exponent_of(std::string_view text) {
  bool const negative = take_sign(text);
  std::int64_t value = 0;
  auto const [at, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || value > exponent_kept_max) value = exponent_kept_max;
  return negative ? -value : value;
}

}  // namespace

std::optional<double> candidate_float(std::string_view text, BindingPolicy const& policy) {
  auto const decimal = split(text, policy.decimal);
  return decimal ? number_of(*decimal) : std::nullopt;
}

std::optional<std::int64_t> candidate_integer(std::string_view text, BindingPolicy const& policy) {
  text = trimmed(text);
  bool const negative = take_sign(text);
  if (text.empty() || text.front() == '-') return std::nullopt;
  std::int64_t value = 0;
  auto const [at, code] = std::from_chars(text.data(), text.data() + text.size(), value, policy.radix);
  if (code != std::errc{} || at != text.data() + text.size()) return std::nullopt;
  if (negative) value = -value;
  using Limits = std::numeric_limits<std::int32_t>;
  return value >= Limits::min() && value <= Limits::max() ? std::optional(value) : std::nullopt;
}

Value candidate_number_record(std::string_view text, BindingPolicy const& policy) {
  std::vector<Field> fields{{"stringValue", Value::string(std::string(text))}};
  // Digits of another radix have no point, so only the integer is told.
  if (policy.radix != 10) {
    auto const whole = candidate_integer(text, policy);
    if (!whole) return Value::record(std::move(fields));
    fields.push_back({"floatValue", Value::floating(static_cast<double>(*whole))});
    fields.push_back({"integerValue", Value::integer(*whole)});
    return Value::record(std::move(fields));
  }
  auto const decimal = split(text, policy.decimal);
  auto const number = decimal ? number_of(*decimal) : std::nullopt;
  if (!number) return Value::record(std::move(fields));
  fields.push_back({"floatValue", Value::floating(*number)});
  if (!decimal->has_point && !decimal->exponent) {
    if (auto const whole = candidate_integer(text, policy)) {
      fields.push_back({"integerValue", Value::integer(*whole)});
    }
  }
  std::int64_t const exponent = decimal->exponent ? exponent_of(*decimal->exponent) : 0;
  fields.push_back({"leftDigits", Value::integer(count(decimal->left))});
  fields.push_back({"rightDigits", Value::integer(count(decimal->right))});
  fields.push_back({"ndp", Value::integer(std::max<std::int64_t>(0, count(decimal->right) - exponent))});
  fields.push_back({"nsf", Value::integer(significant(*decimal))});
  if (decimal->exponent) fields.push_back({"exponent", Value::integer(exponent)});
  return Value::record(std::move(fields));
}

}  // namespace proktor::qti
