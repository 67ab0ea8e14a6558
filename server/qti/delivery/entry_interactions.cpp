#include "qti/delivery/body.hpp"
#include "qti/delivery/entry_attributes.hpp"
#include "qti/delivery/entry_nodes.hpp"
#include "qti/delivery/node_names.hpp"
#include "qti/model/area.hpp"
#include "qti/model/reader.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <cmath>

namespace proktor::qti {
namespace {

namespace json = boost::json;

// Whole numbers without a fraction: "5", not "5E0".
json::value number(double value) {
  if (std::floor(value) == value && std::abs(value) < 1e15) return static_cast<std::int64_t>(value);
  return value;
}

XmlNode const* first_asset(XmlNode const& node, bool image) {
  for (auto const& child : node.children) {
    if (child.is_text) continue;
    if (child.name == "picture") return first_asset(child, image);
    auto const kind = asset_kind(child);
    if (kind && (*kind == AssetKind::image) == image) return &child;
  }
  return nullptr;
}

void add_label(XmlNode const& node, json::object& out) {
  auto label = trim(node.attribute_or("aria-label", ""));
  std::string text;
  if (auto const* element = node.child("qti-label"); label.empty() && element != nullptr) {
    text = element->all_text();
    label = trim(text);
  }
  if (!label.empty()) out["label"] = label;
}

void add_visibility(Choice const& choice, json::object& out) {
  if (choice.template_identifier.empty()) return;
  out["var"] = choice.template_identifier;
  out["show"] = choice.template_shows;
}

}  // namespace

json::array EntryNodes::prompt(XmlNode const& node) const {
  auto const* element = node.child("qti-prompt");
  if (element == nullptr) return {};
  json::object help;
  add_catalog(*element, help);
  if (help.empty()) return children(*element);
  json::array pieces;
  collect_unwrapped(*element, pieces);
  return pieces;
}

json::array EntryNodes::content(XmlNode const& node) const {
  return children_of(node, Space::trim);
}

json::object EntryNodes::image(XmlNode const& node) const {
  json::object out{{"src", ""}, {"alt", ""}};
  auto const* found = first_asset(node, true);
  if (found == nullptr) return out;
  if (auto const path = assets_.find(asset_href(*found)); path != assets_.end()) out["src"] = path->second;
  add_image(*found, out);
  return out;
}

json::array EntryNodes::choices(std::vector<Choice> const& choices, bool with_max) const {
  json::array out;
  for (auto const& choice : choices) {
    json::object entry;
    entry["id"] = choice.identifier;
    if (choice.fixed) entry["fixed"] = true;
    add_visibility(choice, entry);
    if (with_max) entry["max"] = choice.match_max;
    add_catalog(*choice.node, entry);
    entry["c"] = children(*choice.node);
    out.push_back(std::move(entry));
  }
  return out;
}

json::array EntryNodes::spots(std::vector<Choice> const& choices, bool with_max) const {
  json::array out;
  for (auto const& choice : choices) {
    json::object entry;
    entry["id"] = choice.identifier;
    add_visibility(choice, entry);
    auto const area = choice.area.value_or(Area{});
    entry["shape"] = name(area.shape);
    json::array coords;
    for (double const value : area.coordinates) coords.push_back(number(value));
    entry["coords"] = std::move(coords);
    if (with_max) entry["max"] = choice.match_max;
    auto label = trim(choice.node->attribute_or("hotspot-label", ""));
    if (label.empty()) label = trim(choice.node->attribute_or("aria-label", ""));
    if (!label.empty()) entry["label"] = label;
    out.push_back(std::move(entry));
  }
  return out;
}

void EntryNodes::add_lists(Interaction const& interaction, json::object& out) const {
  auto const& node = *interaction.node;
  switch (interaction.kind) {
    case InteractionKind::choice:
      out["orientation"] = choice_orientation(node);
      out["labels"] = choice_labels(node);
      out["choices"] = choices(interaction.choices, false);
      break;
    case InteractionKind::order:
      out["orientation"] = choice_orientation(node);
      out["choices"] = choices(interaction.choices, false);
      break;
    case InteractionKind::inline_choice:
      add_label(node, out);
      out["choices"] = choices(interaction.choices, false);
      break;
    case InteractionKind::match:
      out["tabular"] = has_word(node.attribute_or("class", ""), "qti-match-tabular");
      out["rows"] = choices(interaction.choices, true);
      out["cols"] = choices(interaction.columns, true);
      break;
    case InteractionKind::associate:
      out["choices"] = choices(interaction.choices, true);
      break;
    case InteractionKind::gap_match:
      out["choices"] = choices(interaction.choices, true);
      out["c"] = content(node);
      break;
    case InteractionKind::hottext:
      out["c"] = content(node);
      break;
    case InteractionKind::graphic_gap_match:
      out["choices"] = choices(interaction.choices, true);
      out["spots"] = spots(interaction.columns, true);
      break;
    case InteractionKind::hotspot:
    case InteractionKind::graphic_order:
    case InteractionKind::graphic_associate:
      out["spots"] = spots(interaction.choices, interaction.kind == InteractionKind::graphic_associate);
      break;
    default:
      break;
  }
}

void EntryNodes::add_text_entry(Interaction const& interaction, json::object& out) const {
  out["width"] = entry_width(*interaction.node);
  out["input"] = interaction.base == BaseType::integer    ? "integer"
                 : interaction.base == BaseType::floating ? "decimal"
                                                          : "text";
  add_label(*interaction.node, out);
}

void EntryNodes::add_extended_text(Interaction const& interaction, json::object& out) const {
  bool const several =
      interaction.cardinality == Cardinality::multiple || interaction.cardinality == Cardinality::ordered;
  if (several) out["max"] = interaction.max;
  out["lines"] = text_lines(*interaction.node);
  out["max_chars"] = text_max_chars(*interaction.node);
}

void EntryNodes::add_slider(Interaction const& interaction, json::object& out) const {
  auto const& node = *interaction.node;
  out["lower"] = number(interaction.lower);
  out["upper"] = number(interaction.upper);
  out["step"] = number(interaction.step);
  out["orientation"] = node.attribute_or("orientation", "") == "vertical" ? "vertical" : "horizontal";
  out["labels"] = is_true(node.attribute_or("step-label", "false"));
  out["reverse"] = is_true(node.attribute_or("reverse", "false"));
}

void EntryNodes::add_media(Interaction const& interaction, json::object& out) const {
  auto const& node = *interaction.node;
  out["min_plays"] = interaction.min_plays;
  out["max_plays"] = interaction.max_plays;
  out["autostart"] = is_true(node.attribute_or("autostart", "false"));
  out["loop"] = is_true(node.attribute_or("loop", "false"));
  auto const* found = first_asset(node, false);
  json::object media{{"t", "audio"}, {"src", ""}};
  if (found != nullptr && assets_.contains(asset_href(*found)))
    media = asset(*found, *asset_kind(*found) == AssetKind::audio ? "audio" : "video");
  out["media"] = std::move(media);
}

json::object EntryNodes::interaction(Interaction const& interaction) const {
  auto const& node = *interaction.node;
  auto const parts = interaction_parts(interaction.kind);
  json::object out;
  out["t"] = parts.t;
  out["r"] = interaction.response;
  add_catalog(node, out);
  if (parts.shuffles) out["shuffle"] = interaction.shuffle;
  if (parts.limits && interaction.kind != InteractionKind::inline_choice) out["max"] = interaction.max;
  if (parts.limits) out["min"] = interaction.min;
  if (parts.prompt) out["prompt"] = prompt(node);
  if (parts.image) out["img"] = image(node);
  if (interaction.kind == InteractionKind::text_entry) add_text_entry(interaction, out);
  if (interaction.kind == InteractionKind::extended_text) add_extended_text(interaction, out);
  if (interaction.kind == InteractionKind::slider) add_slider(interaction, out);
  if (interaction.kind == InteractionKind::media) add_media(interaction, out);
  if (interaction.kind == InteractionKind::upload) out["types"] = media_types(node);
  if (interaction.kind == InteractionKind::end_attempt) out["title"] = trim(node.attribute_or("title", ""));
  if (interaction.kind == InteractionKind::position_object) add_center(node, out);
  add_lists(interaction, out);
  return out;
}

json::object EntryNodes::stage(XmlNode const& node) const {
  json::object out{{"t", "positionstage"}, {"img", image(node)}};
  json::array objects;
  for (auto const& child : node.children) {
    if (child.is_text || child.name != "qti-position-object-interaction" || item_ == nullptr) continue;
    auto const found = std::ranges::find(item_->interactions, &child, &Interaction::node);
    if (found != item_->interactions.end()) objects.push_back(interaction(*found));
  }
  out["objects"] = std::move(objects);
  return out;
}

}  // namespace proktor::qti
