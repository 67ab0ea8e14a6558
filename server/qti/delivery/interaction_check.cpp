#include "qti/delivery/check_basics.hpp"
#include "qti/delivery/node_check.hpp"
#include "qti/delivery/node_names.hpp"
#include "qti/model/binding_rules.hpp"
#include "qti/model/names.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace proktor::qti {
namespace {

namespace json = boost::json;

bool is_image(json::value const* value) {
  auto const* image = value == nullptr ? nullptr : value->if_object();
  return image != nullptr && only(*image, {"src", "alt", "width", "height"}) &&
         is_text(image->if_contains("src")) && is_text(image->if_contains("alt")) &&
         is_optional(*image, "width", is_count) && is_optional(*image, "height", is_count);
}

bool is_numbers(json::value const* value) {
  return value != nullptr && value->is_array() &&
         std::ranges::all_of(value->as_array(), [](json::value const& number) { return is_number(&number); });
}

bool is_media_types(json::value const* value) {
  return value != nullptr && value->is_array() &&
         std::ranges::all_of(value->as_array(), [](json::value const& type) {
           return is_text(&type) && is_media_type(text_view(type.as_string()));
         });
}

// Shown by a template variable: both keys, or none.
bool has_visibility(json::object const& object) {
  if (!object.contains("var") && !object.contains("show")) return true;
  return is_name(object.if_contains("var")) && is_flag(object.if_contains("show"));
}

bool is_bound_right(InteractionKind kind, json::object const& response) {
  auto const* base = response.if_contains("base");
  auto const* cardinality = response.if_contains("cardinality");
  if (!is_text(base) || !is_text(cardinality)) return false;
  auto const read_base = base_type_from(text_view(base->as_string()));
  auto const read_cardinality = cardinality_from(text_view(cardinality->as_string()));
  return read_base && read_cardinality && *read_cardinality != Cardinality::record &&
         may_bind(kind, *read_cardinality, *read_base);
}

// The keys an interaction may have: the common ones of its kind, and its own.
bool has_known_keys(json::object const& object, InteractionParts const& parts,
                    std::vector<std::string_view> own) {
  own.insert(own.end(), {"t", "r", "cat"});
  if (parts.shuffles) own.emplace_back("shuffle");
  if (parts.limits) own.emplace_back("min");
  if (parts.limits && parts.t != "inlinechoice") own.emplace_back("max");
  if (parts.prompt) own.emplace_back("prompt");
  if (parts.image) own.emplace_back("img");
  return std::ranges::all_of(
      object, [&](auto const& member) { return std::ranges::find(own, key_view(member)) != own.end(); });
}

std::vector<std::string_view> own_keys_of(InteractionKind kind) {
  switch (kind) {
    case InteractionKind::choice:
      return {"orientation", "labels", "choices"};
    case InteractionKind::order:
      return {"orientation", "choices"};
    case InteractionKind::inline_choice:
      return {"label", "choices"};
    case InteractionKind::match:
      return {"tabular", "rows", "cols"};
    case InteractionKind::associate:
      return {"choices"};
    case InteractionKind::gap_match:
      return {"choices", "c"};
    case InteractionKind::hottext:
      return {"c"};
    case InteractionKind::hotspot:
    case InteractionKind::graphic_order:
    case InteractionKind::graphic_associate:
      return {"spots"};
    case InteractionKind::graphic_gap_match:
      return {"choices", "spots"};
    case InteractionKind::text_entry:
      return {"width", "input", "label"};
    case InteractionKind::extended_text:
      return {"max", "lines", "max_chars"};
    case InteractionKind::slider:
      return {"lower", "upper", "step", "orientation", "labels", "reverse"};
    case InteractionKind::media:
      return {"min_plays", "max_plays", "autostart", "loop", "media"};
    case InteractionKind::upload:
      return {"types"};
    case InteractionKind::end_attempt:
      return {"title"};
    case InteractionKind::position_object:
      return {"center"};
    default:
      return {};
  }
}

}  // namespace

// The response an interaction is bound to, once; nullptr when there is none.
json::object const* NodeCheck::bind(Object const& object) {
  auto const* r = object.if_contains("r");
  if (!is_text(r) || responses_ == nullptr) return nullptr;
  auto const* response = responses_->if_contains(r->as_string());
  if (response == nullptr || !bound_.emplace(text_view(r->as_string())).second) return nullptr;
  return response->if_object();
}

bool NodeCheck::interaction(Object const& object, std::string_view name, Scope scope) {
  auto const kind = interaction_by_node(name);
  auto const* response = bind(object);
  if (!kind || response == nullptr || !is_bound_right(*kind, *response)) return false;
  auto const parts = interaction_parts(*kind);
  Scope const inside{scope.depth, false, {}, nullptr};
  bool const common =
      has_known_keys(object, parts, own_keys_of(*kind)) &&
      is_optional(object, "cat", [&](auto const* value) { return is_catalog(value); }) &&
      (!parts.shuffles || is_flag(object.if_contains("shuffle"))) &&
      (!parts.limits || (is_count(object.if_contains("min")) &&
                         (*kind == InteractionKind::inline_choice || is_count(object.if_contains("max"))))) &&
      (!parts.prompt || nodes(object.if_contains("prompt"), inside)) &&
      (!parts.image || is_image(object.if_contains("img")));
  where = name;
  Names names;
  return common && own_keys(object, name, inside, names);
}

bool NodeCheck::own_keys(Object const& object, std::string_view name, Scope scope, Names& names) {
  auto const at = [&](std::string_view key) { return object.if_contains(key); };
  auto const orientation = [&] { return is_one_of(at("orientation"), {"vertical", "horizontal"}); };
  if (name == "choice")
    return orientation() && is_one_of(at("labels"), {"A", "1", "none"}) &&
           choices(at("choices"), scope, false, names);
  if (name == "order") return orientation() && choices(at("choices"), scope, false, names);
  if (name == "inlinechoice")
    return is_optional(object, "label", is_text) && choices(at("choices"), scope, false, names);
  if (name == "match") {
    return is_flag(at("tabular")) && choices(at("rows"), scope, true, names) &&
           choices(at("cols"), scope, true, names);
  }
  if (name == "associate") return choices(at("choices"), scope, true, names);
  if (name == "gapmatch") {
    return choices(at("choices"), scope, true, names) && nodes(at("c"), {scope.depth, false, "gap", &names});
  }
  if (name == "hottext") return nodes(at("c"), {scope.depth, false, "hot", &names});
  if (name == "textentry") {
    return is_count(at("width")) && is_one_of(at("input"), {"text", "integer", "decimal"}) &&
           is_optional(object, "label", is_text);
  }
  if (name == "extendedtext")
    return is_optional(object, "max", is_count) && is_count(at("lines")) && is_count(at("max_chars"));
  if (name == "slider") {
    return is_number(at("lower")) && is_number(at("upper")) && is_number(at("step")) && orientation() &&
           is_flag(at("labels")) && is_flag(at("reverse"));
  }
  return graphic_keys(object, name, scope, names);
}

bool NodeCheck::graphic_keys(Object const& object, std::string_view name, Scope scope, Names& names) {
  auto const at = [&](std::string_view key) { return object.if_contains(key); };
  if (name == "hotspot" || name == "graphicorder") return spots(at("spots"), false, names);
  if (name == "graphicassociate") return spots(at("spots"), true, names);
  if (name == "graphicgapmatch")
    return choices(at("choices"), scope, true, names) && spots(at("spots"), true, names);
  if (name == "media") return media(object, scope);
  if (name == "upload") return is_media_types(at("types"));
  if (name == "endattempt") return is_text(at("title"));
  if (name == "positionobject") return is_optional(object, "center", is_numbers);
  return name == "selectpoint" || name == "drawing";
}

bool NodeCheck::media(Object const& object, Scope scope) {
  auto const* shown = object.if_contains("media");
  auto const* asset = shown == nullptr ? nullptr : shown->if_object();
  return is_count(object.if_contains("min_plays")) && is_count(object.if_contains("max_plays")) &&
         is_flag(object.if_contains("autostart")) && is_flag(object.if_contains("loop")) &&
         asset != nullptr && is_one_of(asset->if_contains("t"), {"audio", "video"}) && node(*asset, scope);
}

bool NodeCheck::stage(Object const& object, Scope scope) {
  auto const* objects = object.if_contains("objects");
  if (!only(object, {"t", "img", "objects"}) || !is_image(object.if_contains("img")) || objects == nullptr ||
      !objects->is_array() || objects->as_array().empty()) {
    return false;
  }
  return std::ranges::all_of(objects->as_array(), [&](json::value const& value) {
    auto const* inner = value.if_object();
    return inner != nullptr && is_one_of(inner->if_contains("t"), {"positionobject"}) &&
           interaction(*inner, "positionobject", scope);
  });
}

// A gap or a hottext.
bool NodeCheck::part(Object const& object, std::string_view name, Scope scope) {
  auto const* id = object.if_contains("id");
  bool const known = name == "gap" ? only(object, {"t", "id", "cat", "var", "show"})
                                   : only(object, {"t", "id", "cat", "var", "show", "c"});
  return known && is_name(id) && scope.names != nullptr &&
         scope.names->emplace(text_view(id->as_string())).second && has_visibility(object) &&
         is_optional(object, "cat", [&](auto const* value) { return is_catalog(value); }) &&
         is_optional(object, "c", [&](auto const* value) {
           return nodes(value, {scope.depth, false, {}, nullptr});
         });
}

bool NodeCheck::choices(json::value const* list, Scope scope, bool with_max, Names& names) {
  if (list == nullptr || !list->is_array() || list->as_array().empty()) return false;
  return std::ranges::all_of(list->as_array(), [&](json::value const& value) {
    auto const* entry = value.if_object();
    return entry != nullptr && only(*entry, {"id", "fixed", "var", "show", "max", "cat", "c"}) &&
           is_name(entry->if_contains("id")) &&
           names.emplace(text_view(entry->at("id").as_string())).second &&
           is_optional(*entry, "fixed", is_flag) && has_visibility(*entry) &&
           is_optional(*entry, "cat", [&](auto const* cat) { return is_catalog(cat); }) &&
           entry->contains("max") == with_max && (!with_max || is_count(entry->if_contains("max"))) &&
           nodes(entry->if_contains("c"), scope);
  });
}

bool NodeCheck::spots(json::value const* list, bool with_max, Names& names) {
  if (list == nullptr || !list->is_array() || list->as_array().empty()) return false;
  return std::ranges::all_of(list->as_array(), [&](json::value const& value) {
    auto const* entry = value.if_object();
    return entry != nullptr && only(*entry, {"id", "var", "show", "shape", "coords", "max", "label"}) &&
           is_name(entry->if_contains("id")) &&
           names.emplace(text_view(entry->at("id").as_string())).second && has_visibility(*entry) &&
           is_one_of(entry->if_contains("shape"), {"circle", "ellipse", "rect", "poly", "default"}) &&
           is_numbers(entry->if_contains("coords")) && entry->contains("max") == with_max &&
           (!with_max || is_count(entry->if_contains("max"))) && is_optional(*entry, "label", is_text);
  });
}

}  // namespace proktor::qti
