#include "provisioning/drill/script.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace proktor::drill {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> sentences{
    "Kebun di atap membantu warga mendapat sayur segar setiap hari.",
    "Menurut saya gagasan itu baik karena menghemat air dan tempat.",
    "Tokoh itu tidak menyerah, ia mencari cara lain untuk menolong temannya.",
    "Data pada tabel naik setiap bulan, jadi perkiraan bulan depan lebih tinggi."};

std::string text_in(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::vector<std::string> ids_in(json::object const& object, std::string_view key) {
  std::vector<std::string> ids;
  auto const* list = object.if_contains(key);
  if (!list || !list->is_array()) return ids;
  for (auto const& entry : list->get_array()) {
    if (entry.is_object()) ids.push_back(text_in(entry.get_object(), "id"));
  }
  return ids;
}

void add_interaction(json::object const& node, std::string const& type, Item& item) {
  Interaction found;
  found.response = text_in(node, "r");
  if (type == "choice") {
    found.kind = Interaction::Kind::choice;
    auto const* max = node.if_contains("max");
    found.multiple = !max || !max->is_int64() || max->get_int64() != 1;
    found.choices = ids_in(node, "choices");
    if (found.choices.empty()) return;
  } else if (type == "match") {
    found.kind = Interaction::Kind::match;
    found.choices = ids_in(node, "rows");
    found.columns = ids_in(node, "cols");
    if (found.columns.empty()) return;
  } else if (type == "textentry") {
    found.number = text_in(node, "input") != "text";
  } else if (type == "extendedtext") {
    found.kind = Interaction::Kind::essay;
  } else {
    return;
  }
  if (!found.response.empty()) item.interactions.push_back(std::move(found));
}

void walk(json::value const& value, Item& item) {
  if (value.is_array()) {
    for (auto const& child : value.get_array()) walk(child, item);
  }
  if (!value.is_object()) return;
  auto const& node = value.get_object();
  add_interaction(node, text_in(node, "t"), item);
  if (auto const* children = node.if_contains("c")) walk(*children, item);
}

// Responses whose cardinality is not "single" take a list, whatever the number of choices allowed.
void settle_cardinality(json::object const& object, Item& item) {
  auto const* responses = object.if_contains("responses");
  if (!responses || !responses->is_object()) return;
  for (auto& interaction : item.interactions) {
    auto const* response = responses->get_object().if_contains(interaction.response);
    if (response && response->is_object()) {
      interaction.multiple = text_in(response->get_object(), "cardinality") != "single";
    }
  }
}

std::string line_head(std::uint64_t seq, std::string_view kind) {
  return "{\"v\":1,\"seq\":" + std::to_string(seq) + ",\"kind\":\"" + std::string(kind) + '"';
}

std::string line_tail(std::int64_t t_ms) {
  return ",\"t\":" + std::to_string(t_ms) + '}';
}

}  // namespace

Result<std::vector<Item>> read_items(json::value const& test) {
  auto const* object = test.if_object();
  auto const* list = object ? object->if_contains("items") : nullptr;
  if (!list || !list->is_array() || list->get_array().empty()) return fail(Errc::bad_json, "items");
  std::vector<Item> items;
  for (auto const& entry : list->get_array()) {
    if (!entry.is_object()) return fail(Errc::bad_json, "item");
    Item item;
    item.id = text_in(entry.get_object(), "id");
    if (auto const* body = entry.get_object().if_contains("body")) walk(*body, item);
    settle_cardinality(entry.get_object(), item);
    items.push_back(std::move(item));
  }
  return items;
}

std::string Script::value_of(Item const& item) {
  json::object value;
  for (auto const& interaction : item.interactions) {
    auto const some = [&](std::vector<std::string> const& from) { return from[random_.below(from.size())]; };
    if (interaction.kind == Interaction::Kind::choice && !interaction.multiple) {
      value[interaction.response] = some(interaction.choices);
    } else if (interaction.kind == Interaction::Kind::choice) {
      json::array chosen;
      for (auto const& choice : interaction.choices) {
        if (random_.below(2) == 0) chosen.emplace_back(choice);
      }
      if (chosen.empty()) chosen.emplace_back(interaction.choices.front());
      value[interaction.response] = std::move(chosen);
    } else if (interaction.kind == Interaction::Kind::match) {
      json::array pairs;
      for (auto const& row : interaction.choices) pairs.emplace_back(row + ' ' + some(interaction.columns));
      value[interaction.response] = std::move(pairs);
    } else if (interaction.kind == Interaction::Kind::essay) {
      value[interaction.response] = sentences[random_.below(sentences.size())];
    } else {
      value[interaction.response] =
          interaction.number ? std::to_string(random_.below(1000)) : std::string("kebun");
    }
  }
  return json::serialize(value);
}

std::string Script::visit(std::size_t index, std::uint64_t seq, std::int64_t t_ms) const {
  return line_head(seq, "visit") + ",\"item\":\"" + item(index).id + '"' + line_tail(t_ms);
}

std::string Script::answer(std::size_t index, std::uint64_t seq, std::int64_t t_ms) {
  Item const& about = item(index);
  if (about.interactions.empty()) return visit(index, seq, t_ms);
  return line_head(seq, "answer") + ",\"item\":\"" + about.id + "\",\"value\":" + value_of(about) +
         line_tail(t_ms);
}

std::string Script::flag(std::size_t index, std::uint64_t seq, std::int64_t t_ms, bool on) const {
  return line_head(seq, "flag") + ",\"item\":\"" + item(index).id +
         "\",\"value\":" + (on ? "true" : "false") + line_tail(t_ms);
}

std::string Script::submit(std::uint64_t seq, std::int64_t t_ms) {
  return line_head(seq, "submit") + line_tail(t_ms);
}

}  // namespace proktor::drill
