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

void ViewWriter::item(json::object const& entry, ItemPlan const& plan) {
  plan_ = &plan;
  raw("{\"id\":");
  text(plan.ids.opaque);
  raw(",\"lang\":");
  text(view(entry.at("lang").as_string()));
  raw(",\"stimuli\":[");
  for (std::size_t i = 0; i < plan.stimuli.size(); ++i) {
    if (i > 0) raw(",");
    text(plan.stimuli[i]);
  }
  raw("],\"body\":");
  nodes(entry.at("body").as_array());
  raw(",\"responses\":{");
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
  raw("}}");
  plan_ = nullptr;
}

void ViewWriter::stimulus(json::object const& entry) {
  raw("{\"title\":");
  text(view(entry.at("title").as_string()));
  raw(",\"lang\":");
  text(view(entry.at("lang").as_string()));
  raw(",\"body\":");
  nodes(entry.at("body").as_array());
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
  for (auto const& entry : list) {
    if (!first) raw(",");
    first = false;
    if (auto const* words = entry.if_string()) {
      text(view(*words));
    } else {
      node(entry.as_object());
    }
  }
  raw("]");
}

void ViewWriter::node(json::object const& object) {
  if (plan_ != nullptr && object.contains("r")) {
    if (auto const* plan = plan_->of(object)) interaction(object, *plan);
    return;
  }
  raw("{\"t\":");
  text(view(object.at("t").as_string()));
  for (auto const& [key, entry] : object) {
    if (key == "t") continue;
    raw(",\"");
    raw({key.data(), key.size()});
    raw("\":");
    if (key == "c") {
      nodes(entry.as_array());
    } else if (key == "src") {
      source(view(entry.as_string()));
    } else {
      value(entry);
    }
  }
  raw("}");
}

void ViewWriter::interaction(json::object const& object, InteractionPlan const& plan) {
  auto const& ids = plan_->ids.responses[plan.response];
  raw("{\"t\":");
  text(view(object.at("t").as_string()));
  raw(",\"r\":");
  text(ids.opaque);
  for (auto const& [key, entry] : object) {
    if (key == "t" || key == "r" || key == "shuffle") continue;
    raw(",\"");
    raw({key.data(), key.size()});
    raw("\":");
    if (key == "choices" || key == "rows") {
      choices(entry.as_array(), plan.choices, 0, ids);
    } else if (key == "cols") {
      choices(entry.as_array(), plan.columns, plan.choices.size(), ids);
    } else if (key == "prompt") {
      nodes(entry.as_array());
    } else {
      value(entry);
    }
  }
  raw("}");
}

void ViewWriter::choices(json::array const& list, std::vector<std::size_t> const& order, std::size_t offset,
                         ResponseIds const& ids) {
  raw("[");
  for (std::size_t i = 0; i < order.size(); ++i) {
    auto const& choice = list[order[i]].as_object();
    raw(i > 0 ? ",{\"id\":" : "{\"id\":");
    text(ids.choices[offset + order[i]].first);
    if (auto const* max = choice.if_contains("max")) {
      raw(",\"max\":");
      value(*max);
    }
    raw(",\"c\":");
    nodes(choice.at("c").as_array());
    raw("}");
  }
  raw("]");
}

void ViewWriter::value(json::value const& scalar) {
  if (auto const* words = scalar.if_string()) {
    text(view(*words));
  } else {
    raw(json::serialize(scalar));
  }
}

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
}

}  // namespace proktor::qti
