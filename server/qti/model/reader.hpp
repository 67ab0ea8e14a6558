#pragma once
// What every reader of a QTI file shares: the file's name, the findings so far, and attributes with a type.
// One per document; one thread.

#include "qti/model/finding.hpp"
#include "qti/model/xml.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::qti {

constexpr std::uint32_t count_max = 100'000;  // of any count attribute

struct Reader {
  std::string file;
  Findings findings;

  void error(std::string_view code, int line, std::string message) {
    add(Severity::error, code, line, std::move(message));
  }
  void warning(std::string_view code, int line, std::string message) {
    add(Severity::warning, code, line, std::move(message));
  }
  void info(std::string_view code, int line, std::string message) {
    add(Severity::info, code, line, std::move(message));
  }
  // The same code is said once per file: for what repeats on every line of real content.
  void warning_once(std::string_view code, int line, std::string message);
  void info_once(std::string_view code, int line, std::string message);

  // A non-negative integer attribute; `fallback` when absent. Error bad-number when it is something else.
  std::uint32_t count(XmlNode const& node, std::string_view attribute, std::uint32_t fallback);
  // "true" or "1"; `fallback` when absent. Error bad-boolean.
  bool boolean(XmlNode const& node, std::string_view attribute, bool fallback);
  // A required identifier; error bad-identifier when it is absent or cannot be one (then empty).
  std::string identifier(XmlNode const& node, std::string_view attribute);

 private:
  void add(Severity severity, std::string_view code, int line, std::string message);
  bool said(std::string_view code) const;
};

// The root of a QTI 3 document called `name`. Error wrong-root. A missing namespace is a warning.
bool check_root(Reader& reader, XmlNode const& root, std::string_view name);

// Text without white space at its ends.
std::string_view trim(std::string_view text);

// Whether a list of words separated by white space has this one.
bool has_word(std::string_view list, std::string_view word);

}  // namespace proktor::qti
