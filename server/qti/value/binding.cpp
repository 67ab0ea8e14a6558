#include "qti/value/binding.hpp"

#include "qti/value/candidate_number.hpp"
#include "qti/value/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti {
namespace {

constexpr std::size_t file_name_max_bytes = 255;
constexpr std::size_t file_type_max_bytes = 127;  // RFC 6838, section 4.2
constexpr std::size_t field_name_max_bytes = 200;

std::string_view view(boost::json::string const& text) {
  return {text.data(), text.size()};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The text of a JSON scalar; numbers and booleans are written into scratch.
std::optional<std::string_view> text_of(boost::json::value const& input, std::string& scratch) {
  if (auto const* text = input.if_string()) return view(*text);
  if (auto const* flag = input.if_bool()) return *flag ? "true" : "false";
  if (auto const* whole = input.if_int64()) {
    scratch = std::to_string(*whole);
  } else if (auto const* large = input.if_uint64()) {
    scratch = std::to_string(*large);
  } else if (auto const* number = input.if_double()) {
    scratch = to_text(*number, BaseType::floating);
  } else {
    return std::nullopt;
  }
  return scratch;
}

bool is_int32(std::int64_t value) {
  using Limits = std::numeric_limits<std::int32_t>;
  return value >= Limits::min() && value <= Limits::max();
}

template <typename T>
std::optional<Scalar> as_scalar(std::optional<T> value) {
  if (!value) return std::nullopt;
  return Scalar(*value);
}

std::optional<Scalar> scalar_of(std::string_view text, BaseType base, BindingPolicy const& policy) {
  switch (base) {
    case BaseType::integer:
      return as_scalar(candidate_integer(text, policy));
    case BaseType::floating:
      return as_scalar(candidate_float(text, policy));
    case BaseType::duration: {
      auto const seconds = candidate_float(text, policy);
      return seconds && *seconds >= 0 ? as_scalar(seconds) : scalar_from(base, text);
    }
    case BaseType::point: {
      auto scalar = scalar_from(base, text);
      auto const* point = scalar ? std::get_if<Point>(&*scalar) : nullptr;
      return point != nullptr && is_int32(point->x) && is_int32(point->y) ? scalar : std::nullopt;
    }
    default:
      return scalar_from(base, text);
  }
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char letter) {
    bool const alphanumeric = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                              (letter >= 'A' && letter <= 'Z');
    return alphanumeric || std::string_view("!#$&^_.+-").find(letter) != std::string_view::npos;
  });
}

bool is_media_type(std::string_view type) {
  auto const slash = type.find('/');
  return type.size() <= file_type_max_bytes && slash != std::string_view::npos &&
         is_token(type.substr(0, slash)) && is_token(type.substr(slash + 1));
}

bool is_base64(std::string_view data) {
  if (data.empty() || data.size() % 4 != 0 || data.size() > binding_file_max_bytes) return false;
  std::size_t const padding = data.ends_with("==") ? 2 : data.ends_with('=') ? 1 : 0;
  return std::ranges::all_of(data.substr(0, data.size() - padding), [](char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') || letter == '+' || letter == '/';
  });
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string encoded;
  for (char const letter : text) {
    auto const byte = static_cast<unsigned char>(letter);
    if (byte < 0x80 && is_token(std::string_view(&letter, 1))) {
      encoded.push_back(letter);
    } else {
      encoded.push_back('%');
      encoded.push_back(hex[byte >> 4U]);
      encoded.push_back(hex[byte & 15U]);
    }
  }
  return encoded;
}

std::optional<std::string_view> member(boost::json::object const& object, std::string_view name) {
  auto const* value = object.if_contains(name);
  auto const* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::nullopt : std::optional(view(*text));
}

// A file becomes one text, a data URL with its name, so that a result holds the whole answer (RFC 2397).
std::optional<Scalar> file_of(boost::json::object const& object) {
  auto const file_name = member(object, "name");
  auto const type = member(object, "type");
  auto const data = member(object, "data");
  if (!file_name || !type || !data || object.size() != 3) return std::nullopt;
  if (file_name->empty() || file_name->size() > file_name_max_bytes) return std::nullopt;
  if (!is_media_type(*type) || !is_base64(*data)) return std::nullopt;
  std::string token = "data:" + std::string(*type) + ";name=" + percent_encoded(*file_name) + ";base64,";
  token.append(*data);
  return Scalar(std::move(token));
}

// Adds one member; false when it is no value of the type. What is nothing adds nothing.
bool add_member(Value& value, boost::json::value const& input, BindingPolicy const& policy) {
  if (input.is_null()) return true;
  std::optional<Scalar> scalar;
  if (auto const* object = input.if_object()) {
    if (value.base() != BaseType::file) return false;
    scalar = file_of(*object);
  } else {
    std::string scratch;
    auto const text = text_of(input, scratch);
    if (!text) return false;
    bool const nothing = value.base() == BaseType::string ? text->empty() : is_blank(*text);
    if (nothing) return true;
    scalar = scalar_of(*text, value.base(), policy);
  }
  if (!scalar) return false;
  value.add(std::move(*scalar));
  return true;
}

// What a field of a record is follows from its JSON.
std::optional<Value> field_of(boost::json::value const& input) {
  if (input.is_null()) return Value{};
  if (auto const* text = input.if_string()) return Value::string(std::string(view(*text)));
  if (auto const* flag = input.if_bool()) return Value::boolean(*flag);
  if (auto const* whole = input.if_int64()) {
    return is_int32(*whole) ? Value::integer(*whole) : Value::floating(static_cast<double>(*whole));
  }
  if (auto const* large = input.if_uint64()) return Value::floating(static_cast<double>(*large));
  if (auto const* number = input.if_double()) return Value::floating(*number);
  return std::nullopt;
}

Bound bind_record(boost::json::value const& input, BindingPolicy const& policy) {
  Bound bound{Value{Cardinality::record, BaseType::none}, true};
  auto const* object = input.if_object();
  if (object == nullptr) {
    std::string scratch;
    auto const text = text_of(input, scratch);
    if (text && is_blank(*text)) return bound;
    if (text) bound.value = candidate_number_record(*text, policy);
    bound.valid = bound.value.field("floatValue") != nullptr;
  } else {
    std::vector<Field> fields;
    bound.valid = object->size() <= binding_members_max;
    for (auto const& entry : *object) {
      auto value = field_of(entry.value());
      std::string_view const name(entry.key().data(), entry.key().size());
      bound.valid = bound.valid && value && !name.empty() && name.size() <= field_name_max_bytes;
      if (!bound.valid) return bound;
      if (!value->is_null()) fields.push_back({std::string(name), std::move(*value)});
    }
    bound.value = Value::record(std::move(fields));
  }
  bound.value.retype(Cardinality::record, BaseType::none);
  return bound;
}

}  // namespace

Bound bind(boost::json::value const& input, Cardinality cardinality, BaseType base, BindingPolicy policy) {
  Bound bound{Value{cardinality, base}, true};
  if (input.is_null()) return bound;
  if (policy.radix < 2 || policy.radix > 36) policy.radix = 10;
  if (cardinality == Cardinality::record) return bind_record(input, policy);
  auto const* list = input.if_array();
  if (list == nullptr) {
    bound.valid = add_member(bound.value, input, policy);
  } else {
    bound.valid = list->size() <= binding_members_max && std::ranges::all_of(*list, [&](auto const& one) {
                    return add_member(bound.value, one, policy);
                  });
    if (cardinality == Cardinality::single && bound.value.size() > 1) bound.valid = false;
  }
  if (!bound.valid) bound.value = Value{cardinality, base};
  return bound;
}

}  // namespace proktor::qti
