#pragma once
// Members of a JSON object with a type: the first that is missing or wrong is kept. One thread; for the
// package's reader.

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::qti {

constexpr std::size_t member_text_max_bytes = 500;

struct Members {
  boost::json::object const& object;
  std::string bad{};

  std::string text(std::string_view key) {
    auto const* value = object.if_contains(key);
    if (value != nullptr && value->is_string() && value->as_string().size() <= member_text_max_bytes) {
      return std::string(value->as_string());
    }
    note(key);
    return {};
  }

  std::uint64_t number(std::string_view key) {
    auto const* value = object.if_contains(key);
    if (value != nullptr && value->is_int64() && value->as_int64() >= 0) {
      return static_cast<std::uint64_t>(value->as_int64());
    }
    note(key);
    return 0;
  }

  boost::json::array const& list(std::string_view key) {
    static boost::json::array const none;
    auto const* value = object.if_contains(key);
    if (value != nullptr && value->is_array()) return value->as_array();
    note(key);
    return none;
  }

 private:
  void note(std::string_view key) {
    if (bad.empty()) bad = key;
  }
};

}  // namespace proktor::qti
