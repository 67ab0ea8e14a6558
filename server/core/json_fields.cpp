#include "core/json_fields.hpp"

#include <utility>

namespace proktor::core {

namespace json = boost::json;

JsonFields::JsonFields(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) {
    wrong_ = "json";
  } else {
    object_ = std::move(value.as_object());
  }
}

void JsonFields::refuse(std::string_view name) {
  if (wrong_.empty()) wrong_ = name;
}

std::string JsonFields::text(std::string_view name) {
  auto const* value = find(name);
  if (value == nullptr || !value->is_string()) {
    refuse(name);
    return {};
  }
  return std::string(value->as_string());
}

std::string JsonFields::text_or(std::string_view name, std::string_view fallback) {
  return find(name) == nullptr ? std::string(fallback) : text(name);
}

std::int64_t JsonFields::integer(std::string_view name) {
  auto const* value = find(name);
  if (value != nullptr && value->is_int64()) return value->as_int64();
  refuse(name);
  return 0;
}

std::uint64_t JsonFields::natural(std::string_view name) {
  auto const* value = find(name);
  if (value != nullptr && value->is_uint64()) return value->as_uint64();
  if (value != nullptr && value->is_int64() && value->as_int64() >= 0) {
    return static_cast<std::uint64_t>(value->as_int64());
  }
  refuse(name);
  return 0;
}

bool JsonFields::boolean(std::string_view name) {
  auto const* value = find(name);
  if (value != nullptr && value->is_bool()) return value->as_bool();
  refuse(name);
  return false;
}

json::array JsonFields::array(std::string_view name) {
  auto const* value = find(name);
  if (value != nullptr && value->is_array()) return value->as_array();
  refuse(name);
  return {};
}

std::vector<std::string> JsonFields::texts(std::string_view name) {
  std::vector<std::string> out;
  for (auto const& value : array(name)) {
    if (!value.is_string()) {
      refuse(name);
      return {};
    }
    out.emplace_back(value.as_string());
  }
  return out;
}

std::vector<std::string> JsonFields::texts_or_none(std::string_view name) {
  return find(name) == nullptr ? std::vector<std::string>{} : texts(name);
}

}  // namespace proktor::core
