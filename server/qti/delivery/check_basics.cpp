#include "qti/delivery/check_basics.hpp"

#include "qti/model/names.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::uint64_t count_limit = 1'000'000'000'000;

}  // namespace

std::string_view text_view(json::string const& text) {
  return {text.data(), text.size()};
}

std::string_view key_view(json::key_value_pair const& member) {
  return {member.key().data(), member.key().size()};
}

bool is_count(json::value const* value) {
  if (value == nullptr) return false;
  if (auto const* number = value->if_int64())
    return *number >= 0 && static_cast<std::uint64_t>(*number) <= count_limit;
  auto const* number = value->if_uint64();
  return number != nullptr && *number <= count_limit;
}

bool is_number(json::value const* value) {
  return value != nullptr && value->is_number() && std::isfinite(value->to_number<double>());
}

bool is_text(json::value const* value) {
  return value != nullptr && value->is_string();
}

bool is_name(json::value const* value) {
  return is_text(value) && is_identifier(text_view(value->as_string()));
}

bool is_flag(json::value const* value) {
  return value != nullptr && value->is_bool();
}

bool is_one_of(json::value const* value, std::initializer_list<std::string_view> words) {
  return is_text(value) && std::ranges::find(words, text_view(value->as_string())) != words.end();
}

bool is_lang(json::value const* value) {
  return is_text(value) && (value->as_string().empty() || is_language_tag(text_view(value->as_string())));
}

bool only(json::object const& object, std::initializer_list<std::string_view> keys) {
  return std::ranges::all_of(
      object, [&](auto const& member) { return std::ranges::find(keys, key_view(member)) != keys.end(); });
}

}  // namespace proktor::qti
