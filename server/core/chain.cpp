#include "core/chain.hpp"

#include "base/crypto.hpp"

#include <charconv>

namespace proktor::core {
namespace {

std::string_view take_word(std::string_view& text) {
  auto const end = std::min(text.find(' '), text.size());
  auto const word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

template <class Number>
bool read_number(std::string_view text, Number& out) {
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

}  // namespace

std::string text_of(Epoch epoch) { return std::to_string(epoch.term) + "." + std::to_string(epoch.n); }

Bytes32 first_head(AttemptId const& attempt, Epoch epoch, Bytes32 const& parent) {
  std::string input = "proktor-1";
  input.append(proktor::text_of(attempt));
  append_u64_be(input, epoch.term);
  append_u64_be(input, epoch.n);
  input.append(proktor::text_of(parent));
  return sha256(input);
}

Bytes32 next_head(Bytes32 const& head, std::string_view line) {
  std::string input;
  input.reserve(head.size() + line.size());
  input.append(proktor::text_of(head)).append(line);
  return sha256(input);
}

std::string format_subject(EventSubject const& subject) {
  std::string text = hex(subject.attempt);
  text.append(" ").append(text_of(subject.epoch));
  text.append(" ").append(std::to_string(subject.seq));
  text.append(" ").append(std::to_string(subject.x_ms));
  if (!subject.flags.empty()) text.append(" ").append(subject.flags);
  return text;
}

std::optional<EventSubject> parse_subject(std::string_view text) {
  EventSubject subject;
  auto const attempt = unhex16(take_word(text));
  auto const epoch = take_word(text);
  auto const dot = epoch.find('.');
  if (!attempt || dot == std::string_view::npos) return std::nullopt;
  subject.attempt = *attempt;
  if (!read_number(epoch.substr(0, dot), subject.epoch.term) || !read_number(epoch.substr(dot + 1), subject.epoch.n) ||
      !read_number(take_word(text), subject.seq)) {
    return std::nullopt;
  }
  auto const x = take_word(text);
  if (!x.empty() && !read_number(x, subject.x_ms)) return std::nullopt;
  subject.flags = text;
  return subject;
}

}  // namespace proktor::core
