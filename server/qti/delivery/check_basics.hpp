#pragma once
// Small questions about JSON that is not trusted, for the checks of package entries. Pure; any thread.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <initializer_list>
#include <string_view>

namespace proktor::qti {

constexpr std::size_t entry_depth_max = 400;

std::string_view text_view(boost::json::string const& text);
std::string_view key_view(boost::json::key_value_pair const& member);

bool is_count(boost::json::value const* value);   // whole, 0 to 10^12
bool is_number(boost::json::value const* value);  // finite
bool is_text(boost::json::value const* value);
bool is_name(boost::json::value const* value);  // an identifier
bool is_flag(boost::json::value const* value);
bool is_one_of(boost::json::value const* value, std::initializer_list<std::string_view> words);
bool is_lang(boost::json::value const* value);  // a language tag, or empty

// Absent, or as the check wants it.
template <class Check>
bool is_optional(boost::json::object const& object, std::string_view key, Check check) {
  auto const* value = object.if_contains(key);
  return value == nullptr || check(value);
}

// Every key is listed: what is not in the contract is refused, so nothing unknown reaches a browser.
bool only(boost::json::object const& object, std::initializer_list<std::string_view> keys);

}  // namespace proktor::qti
