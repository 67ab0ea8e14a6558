#include "qti/delivery/node_check.hpp"

#include "qti/delivery/check_basics.hpp"
#include "qti/model/catalog.hpp"
#include "qti/model/names.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

namespace json = boost::json;

bool is_asset_node(std::string_view t) {
  return t == "img" || t == "audio" || t == "video";
}

bool has_shared_classes_only(json::value const& value) {
  if (!value.is_string()) return false;
  auto list = text_view(value.as_string());
  while (!list.empty()) {
    auto const word = list.substr(0, list.find(' '));
    if (!is_shared_class(word)) return false;
    list.remove_prefix(std::min(word.size() + 1, list.size()));
  }
  return true;
}

}  // namespace

bool NodeCheck::body(json::value const* value) {
  return nodes(value, {0, true, {}, nullptr});
}

bool NodeCheck::catalogs() {
  if (catalogs_ == nullptr) return true;
  return std::ranges::all_of(*catalogs_, [&](auto const& catalog) {
    auto const* cards = catalog.value().if_array();
    if (cards == nullptr || cards->empty() || !is_identifier(key_view(catalog))) return false;
    return std::ranges::all_of(*cards, [&](json::value const& value) {
      auto const* card = value.if_object();
      if (card == nullptr) return false;
      auto const* support = card->if_contains("support");
      where = "catalogs";
      return only(*card, {"support", "lang", "c"}) && is_text(support) &&
             is_displayable_support(text_view(support->as_string())) && is_optional(*card, "lang", is_lang) &&
             nodes(card->if_contains("c"), {1, false, {}, nullptr});
    });
  });
}

bool NodeCheck::nodes(json::value const* value, Scope scope) {
  if (value == nullptr || !value->is_array() || scope.depth > entry_depth_max) return false;
  ++scope.depth;
  return std::ranges::all_of(value->as_array(), [&](json::value const& entry) {
    if (entry.is_string()) return true;
    return entry.is_object() && node(entry.as_object(), scope);
  });
}

bool NodeCheck::node(Object const& object, Scope scope) {
  auto const* t = object.if_contains("t");
  if (!is_text(t)) return false;
  auto const name = text_view(t->as_string());
  where = name;
  if (object.contains("r")) return scope.interactions && interaction(object, name, scope);
  if (name == "positionstage") return scope.interactions && stage(object, scope);
  if (name == "gap" || name == "hot") return scope.part == name && part(object, name, scope);
  if (name == "printed" || name == "template")
    return responses_ != nullptr && value_node(object, name, scope);
  if (auto const* children = object.if_contains("c");
      children != nullptr && (is_asset_node(name) || !nodes(children, scope))) {
    return false;
  }
  where = name;
  if (name == "math" || name.starts_with("m:")) return mathml(object, name);
  if (!is_asset_node(name) && html_use(name) != HtmlUse::keep) return false;
  return std::ranges::all_of(
             object, [&](auto const& member) { return attribute(name, key_view(member), member.value()); }) &&
         (!is_asset_node(name) || is_text(object.if_contains("src")));
}

// What instantiation replaces by a value of the attempt.
bool NodeCheck::value_node(Object const& object, std::string_view name, Scope scope) {
  if (!is_name(object.if_contains("var"))) return false;
  if (name == "template") {
    return only(object, {"t", "var", "value", "show", "inline", "c"}) &&
           is_text(object.if_contains("value")) && is_flag(object.if_contains("show")) &&
           is_flag(object.if_contains("inline")) &&
           is_optional(object, "c", [&](auto const* value) { return nodes(value, scope); });
  }
  return only(object, {"t", "var", "format", "base", "field", "index", "delimiter", "mapping_indicator",
                       "power_form"}) &&
         is_optional(object, "format", is_text) && is_optional(object, "base", is_text) &&
         is_optional(object, "field", is_text) && is_optional(object, "index", is_text) &&
         is_optional(object, "delimiter", is_text) && is_optional(object, "mapping_indicator", is_text) &&
         is_optional(object, "power_form", is_flag);
}

bool NodeCheck::is_catalog(json::value const* value) const {
  return is_text(value) && catalogs_ != nullptr && catalogs_->contains(value->as_string());
}

bool NodeCheck::attribute(std::string_view t, std::string_view key, json::value const& value) const {
  if (key == "t") return true;
  if (key == "c") return !is_asset_node(t);
  if (key == "cat") return is_catalog(&value);
  if (key == "lang") return is_text(&value) && is_language_tag(text_view(value.as_string()));
  if (key == "dir") return is_one_of(&value, {"ltr", "rtl", "auto"});
  if (key == "class") return has_shared_classes_only(value);
  if (key == "colspan" || key == "rowspan") return (t == "td" || t == "th") && is_count(&value);
  if (key == "scope") return is_one_of(&value, {"row", "col", "rowgroup", "colgroup"});
  if (key == "start") return t == "ol" && is_count(&value);
  if (key == "title") return t == "abbr" && value.is_string();
  if (key == "src") return is_asset_node(t) && value.is_string();
  if (key == "alt") return t == "img" && value.is_string();
  if (key == "width" || key == "height") return t == "img" && is_count(&value);
  if (key == "label") return (t == "audio" || t == "video") && value.is_string();
  if (key == "loop") return (t == "audio" || t == "video") && is_flag(&value);
  return false;
}

bool NodeCheck::mathml(Object const& object, std::string_view name) const {
  if (name != "math" && !is_mathml_element(name.substr(2))) return false;
  if (object.contains("var") && (responses_ == nullptr || name != "m:mi" || object.contains("c")))
    return false;
  return std::ranges::all_of(object, [&](auto const& member) {
    auto const key = key_view(member);
    if (key == "t" || key == "c") return true;
    if (key == "cat") return is_catalog(&member.value());
    if (key == "var") return is_name(&member.value());
    return member.value().is_string() && ((key == "alt" && name == "math") || is_mathml_attribute(key));
  });
}

}  // namespace proktor::qti
