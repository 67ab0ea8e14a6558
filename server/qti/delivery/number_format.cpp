#include "qti/delivery/number_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace proktor::qti {
namespace {

constexpr std::string_view flags = "-+ #0";
constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr int precision_default = 6;  // of C

struct Conversion {
  std::string before, after;
  std::string flag_characters;
  int width = 0;
  int precision = -1;  // none given
  char letter = 0;
};

int read_digits(std::string_view& text, int limit) {
  int value = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    value = std::min(limit, value * 10 + (text.front() - '0'));
    text.remove_prefix(1);
  }
  return value;
}

// The text up to a conversion; "%%" in it is a percent sign.
std::string read_plain(std::string_view& text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() == '%' && !text.starts_with("%%")) break;
    if (text.front() == '%') text.remove_prefix(1);
    out.push_back(text.front());
    text.remove_prefix(1);
  }
  return out;
}

std::optional<Conversion> parse(std::string_view text) {
  Conversion out;
  out.before = read_plain(text);
  if (text.empty()) return std::nullopt;
  text.remove_prefix(1);
  while (!text.empty() && flags.find(text.front()) != std::string_view::npos) {
    if (out.flag_characters.size() < flags.size()) out.flag_characters.push_back(text.front());
    text.remove_prefix(1);
  }
  out.width = read_digits(text, format_width_max);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    out.precision = read_digits(text, format_precision_max);
  }
  if (text.empty() || std::string_view("iduoxXeEfFgGrRaA").find(text.front()) == std::string_view::npos)
    return std::nullopt;
  out.letter = text.front();
  text.remove_prefix(1);
  out.after = read_plain(text);
  if (!text.empty()) return std::nullopt;
  return out;
}

bool has_flag(Conversion const& conversion, char flag) {
  return conversion.flag_characters.find(flag) != std::string::npos;
}

// Sign and width, around digits that are already there.
std::string pad(Conversion const& conversion, std::string number, bool negative) {
  std::string sign = negative ? "-" : has_flag(conversion, '+') ? "+" : has_flag(conversion, ' ') ? " " : "";
  auto const width = static_cast<std::size_t>(conversion.width);
  auto const used = sign.size() + number.size();
  std::string const fill(used < width ? width - used : 0, has_flag(conversion, '0') ? '0' : ' ');
  if (has_flag(conversion, '-')) return sign + number + std::string(fill.size(), ' ');
  return has_flag(conversion, '0') ? sign + fill + number : fill + sign + number;
}

std::string whole_number(Conversion const& conversion, std::int64_t value, std::size_t base) {
  char const letter = conversion.letter;
  if (letter == 'o') base = 8;
  if (letter == 'x' || letter == 'X') base = 16;
  if (base < 2 || base > digits.size()) base = 10;
  bool const negative = value < 0;
  auto rest = negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  std::string out;
  do {
    out.insert(out.begin(), digits[rest % base]);
    rest /= base;
  } while (rest != 0);
  if (conversion.precision > 0 && out.size() < static_cast<std::size_t>(conversion.precision))
    out.insert(0, static_cast<std::size_t>(conversion.precision) - out.size(), '0');
  if (letter == 'X') {
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  }
  if (has_flag(conversion, '#') && (letter == 'x' || letter == 'X'))
    out.insert(0, letter == 'x' ? "0x" : "0X");
  if (has_flag(conversion, '#') && letter == 'o') out.insert(0, "0");
  return pad(conversion, std::move(out), negative);
}

std::string real_number(Conversion const& conversion, double value) {
  // Significant figures: C's "g" that keeps its zeros, without a point at the end.
  bool const figures = conversion.letter == 'r' || conversion.letter == 'R';
  char const letter = conversion.letter == 'r' ? 'g' : conversion.letter == 'R' ? 'G' : conversion.letter;
  int const precision = conversion.precision < 0 ? precision_default : conversion.precision;
  std::string format = "{:";
  if (figures || has_flag(conversion, '#')) format += '#';
  format += "." + std::to_string(precision) + letter + "}";
  std::string out = fmt::format(fmt::runtime(format), std::abs(value));
  if (figures && out.ends_with('.')) out.pop_back();
  return pad(conversion, std::move(out), std::signbit(value));
}

std::string with_power(std::string number) {
  auto const mark = number.find_first_of("eE");
  if (mark == std::string::npos) return number;
  int exponent = 0;
  char const* begin = number.data() + mark + 1;
  if (*begin == '+') ++begin;
  std::from_chars(begin, number.data() + number.size(), exponent);
  return number.substr(0, mark) + " × 10^" + std::to_string(exponent);
}

std::string shortest(double value) {
  char buffer[64];
  auto const [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return code == std::errc{} ? std::string(buffer, end) : std::string();
}

std::string with_sign(std::string number, char decimal_sign) {
  std::ranges::replace(number, '.', decimal_sign);
  return number;
}

bool is_whole(char letter) {
  return std::string_view("iduoxX").find(letter) != std::string_view::npos;
}

}  // namespace

std::string format_number(std::string_view format, double value, std::size_t base, bool power_form,
                          char decimal_sign) {
  auto const conversion = parse(format);
  if (!conversion || !std::isfinite(value)) return with_sign(shortest(value), decimal_sign);
  constexpr double exact = 9e15;  // whole numbers of a double
  std::string out;
  if (is_whole(conversion->letter)) {
    auto const rounded = std::clamp(std::nearbyint(value), -exact, exact);
    out = whole_number(*conversion, static_cast<std::int64_t>(rounded), base);
  } else {
    out = with_sign(real_number(*conversion, value), decimal_sign);
  }
  return conversion->before + (power_form ? with_power(std::move(out)) : out) + conversion->after;
}

std::string format_number(std::string_view format, std::int64_t value, std::size_t base, bool power_form,
                          char decimal_sign) {
  auto const conversion = parse(format);
  if (!conversion) return std::to_string(value);
  if (!is_whole(conversion->letter))
    return format_number(format, static_cast<double>(value), base, power_form, decimal_sign);
  return conversion->before + whole_number(*conversion, value, base) + conversion->after;
}

}  // namespace proktor::qti
