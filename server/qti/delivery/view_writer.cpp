#include "qti/delivery/view_writer.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::string_view hex_digits = "0123456789abcdef";

std::string_view view(json::string const& text) {
  return {text.data(), text.size()};
}
std::string_view view(json::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

void write_json_string(std::string_view text, std::string& out) {
  out.push_back('"');
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      out += "\\u00";
      out.push_back(hex_digits[byte >> 4U]);
      out.push_back(hex_digits[byte & 15U]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

void ViewWriter::item(Object const& entry, ItemPlan const& plan, ViewValues const& values) {
  plan_ = &plan;
  values_ = &values;
  number_catalogs(entry);
  raw("{\"id\":");
  text(plan.ids.opaque);
  raw(",\"lang\":");
  text(view(entry.at("lang").as_string()));
  stimuli_and_responses(plan);
  raw(",\"body\":");
  nodes(entry.at("body").as_array());
  catalogs(entry);
  raw("}");
  plan_ = nullptr;
  values_ = nullptr;
}

void ViewWriter::stimuli_and_responses(ItemPlan const& plan) {
  raw(",\"stimuli\":[");
  for (std::size_t i = 0; i < plan.stimuli.size(); ++i) {
    if (i > 0) raw(",");
    text(plan.stimuli[i]);
  }
  raw("],\"responses\":{");
  for (std::size_t i = 0; i < plan.ids.responses.size(); ++i) {
    auto const& response = plan.ids.responses[i];
    if (i > 0) raw(",");
    text(response.opaque);
    raw(":{\"cardinality\":");
    text(response.cardinality);
    raw(",\"base\":");
    text(response.base);
    raw("}");
  }
  raw("}");
}

void ViewWriter::stimulus(Object const& entry) {
  number_catalogs(entry);
  raw("{\"title\":");
  text(view(entry.at("title").as_string()));
  raw(",\"lang\":");
  text(view(entry.at("lang").as_string()));
  raw(",\"body\":");
  nodes(entry.at("body").as_array());
  catalogs(entry);
  raw("}");
}

// Catalogs of which a card is kept, in document order.
void ViewWriter::number_catalogs(Object const& entry) {
  catalog_ids_.clear();
  auto const* catalogs = entry.if_contains("catalogs");
  if (catalogs == nullptr || supports_.empty()) return;
  for (auto const& [authored, cards] : catalogs->as_object()) {
    bool const kept = std::ranges::any_of(cards.as_array(), [&](json::value const& card) {
      return supports_.contains(view(card.at("support").as_string()));
    });
    if (kept) catalog_ids_.emplace(view(authored), "k" + std::to_string(catalog_ids_.size() + 1));
  }
}

void ViewWriter::catalogs(Object const& entry) {
  if (catalog_ids_.empty()) return;
  raw(",\"catalogs\":{");
  bool first = true;
  for (auto const& [authored, cards] : entry.at("catalogs").as_object()) {
    auto const found = catalog_ids_.find(view(authored));
    if (found == catalog_ids_.end()) continue;
    if (!first) raw(",");
    first = false;
    text(found->second);
    raw(":[");
    bool first_card = true;
    for (auto const& kept : cards.as_array()) {
      if (!supports_.contains(view(kept.at("support").as_string()))) continue;
      if (!first_card) raw(",");
      first_card = false;
      card(kept.as_object());
    }
    raw("]");
  }
  raw("}");
}

void ViewWriter::card(Object const& entry) {
  raw("{\"support\":");
  value(entry.at("support"));
  if (auto const* lang = entry.if_contains("lang")) {
    raw(",\"lang\":");
    value(*lang);
  }
  raw(",\"c\":");
  nodes(entry.at("c").as_array());
  raw("}");
}

void ViewWriter::assets() {
  raw("[");
  for (std::size_t i = 0; i < used_.size(); ++i) {
    if (i > 0) raw(",");
    raw("{\"path\":\"/api/asset/");
    raw(used_[i]->sha256);
    raw("\",\"type\":");
    text(used_[i]->type);
    raw(",\"bytes\":");
    raw(std::to_string(used_[i]->bytes));
    raw("}");
  }
  raw("]");
}

void ViewWriter::nodes(json::array const& list) {
  raw("[");
  bool first = true;
  splice(list, first);
  raw("]");
}

// What is a value of the attempt takes its place among its neighbours, or leaves none.
void ViewWriter::splice(json::array const& list, bool& first) {
  auto const comma = [&] {
    if (!first) raw(",");
    first = false;
  };
  for (auto const& entry : list) {
    if (auto const* words = entry.if_string()) {
      comma();
      text(view(*words));
      continue;
    }
    auto const& object = entry.as_object();
    auto const t = view(object.at("t").as_string());
    if (values_ != nullptr && !values_->shows(object)) continue;
    if (t == "template") {
      if (auto const* children = object.if_contains("c")) splice(children->as_array(), first);
    } else if (t == "printed") {
      auto const words = values_ == nullptr ? std::string() : values_->printed(object);
      if (words.empty()) continue;
      comma();
      text(words);
    } else {
      comma();
      element(object);
    }
  }
}

void ViewWriter::element(Object const& object) {
  auto const t = view(object.at("t").as_string());
  if (object.contains("r")) {
    auto const* plan = plan_ == nullptr ? nullptr : plan_->of(object);
    if (plan != nullptr) interaction(object, *plan);
    return;
  }
  if (t == "positionstage") return stage(object);
  if (t == "gap" || t == "hot") return part(object);
  if (auto const* variable = object.if_contains("var"); variable != nullptr && values_ != nullptr) {
    raw("{\"t\":\"m:mn\",\"c\":[");
    text(values_->number(view(variable->as_string())));
    raw("]}");
    return;
  }
  raw("{\"t\":");
  text(t);
  for (auto const& [key, entry] : object) {
    if (key != "t") member(view(key), entry);
  }
  raw("}");
}

// ,"key":value of anything but an interaction's own parts.
void ViewWriter::member(std::string_view key, json::value const& entry) {
  if (key == "cat") {
    auto const found = catalog_ids_.find(view(entry.as_string()));
    if (found == catalog_ids_.end()) return;
    raw(",\"cat\":");
    text(found->second);
    return;
  }
  raw(",\"");
  raw(key);
  raw("\":");
  if (key == "src") {
    source(view(entry.as_string()));
  } else if (auto const* list = entry.if_array(); list != nullptr && (key == "c" || key == "prompt")) {
    nodes(*list);
  } else if (auto const* asset = entry.if_object(); asset != nullptr && key == "img") {
    image(*asset);
  } else if (asset != nullptr) {
    element(*asset);
  } else {
    value(entry);
  }
}

void ViewWriter::value(json::value const& scalar) {
  if (auto const* words = scalar.if_string()) {
    text(view(*words));
  } else {
    raw(json::serialize(scalar));
  }
}

// The address, and the type of what the page must choose a player for.
void ViewWriter::source(std::string_view path) {
  auto const found = entries_.assets.find(path);
  if (found == entries_.assets.end()) {
    asset_missing_ = true;
    raw("\"\"");
    return;
  }
  if (std::ranges::find(used_, &found->second) == used_.end()) used_.push_back(&found->second);
  raw("\"/api/asset/");
  raw(found->second.sha256);
  raw("\"");
  if (found->second.type.starts_with("image/")) return;
  raw(",\"type\":");
  text(found->second.type);
}

}  // namespace proktor::qti
