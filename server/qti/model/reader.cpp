#include "qti/model/reader.hpp"

#include "qti/model/names.hpp"

#include <algorithm>
#include <charconv>

namespace proktor::qti {
namespace {

constexpr std::string_view white_space = " \t\r\n";
constexpr std::size_t findings_max =
    1'000;  // of one file: hostile content must not fill memory with sentences

}  // namespace

void Reader::add(Severity severity, std::string_view code, int line, std::string message) {
  if (findings.size() >= findings_max && severity != Severity::error) return;
  if (findings.size() >= 2 * findings_max) return;
  findings.push_back({severity, std::string(code), std::move(message), file, line});
}

bool Reader::said(std::string_view code) const {
  return std::ranges::any_of(findings, [&](Finding const& finding) { return finding.code == code; });
}

void Reader::warning_once(std::string_view code, int line, std::string message) {
  if (!said(code)) warning(code, line, std::move(message));
}

void Reader::info_once(std::string_view code, int line, std::string message) {
  if (!said(code)) info(code, line, std::move(message));
}

std::uint32_t Reader::count(XmlNode const& node, std::string_view attribute, std::uint32_t fallback) {
  auto const text = node.attribute(attribute);
  if (!text) return fallback;
  auto const digits = trim(*text);
  std::uint32_t value = 0;
  auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code == std::errc{} && end == digits.data() + digits.size() && value <= count_max) return value;
  error("bad-number", node.line,
        node.name + ": " + std::string(attribute) + "=\"" + std::string(*text) + "\" is not a count");
  return fallback;
}

bool Reader::boolean(XmlNode const& node, std::string_view attribute, bool fallback) {
  auto const text = node.attribute(attribute);
  if (!text) return fallback;
  auto const word = trim(*text);
  if (word == "true" || word == "1") return true;
  if (word != "false" && word != "0") {
    error("bad-boolean", node.line,
          node.name + ": " + std::string(attribute) + "=\"" + std::string(*text) +
              "\" is neither true nor false");
  }
  return false;
}

std::string Reader::identifier(XmlNode const& node, std::string_view attribute) {
  auto const text = trim(node.attribute_or(attribute, ""));
  if (is_identifier(text)) return std::string(text);
  error("bad-identifier", node.line,
        node.name + (text.empty() ? " has no " + std::string(attribute)
                                  : ": " + std::string(attribute) + "=\"" + std::string(text) +
                                        "\" is no identifier"));
  return {};
}

bool check_root(Reader& reader, XmlNode const& root, std::string_view name) {
  if (root.name != name || (root.space != XmlSpace::qti3 && root.space != XmlSpace::none)) {
    reader.error("wrong-root", root.line,
                 root.name == name ? "the root " + root.name + " has a namespace that is not QTI's"
                                   : "the root is " + root.name + ", not " + std::string(name) + " of QTI 3.0");
    return false;
  }
  if (root.space == XmlSpace::none) {
    reader.warning("namespace-missing", root.line, "the root has no namespace; read as QTI 3.0");
  }
  return true;
}

std::string_view trim(std::string_view text) {
  auto const begin = text.find_first_not_of(white_space);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(white_space) - begin + 1);
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    auto const begin = list.find_first_not_of(white_space);
    if (begin == std::string_view::npos) return false;
    auto const end = std::min(list.find_first_of(white_space, begin), list.size());
    if (list.substr(begin, end - begin) == word) return true;
    list.remove_prefix(end);
  }
  return false;
}

}  // namespace proktor::qti
