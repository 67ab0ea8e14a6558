#include "qti/value/pattern_class.hpp"

#include <fmt/format.h>

#include <utility>

namespace proktor::qti {
namespace {

constexpr UChar32 last_code_point = 0x10FFFF;

icu::UnicodeSet set_of(char const* pattern) {
  UErrorCode code = U_ZERO_ERROR;
  icu::UnicodeSet set(icu::UnicodeString::fromUTF8(pattern), code);
  return set;
}

icu::UnicodeSet const& digits() {
  static icu::UnicodeSet const set = set_of("[:Nd:]");
  return set;
}

icu::UnicodeSet const& word_characters() {
  static icu::UnicodeSet const set = set_of("[^[:P:][:Z:][:C:]]");
  return set;
}

icu::UnicodeSet const& white_space() {
  static icu::UnicodeSet const set = set_of("[\\u0020\\u0009\\u000A\\u000D]");
  return set;
}

// XML 1.0 (fifth edition), NameStartChar and NameChar.
icu::UnicodeSet const& name_start() {
  static icu::UnicodeSet const set = set_of(
      "[\\:_A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D"
      "\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\U00010000-\\U000EFFFF]");
  return set;
}

icu::UnicodeSet const& name_characters() {
  static icu::UnicodeSet const set = [] {
    icu::UnicodeSet all(name_start());
    all.addAll(set_of("[\\-.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040]"));
    return all;
  }();
  return set;
}

icu::UnicodeSet outside(icu::UnicodeSet const& set) {
  icu::UnicodeSet rest(0, last_code_point);
  rest.removeAll(set);
  return rest;
}

bool is_category(std::string_view name) {
  constexpr std::string_view categories =
      " L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co "
      "Cn ";
  return !name.empty() && name.find(' ') == std::string_view::npos &&
         categories.find(fmt::format(" {} ", name)) != std::string_view::npos;
}

// "{Lu}" or "{IsBasicLatin}".
std::optional<icu::UnicodeSet> read_property(PatternCursor& cursor, bool negated) {
  auto const end = cursor.text.find('}', cursor.at);
  if (!cursor.take('{') || end == std::string_view::npos) {
    cursor.reason = "\\p without a name in braces";
    return std::nullopt;
  }
  auto const name = cursor.text.substr(cursor.at, end - cursor.at);
  cursor.at = end + 1;
  bool const block = name.starts_with("Is");
  icu::UnicodeSet set;
  UErrorCode code = U_ZERO_ERROR;
  if (block || is_category(name)) {
    auto const value = name.substr(block ? 2 : 0);
    set.applyPropertyAlias(block ? "blk" : "gc",
                           icu::UnicodeString(value.data(), static_cast<std::int32_t>(value.size()), US_INV),
                           code);
  } else {
    code = U_ILLEGAL_ARGUMENT_ERROR;
  }
  if (U_FAILURE(code) != 0 || set.isEmpty() != 0) {
    cursor.reason = "unknown category or block in \\p";
    return std::nullopt;
  }
  return negated ? outside(set) : set;
}

std::optional<UChar32> single_escape(char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      break;
  }
  // More than XML Schema allows: authors also escape "/", "$" and the like, and mean the character.
  constexpr std::string_view punctuation = "\\|.?*+(){}-[]^$/!\"#%&',:;<=>@_`~ ";
  if (letter != '\0' && punctuation.find(letter) != std::string_view::npos) return letter;
  return std::nullopt;
}

// One end of a range, or one character of a class.
std::optional<Escape> read_class_atom(PatternCursor& cursor) {
  if (cursor.take('\\')) return read_escape(cursor);
  if (cursor.peek() == '[') {
    cursor.reason = "[ inside a class";
    return std::nullopt;
  }
  auto const point = cursor.take_code_point();
  if (!point) return std::nullopt;
  return Escape{*point, std::nullopt};
}

// "a", "a-z" or "\d"; false: it is neither.
bool add_item(PatternCursor& cursor, icu::UnicodeSet& set) {
  auto const first = read_class_atom(cursor);
  if (!first) return false;
  if (first->set) {
    set.addAll(*first->set);
    return true;
  }
  bool const range =
      cursor.peek() == '-' && cursor.peek(1) != ']' && cursor.peek(1) != '[' && cursor.peek(1) != '\0';
  if (!range) {
    set.add(first->single);
    return true;
  }
  cursor.take('-');
  auto const last = read_class_atom(cursor);
  if (!last) return false;
  if (last->set || last->single < first->single) {
    cursor.reason = "a range that runs backwards";
    return false;
  }
  set.add(first->single, last->single);
  return true;
}

}  // namespace

bool PatternCursor::take(char expected) {
  if (done() || text[at] != expected) return false;
  ++at;
  return true;
}

std::optional<UChar32> PatternCursor::take_code_point() {
  auto const lead = static_cast<unsigned char>(text[at]);
  std::size_t const length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  auto const bytes = text.substr(at, length);
  auto const decoded =
      icu::UnicodeString::fromUTF8(icu::StringPiece(bytes.data(), static_cast<std::int32_t>(bytes.size())));
  constexpr UChar32 replacement = 0xFFFD;  // what wrong bytes become
  if (decoded.countChar32() != 1 || decoded.char32At(0) == replacement) {
    reason = "not UTF-8";
    return std::nullopt;
  }
  at += bytes.size();
  return decoded.char32At(0);
}

std::optional<Escape> read_escape(PatternCursor& cursor) {
  char const letter = cursor.peek();
  if (!cursor.done()) ++cursor.at;
  auto const set = [](icu::UnicodeSet const& all, bool negated) {
    return Escape{-1, negated ? outside(all) : icu::UnicodeSet(all)};
  };
  switch (letter) {
    case 's':
    case 'S':
      return set(white_space(), letter == 'S');
    case 'i':
    case 'I':
      return set(name_start(), letter == 'I');
    case 'c':
    case 'C':
      return set(name_characters(), letter == 'C');
    case 'd':
    case 'D':
      return set(digits(), letter == 'D');
    case 'w':
    case 'W':
      return set(word_characters(), letter == 'W');
    case 'p':
    case 'P': {
      auto property = read_property(cursor, letter == 'P');
      if (!property) return std::nullopt;
      return Escape{-1, std::move(property)};
    }
    default:
      break;
  }
  auto const single = single_escape(letter);
  if (single) return Escape{*single, std::nullopt};
  cursor.reason =
      letter == '\0' ? "a backslash at the end" : fmt::format("\\{} is not of XML Schema", letter);
  return std::nullopt;
}

std::optional<icu::UnicodeSet> read_class(PatternCursor& cursor, int depth) {
  if (depth > class_subtraction_depth_max) {
    cursor.reason = "classes subtracted too deep";
    return std::nullopt;
  }
  bool const negated = cursor.take('^');
  icu::UnicodeSet set;
  std::optional<icu::UnicodeSet> without;
  bool empty = true;
  while (!cursor.done() && cursor.peek() != ']' && !without) {
    if (!empty && cursor.peek() == '-' && cursor.peek(1) == '[') {
      cursor.at += 2;
      without = read_class(cursor, depth + 1);
      if (!without) return std::nullopt;
    } else if (!add_item(cursor, set)) {
      return std::nullopt;
    }
    empty = false;
  }
  if (empty || !cursor.take(']')) {
    if (cursor.reason.empty())
      cursor.reason = empty && !cursor.done() ? "an empty class" : "unbalanced bracket";
    return std::nullopt;
  }
  if (negated) set = outside(set);
  if (without) set.removeAll(*without);
  return set;
}

std::string class_text(icu::UnicodeSet const& set) {
  if (set.isEmpty() != 0) return "[^\\x{0}-\\x{10FFFF}]";
  std::string text = "[";
  for (std::int32_t range = 0; range < set.getRangeCount(); ++range) {
    auto const first = set.getRangeStart(range);
    auto const last = set.getRangeEnd(range);
    text += fmt::format("\\x{{{:X}}}", first);
    if (last != first) text += fmt::format("-\\x{{{:X}}}", last);
  }
  text += "]";
  return text;
}

}  // namespace proktor::qti
