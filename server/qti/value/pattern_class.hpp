#pragma once
// The character classes of XML Schema's regular expressions ("\w", "\p{Lu}", "[a-z-[aeiou]]") as sets of code
// points. Used by pattern.cpp alone. Pure; any thread.

#include <unicode/uniset.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti {

constexpr int class_subtraction_depth_max = 8;

// A place in the text of an expression; reason tells why nothing could be read.
struct PatternCursor {
  std::string_view text;
  std::size_t at = 0;
  std::string reason;

  bool done() const { return at >= text.size(); }
  char peek(std::size_t ahead = 0) const { return at + ahead < text.size() ? text[at + ahead] : '\0'; }
  bool take(char expected);
  std::optional<UChar32> take_code_point();  // nullopt: no UTF-8
};

// What follows a backslash, which is taken already: one character, or a set of them.
struct Escape {
  UChar32 single = -1;
  std::optional<icu::UnicodeSet> set;
};
std::optional<Escape> read_escape(PatternCursor& cursor);

// What follows "[", which is taken already, up to its "]".
std::optional<icu::UnicodeSet> read_class(PatternCursor& cursor, int depth = 0);

// As RE2 reads it: "[\x{61}-\x{7A}]".
std::string class_text(icu::UnicodeSet const& set);

}  // namespace proktor::qti
