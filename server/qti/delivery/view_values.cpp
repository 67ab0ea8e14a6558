#include "qti/delivery/view_values.hpp"

#include "qti/delivery/number_format.hpp"
#include "qti/value/text.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>

namespace proktor::qti {
namespace {

namespace json = boost::json;

std::string_view text_at(json::object const& node, std::string_view key, std::string_view fallback = {}) {
  auto const* value = node.if_contains(key);
  return value == nullptr ? fallback : std::string_view(value->as_string());
}

std::optional<std::size_t> whole(std::string_view text) {
  std::size_t number = 0;
  auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string plain_text(Scalar const& scalar, BaseType base, char decimal_sign) {
  auto text = to_text(scalar, base);
  if (base == BaseType::floating) std::ranges::replace(text, '.', decimal_sign);
  return text;
}

std::string scalar_text(Scalar const& scalar, BaseType base, json::object const& node, char decimal_sign) {
  if (!is_numeric(base)) return to_text(scalar, base);
  auto const format = text_at(node, "format");
  bool const power_form = node.contains("power_form") && node.at("power_form").as_bool();
  if (auto const* integer = std::get_if<std::int64_t>(&scalar)) {
    if (format.empty() && !node.contains("base")) return to_text(scalar, base);
    return format_number(format.empty() ? "%i" : format, *integer, whole(text_at(node, "base")).value_or(10),
                         power_form, decimal_sign);
  }
  if (format.empty()) return plain_text(scalar, base, decimal_sign);
  return format_number(format, std::get<double>(scalar), 10, power_form, decimal_sign);
}

std::string record_text(Value const& record, json::object const& node, char decimal_sign) {
  std::string out;
  for (auto const& field : record.fields()) {
    if (!out.empty()) out += text_at(node, "delimiter", ";");
    out += field.name;
    out += text_at(node, "mapping_indicator", "=");
    if (!field.value.is_null()) out += scalar_text(field.value[0], field.value.base(), node, decimal_sign);
  }
  return out;
}

}  // namespace

ViewValues::ViewValues(std::shared_ptr<ItemProgram const> program, std::uint64_t seed, std::string_view lang)
    : decimal_sign_(lang == "id" || lang.starts_with("id-") ? ',' : '.') {
  ItemSessionSettings settings;
  settings.seed = seed;
  session_.emplace(std::move(program), std::move(settings));
}

Value const* ViewValues::value(std::string_view variable) const {
  if (!session_) return nullptr;
  auto const& found = session_->value(variable);
  return found.is_null() ? nullptr : &found;
}

bool ViewValues::shows(json::object const& node) const {
  auto const* show = node.if_contains("show");
  if (show == nullptr) return true;
  // A template block names its own value, a choice is named by its identifier.
  Scalar const wanted{std::string(text_at(node, node.contains("value") ? "value" : "id"))};
  auto const* found = value(text_at(node, "var"));
  bool const matches = found != nullptr && std::ranges::find(*found, wanted) != found->end();
  return matches == show->as_bool();
}

std::string ViewValues::printed(json::object const& node) const {
  auto const* found = value(text_at(node, "var"));
  if (found == nullptr) return {};
  if (found->cardinality() == Cardinality::record) {
    auto const field = text_at(node, "field");
    if (field.empty()) return record_text(*found, node, decimal_sign_);
    found = found->field(field);
    if (found == nullptr || found->is_null()) return {};
  }
  if (auto const index = text_at(node, "index");
      !index.empty() && found->cardinality() != Cardinality::single) {
    auto place = whole(index);
    auto const* variable = place ? nullptr : value(index);
    auto const* counted = variable == nullptr ? nullptr : variable->as_integer();
    if (counted != nullptr && *counted > 0) place = static_cast<std::size_t>(*counted);
    if (!place || *place == 0 || *place > found->size()) return {};
    return scalar_text((*found)[*place - 1], found->base(), node, decimal_sign_);
  }
  std::string out;
  for (auto const& member : *found) {
    if (!out.empty()) out += text_at(node, "delimiter", ";");
    out += scalar_text(member, found->base(), node, decimal_sign_);
  }
  return out;
}

std::string ViewValues::number(std::string_view variable) const {
  auto const* found = value(variable);
  return found == nullptr ? std::string() : plain_text((*found)[0], found->base(), decimal_sign_);
}

}  // namespace proktor::qti
