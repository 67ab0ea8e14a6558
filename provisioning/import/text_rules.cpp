#include "provisioning/import/text_rules.hpp"

#include "base/bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace proktor::importing {
namespace {

constexpr std::size_t username_bytes_min = 3;
constexpr std::size_t username_bytes_max = 32;
constexpr std::size_t password_core_bytes_min = 4;
constexpr std::size_t password_bytes_max = 64;
constexpr std::size_t package_name_bytes_max = 100;
constexpr std::string_view no_break_space = "\xC2\xA0";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_letter(char c) {
  return is_capital(c) || (c >= 'a' && c <= 'z');
}

template <class Rule>
bool all_of(std::string_view text, Rule rule) {
  return std::all_of(text.begin(), text.end(), rule);
}

// The character at the start of valid UTF-8 and its length in bytes.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
};

Character first_character(std::string_view text) {
  auto const byte = [&text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  std::uint8_t const lead = byte(0);
  std::size_t const length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || text.size() < length) return {lead, 1};
  std::uint32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  return {code, length};
}

bool is_forbidden(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0xAD || code == 0x061C ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFD) ||
         (code >= 0xE000 && code <= 0xF8FF) || (code & 0xFFFEU) == 0xFFFEU || code >= 0xE0000;
}

// The number written at `position`, exactly `digits` long.
std::optional<int> number_at(std::string_view text, std::size_t position, std::size_t digits) {
  if (text.size() < position + digits) return std::nullopt;
  int value = 0;
  for (char const c : text.substr(position, digits)) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<std::chrono::year_month_day> calendar_day(std::optional<int> year, std::optional<int> month,
                                                        std::optional<int> day) {
  if (!year || !month || !day || *year < 1900 || *year > 2200) return std::nullopt;
  std::chrono::year_month_day const date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return date;
}

// Minutes east of UTC: "Z", "+07:00", "-03:30".
std::optional<int> zone_minutes(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  auto const hours = number_at(text, 1, 2);
  auto const minutes = number_at(text, 4, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
  return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= id_bytes_max &&
         all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; });
}

bool is_npsn(std::string_view text) {
  return text.size() == 8 && (is_digit(text[0]) || is_capital(text[0])) && all_of(text.substr(1), is_digit);
}

bool is_nisn(std::string_view text) {
  return text.size() == 10 && all_of(text, is_digit);
}

bool is_username(std::string_view text) {
  return text.size() >= username_bytes_min && text.size() <= username_bytes_max && all_of(text, [](char c) {
           return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '-' || c == '@';
         });
}

bool is_password(std::string_view text) {
  auto const counts = std::count_if(text.begin(), text.end(), [](char c) { return c != '*' && c != ' '; });
  return text.size() <= password_bytes_max && static_cast<std::size_t>(counts) >= password_core_bytes_min &&
         all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool is_scientific(std::string_view text) {
  auto const e = text.find_first_of("eE");
  if (e == std::string_view::npos || e == 0 || e + 1 >= text.size()) return false;
  auto const mantissa = [](char c) { return is_digit(c) || c == '.' || c == ','; };
  auto const exponent = [](char c) { return is_digit(c) || c == '+' || c == '-'; };
  return all_of(text.substr(0, e), mantissa) && all_of(text.substr(e + 1), exponent);
}

bool is_package_name(std::string_view text) {
  return text.size() <= package_name_bytes_max && text.ends_with(".paket") && text[0] != '.' &&
         all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.'; });
}

bool is_clean(std::string_view text) {
  while (!text.empty()) {
    auto const [code, bytes] = first_character(text);
    if (is_forbidden(code)) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string_view trimmed(std::string_view text) {
  for (std::string_view const space : {std::string_view(" "), no_break_space}) {
    if (text.starts_with(space)) return trimmed(text.substr(space.size()));
    if (text.ends_with(space)) return trimmed(text.substr(0, text.size() - space.size()));
  }
  return text;
}

std::string capitals(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::optional<std::string> iso_date(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  std::optional<std::chrono::year_month_day> date;
  if (text[4] == '-' && text[7] == '-') {
    date = calendar_day(number_at(text, 0, 4), number_at(text, 5, 2), number_at(text, 8, 2));
  } else if (text[2] == text[5] && (text[2] == '-' || text[2] == '/')) {
    date = calendar_day(number_at(text, 6, 4), number_at(text, 3, 2), number_at(text, 0, 2));
  }
  if (!date) return std::nullopt;
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date->year()),
                     static_cast<unsigned>(date->month()), static_cast<unsigned>(date->day()));
}

std::optional<TimeMs> time_with_zone(std::string_view text) {
  constexpr std::size_t minute_end = 16;  // "2026-11-23T07:30"
  if (text.size() <= minute_end || text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != ' ') ||
      text[13] != ':') {
    return std::nullopt;
  }
  auto const date = calendar_day(number_at(text, 0, 4), number_at(text, 5, 2), number_at(text, 8, 2));
  auto const hour = number_at(text, 11, 2);
  auto const minute = number_at(text, 14, 2);
  bool const has_seconds = text[minute_end] == ':';
  auto const second = has_seconds ? number_at(text, minute_end + 1, 2) : std::optional<int>(0);
  auto const rest = text.substr(has_seconds ? std::min(minute_end + 3, text.size()) : minute_end);
  auto const zone = zone_minutes(rest);
  if (!date || !hour || !minute || !second || !zone || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  std::int64_t const days = std::chrono::sys_days(*date).time_since_epoch().count();
  std::int64_t const minutes = days * 1'440 + *hour * 60 + *minute - *zone;
  return (minutes * 60 + *second) * 1'000;
}

std::string shown(std::string_view text) {
  if (!is_utf8(text)) {
    std::string out;
    for (char const c : text.substr(0, shown_bytes_max)) {
      bool const plain = c >= 0x20 && c < 0x7F;
      out += plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<std::uint8_t>(c));
    }
    return out;
  }
  std::string out;
  while (!text.empty()) {
    auto const [code, bytes] = first_character(text);
    if (out.size() + bytes > shown_bytes_max) return out + "…";
    out += is_forbidden(code) ? fmt::format("\\u{{{:x}}}", code) : std::string(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return out;
}

}  // namespace proktor::importing
