#include "qti/delivery/delivery_entry.hpp"

namespace proktor::qti {
namespace {

namespace json = boost::json;

json::array section_children(std::vector<SectionChild> const& children, ItemNames const& items);

json::object section_entry(Section const& section, ItemNames const& items) {
  json::object out;
  out["section"] = section.identifier;
  out["visible"] = section.visible;
  out["shuffle"] = section.shuffle;
  if (section.select) out["select"] = *section.select;
  if (section.fixed) out["fixed"] = true;
  if (section.required) out["required"] = true;
  if (!section.keep_together) out["keep_together"] = false;
  if (section.with_replacement) out["with_replacement"] = true;
  out["children"] = section_children(section.children, items);
  return out;
}

json::array section_children(std::vector<SectionChild> const& children, ItemNames const& items) {
  json::array out;
  for (auto const& child : children) {
    if (auto const* section = std::get_if<Section>(&child)) {
      auto entry = section_entry(*section, items);
      if (!entry["children"].as_array().empty()) out.push_back(std::move(entry));
    }
    auto const* ref = std::get_if<ItemRef>(&child);
    auto const found = ref == nullptr ? items.end() : items.find(ref->identifier);
    if (found == items.end()) continue;
    json::object entry;
    entry["ref"] = ref->identifier;
    entry["item"] = found->second;
    if (ref->fixed) entry["fixed"] = true;
    if (ref->required) entry["required"] = true;
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

json::object test_entry(Test const& test, ItemNames const& items) {
  json::object out;
  out["id"] = test.identifier;
  out["title"] = test.title;
  out["duration_ms"] = test.duration_ms;
  json::array parts;
  for (auto const& part : test.parts) {
    auto sections = section_children(part.sections, items);
    if (sections.empty()) continue;
    parts.push_back({{"part", part.identifier},
                     {"linear", part.linear},
                     {"simultaneous", part.simultaneous},
                     {"children", std::move(sections)}});
  }
  out["parts"] = std::move(parts);
  return out;
}

}  // namespace proktor::qti
