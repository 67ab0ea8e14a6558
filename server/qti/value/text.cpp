#include "qti/value/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace proktor::qti {
namespace {

constexpr std::string_view space = " \t\r\n";
constexpr double exact_integer_max = 9'007'199'254'740'992.0;  // 2^53

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

std::optional<std::int64_t> integer_from(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  auto const [at, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || at != text.data() + text.size()) return std::nullopt;
  return value;
}

// Digits, sign, point and exponent only: from_chars alone would also take "inf" and "nan".
std::optional<double> number_from(std::string_view text) {
  if (text == "INF") return std::numeric_limits<double>::infinity();
  if (text == "-INF") return -std::numeric_limits<double>::infinity();
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  auto const [at, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || at != text.data() + text.size()) return std::nullopt;
  return value;
}

// One "12.5" of an ISO 8601 duration, taken off the front.
std::optional<double> take_amount(std::string_view& text) {
  auto const end = std::ranges::find_if(text, [](char letter) { return !is_digit(letter) && letter != '.'; });
  auto const digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  if (digits.empty() || !is_digit(digits.back())) return std::nullopt;
  text.remove_prefix(digits.size());
  return number_from(digits);
}

struct DurationUnit {
  char letter;
  bool after_t;
  double seconds;
};
// Years and months have no fixed length.
constexpr std::array duration_units{DurationUnit{'W', false, 604'800}, DurationUnit{'D', false, 86'400},
                                    DurationUnit{'H', true, 3'600}, DurationUnit{'M', true, 60},
                                    DurationUnit{'S', true, 1}};

std::optional<double> iso_duration_from(std::string_view text) {
  text.remove_prefix(1);
  double seconds = 0;
  bool after_t = false, any = false;
  auto next_unit = duration_units.begin();
  while (!text.empty()) {
    if (text.front() == 'T' && !after_t) {
      after_t = true, any = false;
      text.remove_prefix(1);
      continue;
    }
    auto const amount = take_amount(text);
    if (!amount || text.empty()) return std::nullopt;
    auto const unit = std::find_if(next_unit, duration_units.end(), [&](DurationUnit const& candidate) {
      return candidate.letter == text.front() && candidate.after_t == after_t;
    });
    if (unit == duration_units.end()) return std::nullopt;
    seconds += *amount * unit->seconds;
    next_unit = unit + 1;
    any = true;
    text.remove_prefix(1);
  }
  return any ? std::optional(seconds) : std::nullopt;
}

std::optional<double> duration_from(std::string_view text) {
  if (text.starts_with('P')) return iso_duration_from(text);
  auto const seconds = number_from(text);
  return seconds && *seconds >= 0 && std::isfinite(*seconds) ? seconds : std::nullopt;
}

// "A B": exactly two words.
std::optional<std::pair<std::string_view, std::string_view>> two_words(std::string_view text) {
  auto const gap = text.find_first_of(space);
  if (gap == std::string_view::npos) return std::nullopt;
  auto const second = trimmed(text.substr(gap));
  if (second.find_first_of(space) != std::string_view::npos) return std::nullopt;
  return std::pair{text.substr(0, gap), second};
}

std::optional<Scalar> point_from(std::string_view text) {
  auto const words = two_words(text);
  if (!words) return std::nullopt;
  auto const x = integer_from(words->first);
  auto const y = integer_from(words->second);
  if (!x || !y) return std::nullopt;
  return Point{*x, *y};
}

std::optional<Scalar> pair_from(std::string_view text) {
  auto const words = two_words(text);
  if (!words) return std::nullopt;
  return Pair{std::string(words->first), std::string(words->second)};
}

std::optional<Scalar> boolean_from(std::string_view text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return std::nullopt;
}

template <typename T>
std::optional<Scalar> as_scalar(std::optional<T> value) {
  if (!value) return std::nullopt;
  return Scalar(*value);
}

std::string number_text(double value) {
  if (std::isinf(value)) return value > 0 ? "INF" : "-INF";
  std::array<char, 32> buffer{};
  auto const [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end};
}

boost::json::value scalar_json(Scalar const& scalar, BaseType base) {
  if (auto const* flag = std::get_if<bool>(&scalar)) return *flag;
  if (auto const* whole = std::get_if<std::int64_t>(&scalar)) return *whole;
  if (auto const* number = std::get_if<double>(&scalar)) {
    if (std::isinf(*number)) return boost::json::value(number_text(*number));
    bool const is_whole = std::trunc(*number) == *number && std::abs(*number) < exact_integer_max;
    return is_whole ? boost::json::value(static_cast<std::int64_t>(*number)) : boost::json::value(*number);
  }
  return boost::json::value(to_text(scalar, base));
}

}  // namespace

std::optional<Scalar> scalar_from(BaseType base, std::string_view text) {
  if (base == BaseType::string) return Scalar(std::string(text));
  text = trimmed(text);
  switch (base) {
    case BaseType::identifier:
      if (text.empty() || text.find_first_of(space) != std::string_view::npos) return std::nullopt;
      return Scalar(std::string(text));
    case BaseType::uri:
    case BaseType::file:
      if (text.empty()) return std::nullopt;
      return Scalar(std::string(text));
    case BaseType::boolean:
      return boolean_from(text);
    case BaseType::integer:
      return as_scalar(integer_from(text));
    case BaseType::floating:
      return as_scalar(number_from(text));
    case BaseType::duration:
      return as_scalar(duration_from(text));
    case BaseType::point:
      return point_from(text);
    case BaseType::pair:
    case BaseType::directed_pair:
      return pair_from(text);
    case BaseType::string:
    case BaseType::none:
      break;
  }
  return std::nullopt;
}

std::string to_text(Scalar const& scalar, BaseType) {
  if (auto const* text = std::get_if<std::string>(&scalar)) return *text;
  if (auto const* flag = std::get_if<bool>(&scalar)) return *flag ? "true" : "false";
  if (auto const* whole = std::get_if<std::int64_t>(&scalar)) return std::to_string(*whole);
  if (auto const* number = std::get_if<double>(&scalar)) return number_text(*number);
  if (auto const* point = std::get_if<Point>(&scalar)) {
    return std::to_string(point->x) + " " + std::to_string(point->y);
  }
  auto const& pair = std::get<Pair>(scalar);
  return pair.first + " " + pair.second;
}

boost::json::value to_json(Value const& value) {
  if (value.is_null()) return nullptr;
  if (value.cardinality() == Cardinality::record) {
    boost::json::object object;
    for (auto const& field : value.fields()) object[field.name] = to_json(field.value);
    return object;
  }
  if (value.cardinality() == Cardinality::single) return scalar_json(value[0], value.base());
  boost::json::array list;
  list.reserve(value.size());
  for (auto const& scalar : value) list.push_back(scalar_json(scalar, value.base()));
  return list;
}

}  // namespace proktor::qti
