#include "qti/delivery/delivery_entry.hpp"

#include "qti/delivery/entry_nodes.hpp"

namespace proktor::qti {
namespace {

namespace json = boost::json;

// A record is a text with parts that scoring finds: the page sends one text.
json::object response_entry(Declaration const& declaration) {
  if (declaration.cardinality == Cardinality::record)
    return {{"cardinality", name(Cardinality::single)}, {"base", name(BaseType::string)}};
  return {{"cardinality", name(declaration.cardinality)}, {"base", name(declaration.base)}};
}

json::array body_of(XmlNode const* body, EntryNodes const& nodes) {
  return body == nullptr ? json::array{} : nodes.children(*body);
}

}  // namespace

json::object item_entry(Item const& item, AssetPaths const& assets) {
  EntryNodes const nodes(&item, item.catalogs, assets);
  json::object out;
  out["id"] = item.identifier;
  out["lang"] = item.lang;
  json::array stimuli;
  for (auto const& stimulus : item.stimuli) stimuli.emplace_back(stimulus.identifier);
  out["stimuli"] = std::move(stimuli);
  out["body"] = body_of(item.root.child("qti-item-body"), nodes);
  json::object responses;
  for (auto const& interaction : item.interactions) {
    auto const* declaration = item.response(interaction.response);
    if (declaration != nullptr) responses[interaction.response] = response_entry(*declaration);
  }
  out["responses"] = std::move(responses);
  if (!item.catalogs.empty()) out["catalogs"] = nodes.catalogs();
  return out;
}

json::object stimulus_entry(Stimulus const& stimulus, AssetPaths const& assets) {
  EntryNodes const nodes(nullptr, stimulus.catalogs, assets);
  json::object out;
  out["id"] = stimulus.identifier;
  out["title"] = stimulus.title;
  out["lang"] = stimulus.lang;
  out["body"] = body_of(stimulus.root.child("qti-stimulus-body"), nodes);
  if (!stimulus.catalogs.empty()) out["catalogs"] = nodes.catalogs();
  return out;
}

}  // namespace proktor::qti
