#include "http/target.hpp"

#include "base/bytes.hpp"

#include <algorithm>

namespace proktor::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

// False on a broken escape, a control character or bytes that are not UTF-8.
bool decode(std::string_view text, bool plus_is_space, std::string& out) {
  out.clear();
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return false;
      int const high = hex_digit(text[i + 1]);
      int const low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return false;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (is_control(c)) return false;
    out.push_back(c);
  }
  return is_utf8(out);
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    std::size_t const end = std::min(path.find('/'), path.size());
    std::string_view const segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(end);
  }
  return false;
}

bool parse_query(std::string_view text, Fields& query) {
  while (!text.empty()) {
    std::size_t const end = std::min(text.find('&'), text.size());
    std::string_view const pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    if (query.size() >= query_pairs_max) return false;
    std::size_t const equals = std::min(pair.find('='), pair.size());
    auto& [key, value] = query.emplace_back();
    if (!decode(pair.substr(0, equals), true, key)) return false;
    if (equals < pair.size() && !decode(pair.substr(equals + 1), true, value)) return false;
  }
  return true;
}

}  // namespace

Result<void> parse_target(std::string_view target, RequestHead& head) {
  head.target = target;
  std::size_t const question = std::min(target.find('?'), target.size());
  bool const good = target.starts_with('/') && decode(target.substr(0, question), false, head.path) &&
                    head.path.find('\\') == std::string::npos && !has_dot_segment(head.path) &&
                    (question == target.size() || parse_query(target.substr(question + 1), head.query));
  if (!good) return fail(Errc::bad_request, "target");
  return {};
}

}  // namespace proktor::http
