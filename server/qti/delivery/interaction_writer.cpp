#include "qti/delivery/view_writer.hpp"

namespace proktor::qti {
namespace {

namespace json = boost::json;

std::string_view view(json::string const& text) {
  return {text.data(), text.size()};
}

// Of an entry alone: how to choose and show, not what.
bool is_of_entry(std::string_view key) {
  return key == "t" || key == "r" || key == "id" || key == "shuffle" || key == "fixed" || key == "var" ||
         key == "show";
}

}  // namespace

void ViewWriter::interaction(Object const& object, InteractionPlan const& plan) {
  ids_ = &plan_->ids.responses[plan.response];
  raw("{\"t\":");
  text(view(object.at("t").as_string()));
  raw(",\"r\":");
  text(ids_->opaque);
  for (auto const& [key, entry] : object) {
    std::string_view const name{key.data(), key.size()};
    if (!is_of_entry(name)) own_member(name, entry, plan);
  }
  raw("}");
  ids_ = nullptr;
}

void ViewWriter::own_member(std::string_view key, json::value const& entry, InteractionPlan const& plan) {
  bool const first = key == "choices" || key == "rows";
  if (!first && key != "cols" && key != "spots") {
    member(key, entry);
    return;
  }
  raw(",\"");
  raw(key);
  raw("\":");
  choices(first ? plan.choices : key == "cols" ? plan.columns : plan.spots);
}

void ViewWriter::choices(Objects const& list) {
  raw("[");
  for (std::size_t i = 0; i < list.size(); ++i) {
    raw(i > 0 ? ",{\"id\":" : "{\"id\":");
    text(opaque_choice(*ids_, view(list[i]->at("id").as_string())));
    for (auto const& [key, entry] : *list[i]) {
      std::string_view const name{key.data(), key.size()};
      if (!is_of_entry(name)) member(name, entry);
    }
    raw("}");
  }
  raw("]");
}

// A gap or a hottext.
void ViewWriter::part(Object const& object) {
  raw("{\"t\":");
  text(view(object.at("t").as_string()));
  raw(",\"id\":");
  text(ids_ == nullptr ? std::string_view() : opaque_choice(*ids_, view(object.at("id").as_string())));
  for (auto const& [key, entry] : object) {
    std::string_view const name{key.data(), key.size()};
    if (!is_of_entry(name)) member(name, entry);
  }
  raw("}");
}

void ViewWriter::image(Object const& object) {
  raw("{\"src\":");
  source(view(object.at("src").as_string()));
  for (auto const& [key, entry] : object) {
    if (key != "src") member({key.data(), key.size()}, entry);
  }
  raw("}");
}

void ViewWriter::stage(Object const& object) {
  raw("{\"t\":\"positionstage\",\"img\":");
  image(object.at("img").as_object());
  raw(",\"objects\":");
  nodes(object.at("objects").as_array());
  raw("}");
}

}  // namespace proktor::qti
