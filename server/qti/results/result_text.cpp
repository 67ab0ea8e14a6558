#include "qti/results/result_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace proktor::qti {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr std::array<std::pair<Answered, std::string_view>, 4> answered_names{
    {{Answered::not_presented, "notpresented"},
     {Answered::presented, "presented"},
     {Answered::attempted, "attempted"},
     {Answered::answered, "answered"}}};

// The bytes of the first character when it is one that XML 1.0 can hold, otherwise 0.
std::size_t character_length(std::string_view text) {
  auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  std::uint32_t point = byte(0);
  if (point < 0x80) return point >= 0x20 || point == '\t' || point == '\n' || point == '\r' ? 1 : 0;
  std::size_t const length = point >= 0xF0 ? 4 : point >= 0xE0 ? 3 : 2;
  if (point < 0xC2 || point > 0xF4 || text.size() < length) return 0;
  point &= 0x7FU >> length;
  for (std::size_t at = 1; at < length; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) return 0;
    point = point << 6U | (byte(at) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  bool const is_surrogate = point >= 0xD800 && point <= 0xDFFF;
  bool const is_none = point < smallest[length] || point > 0x10FFFF || point == 0xFFFE || point == 0xFFFF;
  return is_surrogate || is_none ? 0 : length;
}

std::string_view escape_of(char letter, bool in_attribute) {
  switch (letter) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '\r':
      return "&#13;";
    case '"':
      return in_attribute ? "&quot;" : "";
    case '\n':
      return in_attribute ? "&#10;" : "";
    case '\t':
      return in_attribute ? "&#9;" : "";
    default:
      return "";
  }
}

}  // namespace

void append_xml_text(std::string& out, std::string_view text, bool in_attribute) {
  while (!text.empty()) {
    auto const length = character_length(text);
    if (length == 0) {
      out += replacement;
      text.remove_prefix(1);
      continue;
    }
    auto const escape = escape_of(text.front(), in_attribute);
    out += escape.empty() ? text.substr(0, length) : escape;
    text.remove_prefix(length);
  }
}

std::string_view answered_text(Answered answered) {
  auto const found =
      std::ranges::find(answered_names, answered, &std::pair<Answered, std::string_view>::first);
  return found == answered_names.end() ? std::string_view{} : found->second;
}

Answered answered_from(std::string_view text) {
  auto const found = std::ranges::find(answered_names, text, &std::pair<Answered, std::string_view>::second);
  return found == answered_names.end() ? Answered::unknown : found->first;
}

}  // namespace proktor::qti
