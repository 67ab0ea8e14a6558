#include "qti/delivery/check_basics.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/delivery/node_check.hpp"

#include <algorithm>
#include <string>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::size_t name_told_max = 80;   // bytes of an identifier in a message
constexpr std::size_t where_told_max = 40;  // bytes of a node's name in a message

Error refused(std::string_view what, std::string const& where) {
  return fail(Errc::package_invalid, std::string(what) + " is not a delivery entry" +
                                         (where.empty() ? "" : ", near " + where.substr(0, where_told_max)));
}

std::string name_of(json::object const& entry) {
  auto const* id = entry.if_contains("id");
  return is_text(id) ? std::string(text_view(id->as_string())).substr(0, name_told_max)
                     : std::string("an entry without id");
}

bool is_names(json::value const* value) {
  return value != nullptr && value->is_array() &&
         std::ranges::all_of(value->as_array(), [](json::value const& name) { return is_name(&name); });
}

bool is_responses(json::value const* value) {
  return value != nullptr && value->is_object() &&
         std::ranges::all_of(value->as_object(), [](auto const& member) {
           auto const* response = member.value().if_object();
           return response != nullptr && only(*response, {"cardinality", "base"});
         });
}

json::object const* object_at(json::object const& entry, std::string_view key) {
  auto const* value = entry.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

bool is_object(json::value const* value) {
  return value->is_object();
}

}  // namespace

Result<void> check_item_entry(json::object const& entry) {
  NodeCheck check(object_at(entry, "responses"), object_at(entry, "catalogs"));
  bool const well_formed = only(entry, {"id", "lang", "stimuli", "body", "responses", "catalogs"}) &&
                           is_name(entry.if_contains("id")) && is_lang(entry.if_contains("lang")) &&
                           is_names(entry.if_contains("stimuli")) &&
                           is_responses(entry.if_contains("responses")) &&
                           is_optional(entry, "catalogs", is_object) &&
                           check.body(entry.if_contains("body")) && check.all_bound() && check.catalogs();
  if (!well_formed) return refused("item " + name_of(entry), check.where);
  return {};
}

Result<void> check_stimulus_entry(json::object const& entry) {
  NodeCheck check(nullptr, object_at(entry, "catalogs"));
  bool const well_formed = only(entry, {"id", "title", "lang", "body", "catalogs"}) &&
                           is_name(entry.if_contains("id")) && is_text(entry.if_contains("title")) &&
                           is_lang(entry.if_contains("lang")) && is_optional(entry, "catalogs", is_object) &&
                           check.body(entry.if_contains("body")) && check.catalogs();
  if (!well_formed) return refused("stimulus " + name_of(entry), check.where);
  return {};
}

}  // namespace proktor::qti
