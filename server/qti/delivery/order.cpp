#include "qti/delivery/order.hpp"

#include "qti/delivery/order_tree.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <utility>

namespace proktor::qti {
namespace {

namespace json = boost::json;

bool flag(json::object const& entry, std::string_view key, bool fallback) {
  auto const* value = entry.if_contains(key);
  return value == nullptr ? fallback : value->as_bool();
}

std::string text(json::object const& entry, std::string_view key) {
  return std::string(entry.at(key).as_string());
}

// leaves: the references met so far; a leaf's number is its place there.
std::vector<OrderNode> nodes(json::array const& children, std::vector<OrderedItem>& leaves) {
  std::vector<OrderNode> out;
  for (auto const& value : children) {
    auto const& child = value.as_object();
    auto& node = out.emplace_back();
    node.fixed = flag(child, "fixed", false);
    node.required = flag(child, "required", false);
    if (child.contains("ref")) {
      node.leaf = leaves.size();
      leaves.push_back({text(child, "ref"), text(child, "item")});
      continue;
    }
    node.identifier = text(child, "section");
    node.visible = flag(child, "visible", true);
    node.keep_together = flag(child, "keep_together", true);
    node.shuffle = flag(child, "shuffle", false);
    node.with_replacement = flag(child, "with_replacement", false);
    if (auto const* wanted = child.if_contains("select")) node.select = wanted->to_number<std::size_t>();
    node.children = nodes(child.at("children").as_array(), leaves);
  }
  return out;
}

}  // namespace

std::vector<OrderedItem> order_items(boost::json::object const& test, std::uint64_t seed) {
  std::vector<OrderedItem> items;
  for (auto const& value : test.at("parts").as_array()) {
    auto const& part = value.as_object();
    std::vector<OrderedItem> leaves;
    auto const tree = nodes(part.at("children").as_array(), leaves);
    for (auto const& drawn : order_tree(tree, seed)) {
      auto const& leaf = leaves[drawn.leaf];
      items.push_back({leaf.ref, leaf.item, drawn.instance, text(part, "part")});
    }
  }
  return items;
}

}  // namespace proktor::qti
