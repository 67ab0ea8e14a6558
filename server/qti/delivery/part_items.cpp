#include "qti/delivery/part_items.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

namespace proktor::qti {
namespace {

namespace json = boost::json;

using ItemOfRef = std::map<std::string, std::string, std::less<>>;

void collect(json::array const& children, ItemOfRef& found) {
  for (auto const& value : children) {
    auto const& child = value.as_object();
    if (auto const* ref = child.if_contains("ref")) {
      found.emplace(std::string(ref->as_string()), std::string(child.at("item").as_string()));
    } else {
      collect(child.at("children").as_array(), found);
    }
  }
}

// An identifier may itself end like a number of a delivery: the whole name is tried first.
std::optional<OrderedItem> find(ItemOfRef const& known, std::string_view name) {
  if (auto const whole = known.find(name); whole != known.end())
    return OrderedItem{whole->first, whole->second, 1};
  auto const dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto const digits = name.substr(dot + 1);
  std::uint32_t instance = 0;
  auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), instance);
  auto const base = known.find(name.substr(0, dot));
  if (code != std::errc{} || end != digits.data() + digits.size() || instance == 0 || base == known.end())
    return std::nullopt;
  return OrderedItem{base->first, base->second, instance};
}

}  // namespace

Result<std::vector<OrderedItem>> items_of(json::object const& test, std::vector<std::string> const& refs) {
  ItemOfRef known;
  for (auto const& part : test.at("parts").as_array())
    collect(part.as_object().at("children").as_array(), known);
  std::vector<OrderedItem> items;
  for (auto const& name : refs) {
    auto item = find(known, name);
    if (!item) return fail(Errc::not_found, "no reference " + name.substr(0, 80));
    items.push_back(std::move(*item));
  }
  return items;
}

}  // namespace proktor::qti
