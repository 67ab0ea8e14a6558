#include "qti/delivery/check_basics.hpp"
#include "qti/delivery/delivery_view.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::size_t items_max = 2'000;  // of one test

class TestCheck {
 public:
  bool children(json::value const* list, std::size_t depth) {
    if (list == nullptr || !list->is_array() || list->as_array().empty() || depth > entry_depth_max)
      return false;
    return std::ranges::all_of(list->as_array(), [&](json::value const& value) {
      auto const* child = value.if_object();
      return child != nullptr && flags(*child) &&
             (child->contains("ref") ? ref(*child) : section(*child, depth));
    });
  }

 private:
  static bool flags(json::object const& child) {
    for (auto const* key : {"fixed", "required", "keep_together", "with_replacement", "visible", "shuffle"}) {
      if (child.contains(key) && !is_flag(child.if_contains(key))) return false;
    }
    return true;
  }

  bool ref(json::object const& child) {
    return only(child, {"ref", "item", "fixed", "required"}) && is_name(child.if_contains("ref")) &&
           is_name(child.if_contains("item")) && refs_.size() < items_max &&
           refs_.insert(std::string(text_view(child.at("ref").as_string()))).second;
  }

  bool section(json::object const& child, std::size_t depth) {
    return only(child, {"section", "visible", "shuffle", "select", "fixed", "required", "keep_together",
                        "with_replacement", "children"}) &&
           is_name(child.if_contains("section")) &&
           (!child.contains("select") || is_count(child.if_contains("select"))) &&
           children(child.if_contains("children"), depth + 1);
  }

  std::set<std::string> refs_;
};

}  // namespace

Result<void> check_test_entry(json::object const& entry) {
  auto const* parts = entry.if_contains("parts");
  TestCheck check;
  bool const well_formed =
      only(entry, {"id", "title", "duration_ms", "parts"}) && is_name(entry.if_contains("id")) &&
      is_text(entry.if_contains("title")) && is_count(entry.if_contains("duration_ms")) && parts != nullptr &&
      parts->is_array() && !parts->as_array().empty() &&
      std::ranges::all_of(parts->as_array(), [&](json::value const& value) {
        auto const* part = value.if_object();
        return part != nullptr && only(*part, {"part", "linear", "simultaneous", "children"}) &&
               is_name(part->if_contains("part")) && is_flag(part->if_contains("linear")) &&
               is_flag(part->if_contains("simultaneous")) && check.children(part->if_contains("children"), 0);
      });
  if (!well_formed) {
    auto const* id = entry.if_contains("id");
    return fail(Errc::package_invalid, "test " + (is_name(id) ? std::string(id->as_string()) : "without id") +
                                           " is not a test entry");
  }
  return {};
}

}  // namespace proktor::qti
