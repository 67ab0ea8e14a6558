#include "qti/delivery/item_plan.hpp"

#include "qti/delivery/shuffle.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <string>

namespace proktor::qti {
namespace {

namespace json = boost::json;

using Objects = std::vector<json::object const*>;

std::string_view text_at(json::object const& object, std::string_view key) {
  auto const& text = object.at(key).as_string();
  return {text.data(), text.size()};
}

json::array const* list(json::object const& node, std::string_view key) {
  auto const* value = node.if_contains(key);
  return value == nullptr ? nullptr : &value->as_array();
}

// Walks what is shown of an entry.
class Finder {
 public:
  Finder(ViewValues const& values, std::vector<InteractionPlan>& found) : values_(values), found_(found) {}

  void nodes(json::array const& nodes) {
    for (auto const& value : nodes) {
      if (auto const* node = value.if_object(); node != nullptr && values_.shows(*node)) visit(*node);
    }
  }

 private:
  void visit(json::object const& node) {
    if (node.contains("r")) {
      interaction(node);
    } else if (auto const* objects = list(node, "objects")) {
      nodes(*objects);
    } else if (auto const* children = list(node, "c")) {
      nodes(*children);
    }
  }

  void interaction(json::object const& node) {
    InteractionPlan plan;
    plan.node = &node;
    auto const* first = list(node, "choices");
    plan.choices = shown(first == nullptr ? list(node, "rows") : first);
    plan.columns = shown(list(node, "cols"));
    plan.spots = shown(list(node, "spots"));
    if (auto const* text = list(node, "c")) parts(*text, plan.parts);
    plan.response = found_.size();
    found_.push_back(std::move(plan));
  }

  void parts(json::array const& nodes, Objects& out) {
    for (auto const& value : nodes) {
      auto const* node = value.if_object();
      if (node == nullptr || !values_.shows(*node)) continue;
      if (node->contains("id")) out.push_back(node);
      if (auto const* children = list(*node, "c")) parts(*children, out);
    }
  }

  Objects shown(json::array const* choices) const {
    Objects out;
    if (choices == nullptr) return out;
    for (auto const& choice : *choices) {
      if (values_.shows(choice.as_object())) out.push_back(&choice.as_object());
    }
    return out;
  }

  ViewValues const& values_;
  std::vector<InteractionPlan>& found_;
};

void shuffle_choices(Objects& choices, SplitMix64& random) {
  std::vector<bool> fixed;
  for (auto const* choice : choices) fixed.push_back(choice->contains("fixed"));
  Objects ordered;
  for (auto const place : shuffled_order(fixed, random)) ordered.push_back(choices[place]);
  choices = std::move(ordered);
}

ResponseIds number_response(InteractionPlan const& plan, std::vector<std::string> identifiers,
                            json::object const& responses, SplitMix64& random) {
  ResponseIds ids;
  ids.opaque = "r" + std::to_string(plan.response + 1);
  ids.authored = text_at(*plan.node, "r");
  auto const& response = responses.at(ids.authored).as_object();
  ids.cardinality = text_at(response, "cardinality");
  ids.base = text_at(response, "base");
  std::vector<std::size_t> numbers(identifiers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i + 1;
  shuffle(numbers, random);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    ids.choices.emplace_back("c" + std::to_string(numbers[i]), std::move(identifiers[i]));
  return ids;
}

}  // namespace

std::string_view opaque_choice(ResponseIds const& ids, std::string_view authored) {
  for (auto const& [opaque, name] : ids.choices) {
    if (name == authored) return opaque;
  }
  return {};
}

InteractionPlan const* ItemPlan::of(boost::json::object const& node) const {
  auto const found = std::ranges::find(interactions, &node, &InteractionPlan::node);
  return found == interactions.end() ? nullptr : &*found;
}

ItemPlan plan_item(boost::json::object const& entry, ViewValues const& values, std::uint64_t seed,
                   std::uint32_t instance) {
  ItemPlan plan;
  plan.ids.item = text_at(entry, "id");
  plan.ids.instance = instance;
  Finder(values, plan.interactions).nodes(entry.at("body").as_array());
  // Numbered in the author's order, whatever the order of display.
  std::vector<std::vector<std::string>> identifiers;
  for (auto const& interaction : plan.interactions) {
    auto& names = identifiers.emplace_back();
    for (auto const* objects :
         {&interaction.choices, &interaction.columns, &interaction.parts, &interaction.spots}) {
      for (auto const* object : *objects) names.emplace_back(text_at(*object, "id"));
    }
  }
  auto random = generator_for(seed, instance_name(plan.ids.item, instance));
  for (auto& interaction : plan.interactions) {
    auto const* shuffles = interaction.node->if_contains("shuffle");
    if (shuffles == nullptr || !shuffles->as_bool()) continue;
    shuffle_choices(interaction.choices, random);
    shuffle_choices(interaction.columns, random);
  }
  auto const& responses = entry.at("responses").as_object();
  for (std::size_t i = 0; i < plan.interactions.size(); ++i) {
    plan.ids.responses.push_back(
        number_response(plan.interactions[i], std::move(identifiers[i]), responses, random));
  }
  return plan;
}

}  // namespace proktor::qti
