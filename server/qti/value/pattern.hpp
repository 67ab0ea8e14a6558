#pragma once
// Regular expressions of XML Schema (Part 2, appendix F), as QTI's pattern-match and pattern-mask use them:
// the whole text must match. Translated to RE2, so time is linear in the text whatever the pattern.
// Immutable; any thread.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace proktor::qti {

constexpr std::size_t pattern_max_bytes = 4'096;
constexpr std::size_t pattern_text_max_bytes = 64 * 1024;  // longer texts match nothing

class Pattern {
 public:
  // nullopt and a reason ("unbalanced bracket") when it is no such expression or cannot be bounded.
  static std::optional<Pattern> compile(std::string_view expression, std::string& reason);
  bool matches(std::string_view text) const;

 private:
  std::shared_ptr<re2::RE2 const> compiled_;
};

}  // namespace proktor::qti
