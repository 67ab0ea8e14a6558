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

using ItemOfRef = std::map<std::string, OrderedItem, std::less<>>;

void collect(json::array const& children, std::string const& part, ItemOfRef& found) {
  for (auto const& value : children) {
    auto const& child = value.as_object();
    if (auto const* ref = child.if_contains("ref")) {
      std::string name{ref->as_string()};
      OrderedItem item{name, std::string(child.at("item").as_string()), 1, part};
      found.emplace(std::move(name), std::move(item));
    } else {
      collect(child.at("children").as_array(), part, found);
    }
  }
}

// An identifier may itself end like a number of a delivery: the whole name is tried first.
std::optional<OrderedItem> find(ItemOfRef const& known, std::string_view name) {
  if (auto const whole = known.find(name); whole != known.end()) return whole->second;
  auto const dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  auto const digits = name.substr(dot + 1);
  std::uint32_t instance = 0;
  auto const [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), instance);
  auto const base = known.find(name.substr(0, dot));
  if (code != std::errc{} || end != digits.data() + digits.size() || instance == 0 || base == known.end())
    return std::nullopt;
  auto item = base->second;
  item.instance = instance;
  return item;
}

}  // namespace

Result<std::vector<OrderedItem>> items_of(json::object const& test, std::vector<std::string> const& refs) {
  ItemOfRef known;
  for (auto const& value : test.at("parts").as_array()) {
    auto const& part = value.as_object();
    collect(part.at("children").as_array(), std::string(part.at("part").as_string()), known);
  }
  std::vector<OrderedItem> items;
  for (auto const& name : refs) {
    auto item = find(known, name);
    if (!item) return fail(Errc::not_found, "no reference " + name.substr(0, 80));
    items.push_back(std::move(*item));
  }
  return items;
}

}  // namespace proktor::qti
