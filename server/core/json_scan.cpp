#include "core/json_scan.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>

namespace proktor::core {
namespace {

void append_utf8(std::string& out, std::uint32_t point) {
  auto const byte = [&out](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
  if (point < 0x80) {
    byte(point);
  } else if (point < 0x800) {
    byte(0xC0U | point >> 6U), byte(0x80U | (point & 63U));
  } else if (point < 0x10000) {
    byte(0xE0U | point >> 12U), byte(0x80U | (point >> 6U & 63U)), byte(0x80U | (point & 63U));
  } else {
    byte(0xF0U | point >> 18U), byte(0x80U | (point >> 12U & 63U)), byte(0x80U | (point >> 6U & 63U)),
        byte(0x80U | (point & 63U));
  }
}

class Scanner {
 public:
  Scanner(std::string_view text, int depth_max) : text_(text), depth_max_(depth_max) {}

  std::optional<JsonMembers> outer_object(std::string_view& error) {
    JsonMembers members;
    skip_space();
    bool ok = object(1, &members);
    skip_space();
    if (ok && at_ != text_.size()) ok = false, error_ = "grammar";
    error = error_;
    if (!ok) return std::nullopt;
    return members;
  }

  std::optional<std::string> whole_string() {
    std::string out;
    if (!string(&out) || at_ != text_.size()) return std::nullopt;
    return out;
  }

 private:
  bool refuse(std::string_view rule) {
    error_ = rule;
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) ++at_;
  }

  bool object(int depth, JsonMembers* members) {
    if (!take('{')) return refuse("grammar");
    if (depth > depth_max_) return refuse("depth");
    std::set<std::string> keys;  // a hostile line has thousands: none may cost the square of them
    skip_space();
    if (take('}')) return true;
    for (;;) {
      std::string key;
      skip_space();
      if (!string(&key)) return false;
      if (keys.contains(key)) return refuse("duplicate-key");
      skip_space();
      if (!take(':')) return refuse("grammar");
      skip_space();
      std::size_t const start = at_;
      if (!value(depth)) return false;
      if (members != nullptr) members->emplace_back(key, text_.substr(start, at_ - start));
      keys.insert(std::move(key));
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return refuse("grammar");
    }
  }

  bool array(int depth) {
    if (!take('[')) return refuse("grammar");
    if (depth > depth_max_) return refuse("depth");
    skip_space();
    if (take(']')) return true;
    for (;;) {
      skip_space();
      if (!value(depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return refuse("grammar");
    }
  }

  bool value(int depth) {
    switch (peek()) {
      case '{': return object(depth + 1, nullptr);
      case '[': return array(depth + 1);
      case '"': return string(nullptr);
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return refuse("grammar");
    at_ += expected.size();
    return true;
  }

  bool digits() {
    std::size_t const start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > start;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return refuse("grammar");
    if (take('.') && !digits()) return refuse("grammar");
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return refuse("grammar");
    }
    return true;
  }

  bool string(std::string* out) {
    if (!take('"')) return refuse("grammar");
    while (at_ < text_.size()) {
      char const c = text_[at_++];
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < 0x20) return refuse("grammar");
      if (c == '\\') {
        if (!escape(out)) return false;
      } else if (out != nullptr) {
        out->push_back(c);
      }
    }
    return refuse("grammar");
  }

  bool escape(std::string* out) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    char const c = peek();
    ++at_;
    if (c == 'u') return unicode(out);
    auto const index = letters.find(c);
    if (index == std::string_view::npos || c == '\0') return refuse("grammar");
    if (out != nullptr) out->push_back(meanings[index]);
    return true;
  }

  bool unicode(std::string* out) {
    std::uint32_t point = 0;
    if (!hex4(point)) return refuse("grammar");
    if (point >= 0xDC00 && point <= 0xDFFF) return refuse("surrogate");
    if (point >= 0xD800 && point <= 0xDBFF) {
      std::uint32_t low = 0;
      if (!take('\\') || !take('u') || !hex4(low) || low < 0xDC00 || low > 0xDFFF) return refuse("surrogate");
      point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
    }
    if (out != nullptr) append_utf8(*out, point);
    return true;
  }

  bool hex4(std::uint32_t& point) {
    auto const part = text_.substr(std::min(at_, text_.size()), 4);
    auto const [end, error] = std::from_chars(part.data(), part.data() + part.size(), point, 16);
    if (part.size() != 4 || error != std::errc() || end != part.data() + 4) return false;
    at_ += 4;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_max_;
  std::string_view error_;
};

}  // namespace

std::optional<JsonMembers> scan_object(std::string_view text, int depth_max, std::string_view& error) {
  return Scanner(text, depth_max).outer_object(error);
}

std::optional<std::string> decode_string(std::string_view raw) { return Scanner(raw, 0).whole_string(); }

std::optional<std::uint64_t> decode_whole_number(std::string_view raw) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  if (raw.empty() || error != std::errc() || end != raw.data() + raw.size()) return std::nullopt;
  return value;
}

}  // namespace proktor::core
