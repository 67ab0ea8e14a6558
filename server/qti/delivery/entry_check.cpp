#include "qti/delivery/delivery_view.hpp"
#include "qti/model/names.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::uint64_t number_max = 1'000'000'000'000;
constexpr std::size_t depth_max = 400;
constexpr std::size_t items_max = 2'000;  // of one test

std::string_view view(json::string const& text) {
  return {text.data(), text.size()};
}

bool is_count(json::value const* value) {
  if (value == nullptr) return false;
  if (auto const* number = value->if_int64())
    return *number >= 0 && static_cast<std::uint64_t>(*number) <= number_max;
  auto const* number = value->if_uint64();
  return number != nullptr && *number <= number_max;
}

bool is_text(json::value const* value) {
  return value != nullptr && value->is_string();
}

bool is_name(json::value const* value) {
  return is_text(value) && is_identifier(view(value->as_string()));
}

bool is_flag(json::value const* value) {
  return value != nullptr && value->is_bool();
}

bool is_one_of(json::value const* value, std::initializer_list<std::string_view> words) {
  return is_text(value) && std::ranges::find(words, view(value->as_string())) != words.end();
}

// Every key is listed: what is not in the contract is refused, so nothing unknown reaches a browser.
bool only(json::object const& object, std::initializer_list<std::string_view> keys) {
  return std::ranges::all_of(object, [&](auto const& member) {
    return std::ranges::find(keys, std::string_view(member.key().data(), member.key().size())) != keys.end();
  });
}

// Walks the nodes of one entry. Says only yes or no; `where` names the last thing looked at.
class NodeCheck {
 public:
  explicit NodeCheck(json::object const* responses) : responses_(responses) {}

  std::string where;

  bool nodes(json::value const* value, std::size_t depth, bool interactions) {
    if (value == nullptr || !value->is_array() || depth > depth_max) return false;
    return std::ranges::all_of(value->as_array(), [&](json::value const& entry) {
      if (entry.is_string()) return true;
      return entry.is_object() && node(entry.as_object(), depth, interactions);
    });
  }

  bool all_bound() const { return responses_ == nullptr || bound_.size() == responses_->size(); }

 private:
  bool node(json::object const& object, std::size_t depth, bool interactions) {
    auto const* t = object.if_contains("t");
    if (!is_text(t)) return false;
    auto const name = view(t->as_string());
    where = name;
    if (object.contains("r")) return interactions && interaction(object, name, depth);
    if (auto const* children = object.if_contains("c");
        children != nullptr && !nodes(children, depth + 1, interactions)) {
      return false;
    }
    where = name;
    if (name == "math" || name.starts_with("m:")) return mathml(object, name);
    if (html_use(name) != HtmlUse::keep) return false;
    return std::ranges::all_of(
               object,
               [&](auto const& member) {
                 return attribute(name, {member.key().data(), member.key().size()}, member.value());
               }) &&
           (name != "img" || is_text(object.if_contains("src")));
  }

  static bool attribute(std::string_view t, std::string_view key, json::value const& value) {
    if (key == "t") return true;
    if (key == "c") return t != "img";
    if (key == "lang") return value.is_string() && is_language_tag(view(value.as_string()));
    if (key == "dir") return is_one_of(&value, {"ltr", "rtl", "auto"});
    if (key == "class") return value.is_string() && classes(view(value.as_string()));
    if (key == "colspan" || key == "rowspan") return (t == "td" || t == "th") && is_count(&value);
    if (key == "scope") return is_one_of(&value, {"row", "col", "rowgroup", "colgroup"});
    if (key == "start") return t == "ol" && is_count(&value);
    if (key == "title") return t == "abbr" && value.is_string();
    if (key == "src") return t == "img" && value.is_string();
    if (key == "alt") return t == "img" && value.is_string();
    if (key == "width" || key == "height") return t == "img" && is_count(&value);
    return false;
  }

  static bool classes(std::string_view list) {
    while (!list.empty()) {
      auto const word = list.substr(0, list.find(' '));
      if (!is_shared_class(word)) return false;
      list.remove_prefix(std::min(word.size() + 1, list.size()));
    }
    return true;
  }

  static bool mathml(json::object const& object, std::string_view name) {
    if (name != "math" && !is_mathml_element(name.substr(2))) return false;
    return std::ranges::all_of(object, [&](auto const& member) {
      std::string_view const key{member.key().data(), member.key().size()};
      if (key == "t" || key == "c") return true;
      return member.value().is_string() && ((key == "alt" && name == "math") || is_mathml_attribute(key));
    });
  }

  // The response an interaction is bound to, once; nullptr when there is none.
  json::object const* bind(json::object const& object) {
    auto const* r = object.if_contains("r");
    if (!is_text(r) || responses_ == nullptr) return nullptr;
    auto const* response = responses_->if_contains(r->as_string());
    if (response == nullptr || !bound_.insert(std::string(view(r->as_string()))).second) return nullptr;
    return response->if_object();
  }

  bool interaction(json::object const& object, std::string_view name, std::size_t depth) {
    auto const* response = bind(object);
    if (response == nullptr) return false;
    auto const is = [&](std::string_view key, std::initializer_list<std::string_view> words) {
      return is_one_of(response->if_contains(key), words);
    };
    if (name == "choice") {
      return is("base", {"identifier"}) && is("cardinality", {"single", "multiple"}) && choice(object, depth);
    }
    if (name == "match")
      return is("base", {"directedPair"}) && is("cardinality", {"multiple"}) && match(object, depth);
    if (!is("cardinality", {"single"})) return false;
    if (name == "textentry") {
      return is("base", {"string", "integer", "float"}) &&
             only(object, {"t", "r", "width", "input", "label"}) && is_count(object.if_contains("width")) &&
             is_one_of(object.if_contains("input"), {"text", "integer", "decimal"}) &&
             (!object.contains("label") || is_text(object.if_contains("label")));
    }
    return name == "extendedtext" && is("base", {"string"}) &&
           only(object, {"t", "r", "prompt", "lines", "max_chars"}) &&
           is_count(object.if_contains("lines")) && is_count(object.if_contains("max_chars")) &&
           nodes(object.if_contains("prompt"), depth + 1, false);
  }

  bool choice(json::object const& object, std::size_t depth) {
    std::set<std::string> names;
    return only(object, {"t", "r", "shuffle", "max", "min", "prompt", "orientation", "labels", "choices"}) &&
           is_one_of(object.if_contains("orientation"), {"vertical", "horizontal"}) &&
           is_one_of(object.if_contains("labels"), {"A", "1", "none"}) && common(object, depth) &&
           choices(object.if_contains("choices"), depth, false, names);
  }

  bool match(json::object const& object, std::size_t depth) {
    std::set<std::string> names;
    return only(object, {"t", "r", "shuffle", "max", "min", "prompt", "tabular", "rows", "cols"}) &&
           is_flag(object.if_contains("tabular")) && common(object, depth) &&
           choices(object.if_contains("rows"), depth, true, names) &&
           choices(object.if_contains("cols"), depth, true, names);
  }

  bool common(json::object const& object, std::size_t depth) {
    return is_flag(object.if_contains("shuffle")) && is_count(object.if_contains("max")) &&
           is_count(object.if_contains("min")) && nodes(object.if_contains("prompt"), depth + 1, false);
  }

  bool choices(json::value const* list, std::size_t depth, bool with_max, std::set<std::string>& names) {
    if (list == nullptr || !list->is_array() || list->as_array().empty()) return false;
    return std::ranges::all_of(list->as_array(), [&](json::value const& value) {
      auto const* entry = value.if_object();
      return entry != nullptr && only(*entry, {"id", "fixed", "max", "c"}) &&
             is_name(entry->if_contains("id")) &&
             names.insert(std::string(view(entry->at("id").as_string()))).second &&
             (!entry->contains("fixed") || is_flag(entry->if_contains("fixed"))) &&
             entry->contains("max") == with_max && (!with_max || is_count(entry->if_contains("max"))) &&
             nodes(entry->if_contains("c"), depth + 1, false);
    });
  }

  json::object const* responses_;
  std::set<std::string> bound_;
};

Error refused(std::string_view what, std::string const& where) {
  return fail(Errc::package_invalid, std::string(what) + " is not a delivery entry" +
                                         (where.empty() ? "" : ", near " + where.substr(0, 40)));
}

std::string name_of(json::object const& entry) {
  auto const* id = entry.if_contains("id");
  return is_text(id) ? std::string(view(id->as_string())).substr(0, 80) : std::string("an entry without id");
}

bool is_lang(json::value const* value) {
  return is_text(value) && (value->as_string().empty() || is_language_tag(view(value->as_string())));
}

class TestCheck {
 public:
  bool children(json::value const* list, std::size_t depth) {
    if (list == nullptr || !list->is_array() || list->as_array().empty() || depth > depth_max) return false;
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
           refs_.insert(std::string(view(child.at("ref").as_string()))).second;
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

Result<void> check_item_entry(json::object const& entry) {
  auto const* responses = entry.if_contains("responses");
  auto const* stimuli = entry.if_contains("stimuli");
  NodeCheck check(responses == nullptr ? nullptr : responses->if_object());
  bool const well_formed =
      only(entry, {"id", "lang", "stimuli", "body", "responses"}) && is_name(entry.if_contains("id")) &&
      is_lang(entry.if_contains("lang")) && responses != nullptr && responses->is_object() &&
      stimuli != nullptr && stimuli->is_array() &&
      std::ranges::all_of(stimuli->as_array(),
                          [](json::value const& stimulus) { return is_name(&stimulus); }) &&
      std::ranges::all_of(responses->as_object(),
                          [](auto const& member) {
                            auto const* response = member.value().if_object();
                            return response != nullptr && only(*response, {"cardinality", "base"});
                          }) &&
      check.nodes(entry.if_contains("body"), 0, true) && check.all_bound();
  if (!well_formed) return refused("item " + name_of(entry), check.where);
  return {};
}

Result<void> check_stimulus_entry(json::object const& entry) {
  NodeCheck check(nullptr);
  bool const well_formed = only(entry, {"id", "title", "lang", "body"}) && is_name(entry.if_contains("id")) &&
                           is_text(entry.if_contains("title")) && is_lang(entry.if_contains("lang")) &&
                           check.nodes(entry.if_contains("body"), 0, false);
  if (!well_formed) return refused("stimulus " + name_of(entry), check.where);
  return {};
}

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
  if (!well_formed) return refused("test " + name_of(entry), "");
  return {};
}

}  // namespace proktor::qti
