#include "qti/delivery/item_plan.hpp"

#include "qti/delivery/shuffle.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <string>

namespace proktor::qti {
namespace {

namespace json = boost::json;

std::string_view text_at(json::object const& object, std::string_view key) {
  auto const& text = object.at(key).as_string();
  return {text.data(), text.size()};
}

void find_interactions(json::array const& nodes, std::vector<InteractionPlan>& found) {
  for (auto const& value : nodes) {
    auto const* node = value.if_object();
    if (node == nullptr) continue;
    if (node->contains("r")) found.push_back({node, {}, {}, found.size()});
    if (auto const* children = node->if_contains("c")) find_interactions(children->as_array(), found);
  }
}

json::array const* list(json::object const& node, std::string_view key) {
  auto const* value = node.if_contains(key);
  return value == nullptr ? nullptr : &value->as_array();
}

std::vector<std::size_t> display_order(json::array const* choices, bool shuffles, SplitMix64& random) {
  std::vector<bool> fixed;
  if (choices == nullptr) return {};
  for (auto const& choice : *choices) fixed.push_back(!shuffles || choice.as_object().contains("fixed"));
  return shuffled_order(fixed, random);
}

void add_identifiers(json::array const* choices, std::vector<std::string>& out) {
  if (choices == nullptr) return;
  for (auto const& choice : *choices) out.emplace_back(text_at(choice.as_object(), "id"));
}

}  // namespace

InteractionPlan const* ItemPlan::of(boost::json::object const& node) const {
  auto const found = std::ranges::find(interactions, &node, &InteractionPlan::node);
  return found == interactions.end() ? nullptr : &*found;
}

ItemPlan plan_item(boost::json::object const& entry, std::uint64_t seed, std::uint32_t instance) {
  ItemPlan plan;
  plan.ids.item = text_at(entry, "id");
  plan.ids.instance = instance;
  find_interactions(entry.at("body").as_array(), plan.interactions);
  auto random = generator_for(seed, instance_name(plan.ids.item, instance));
  for (auto& interaction : plan.interactions) {
    auto const& node = *interaction.node;
    auto const* shuffles = node.if_contains("shuffle");
    bool const shuffled = shuffles != nullptr && shuffles->as_bool();
    auto const* first = list(node, "choices");
    interaction.choices = display_order(first == nullptr ? list(node, "rows") : first, shuffled, random);
    interaction.columns = display_order(list(node, "cols"), shuffled, random);
  }
  auto const& responses = entry.at("responses").as_object();
  for (auto const& interaction : plan.interactions) {
    auto const& node = *interaction.node;
    ResponseIds ids;
    ids.opaque = "r" + std::to_string(plan.ids.responses.size() + 1);
    ids.authored = text_at(node, "r");
    auto const& response = responses.at(ids.authored).as_object();
    ids.cardinality = text_at(response, "cardinality");
    ids.base = text_at(response, "base");
    std::vector<std::string> identifiers;
    add_identifiers(list(node, "choices"), identifiers);
    add_identifiers(list(node, "rows"), identifiers);
    add_identifiers(list(node, "cols"), identifiers);
    std::vector<std::size_t> numbers(identifiers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i + 1;
    shuffle(numbers, random);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      ids.choices.emplace_back("c" + std::to_string(numbers[i]), std::move(identifiers[i]));
    }
    plan.ids.responses.push_back(std::move(ids));
  }
  return plan;
}

}  // namespace proktor::qti
