#include "qti/model/interactions.hpp"

#include "qti/model/area.hpp"
#include "qti/model/binding_rules.hpp"
#include "qti/model/plain_interactions.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

namespace proktor::qti {
namespace {

std::vector<std::string> words(std::string_view list) {
  std::vector<std::string> out;
  while (!(list = trim(list)).empty()) {
    auto const word = list.substr(0, list.find_first_of(" \t\r\n"));
    list.remove_prefix(word.size());
    out.emplace_back(word);
  }
  return out;
}

bool is_image(XmlNode const& node) {
  return node.name == "img" || node.name == "picture" ||
         (node.name == "object" && !node.attribute_or("type", "image/").starts_with("text"));
}

class InteractionReader {
 public:
  InteractionReader(Reader& reader, XmlNode const& node, Interaction& out)
      : reader_(reader), node_(node), out_(out) {}

  void read() {
    switch (out_.kind) {
      case InteractionKind::choice:
        shuffle();
        limits("choices", 1);
        choices({"qti-simple-choice"});
        break;
      case InteractionKind::inline_choice:
        shuffle();
        limits("choices", 1);
        choices({"qti-inline-choice"});
        break;
      case InteractionKind::order:
        shuffle();
        limits("choices", 0);
        choices({"qti-simple-choice"});
        break;
      case InteractionKind::associate:
        shuffle();
        limits("associations", 1);
        choices({"qti-simple-associable-choice"});
        groups();
        break;
      case InteractionKind::match:
        read_match();
        break;
      case InteractionKind::gap_match:
        shuffle();
        limits("associations", 0);  // QTI 2 has no such attribute: as many as there are gaps
        choices({"qti-gap-text", "qti-gap-img"});
        below(node_, "qti-gap", out_.columns);
        required_gaps();
        groups();
        break;
      case InteractionKind::hottext:
        limits("choices", 1);
        below(node_, "qti-hottext", out_.choices);
        break;
      default:
        read_graphic();
        break;
    }
  }

 private:
  void read_graphic() {
    switch (out_.kind) {
      case InteractionKind::hotspot:
        limits("choices", 1);
        spots("qti-hotspot-choice", out_.choices);
        break;
      case InteractionKind::graphic_order:
        limits("choices", 0);
        spots("qti-hotspot-choice", out_.choices);
        break;
      case InteractionKind::graphic_associate:
        limits("associations", 1);
        spots("qti-associable-hotspot", out_.choices);
        groups();
        break;
      case InteractionKind::graphic_gap_match:
        limits("associations", 0);
        choices({"qti-gap-img", "qti-gap-text"});
        spots("qti-associable-hotspot", out_.columns);
        groups();
        break;
      case InteractionKind::select_point:
        limits("choices", 0);
        image();
        break;
      case InteractionKind::position_object:
        limits("choices", 1);
        image();
        break;
      case InteractionKind::drawing:
        image();
        break;
      default:
        read_other();
        break;
    }
  }

  void read_other() {
    switch (out_.kind) {
      case InteractionKind::text_entry:
      case InteractionKind::extended_text:
        read_text(reader_, node_, out_);
        break;
      case InteractionKind::slider:
        read_slider(reader_, node_, out_);
        break;
      case InteractionKind::media:
        read_media(reader_, node_, out_);
        break;
      case InteractionKind::end_attempt:
        if (trim(node_.attribute_or("title", "")).empty())
          reader_.error("no-title", node_.line, node_.name + " has no title");
        break;
      default:
        break;
    }
  }

  void shuffle() { out_.shuffle = reader_.boolean(node_, "shuffle", false); }

  void limits(std::string_view what, std::uint32_t max) {
    std::string const max_name = "max-" + std::string(what);
    out_.max = reader_.count(node_, max_name, max);
    out_.min = reader_.count(node_, "min-" + std::string(what), 0);
    if (reader_.boolean(node_, "required", false)) out_.min = std::max(out_.min, 1U);
    if (out_.cardinality == Cardinality::single && out_.max != 1) {
      if (node_.attribute(max_name))
        reader_.warning(max_name, node_.line, max_name + " is taken as 1, since the response is single");
      out_.max = 1;
    }
    if (out_.max != 0 && out_.min > out_.max) {
      reader_.error("bad-limits", node_.line,
                    node_.name + " asks for at least " + std::to_string(out_.min) + " and at most " +
                        std::to_string(out_.max));
    }
  }

  void add_choice(XmlNode const& node, std::vector<Choice>& list) {
    if (identifiers_.size() == choices_max) {
      reader_.error("too-many-choices", node.line,
                    node_.name + " has more than " + std::to_string(choices_max) + " choices");
    }
    if (identifiers_.size() >= choices_max) return;
    Choice choice;
    choice.identifier = reader_.identifier(node, "identifier");
    choice.fixed = reader_.boolean(node, "fixed", false);
    choice.match_max = reader_.count(node, "match-max", 1);
    choice.match_min = reader_.count(node, "match-min", 0);
    choice.match_group = words(node.attribute_or("match-group", ""));
    choice.template_identifier = trim(node.attribute_or("template-identifier", ""));
    choice.template_shows = node.attribute_or("show-hide", "show") != "hide";
    choice.node = &node;
    if (!identifiers_.insert(choice.identifier).second)
      reader_.error("duplicate-identifier", node.line, "two choices are called " + choice.identifier);
    if (choice.match_max != 0 && choice.match_min > choice.match_max) {
      reader_.error("bad-limits", node.line, choice.identifier + ": match-min is greater than match-max");
    }
    list.push_back(std::move(choice));
  }

  void require_some(XmlNode const& holder, std::vector<Choice> const& list) {
    if (list.empty()) reader_.error("no-choices", holder.line, holder.name + " has no choices");
  }

  void choices_in(XmlNode const& holder, std::initializer_list<std::string_view> elements,
                  std::vector<Choice>& list) {
    for (auto const& child : holder.children) {
      if (!child.is_text && std::ranges::find(elements, child.name) != elements.end())
        add_choice(child, list);
    }
    require_some(holder, list);
  }

  void choices(std::initializer_list<std::string_view> elements) {
    choices_in(node_, elements, out_.choices);
  }

  // Gaps and hottexts stand anywhere in the text.
  void collect_below(XmlNode const& holder, std::string_view element, std::vector<Choice>& list) {
    for (auto const& child : holder.children) {
      if (child.is_text) continue;
      if (child.name == element) add_choice(child, list);
      collect_below(child, element, list);
    }
  }

  void below(XmlNode const& holder, std::string_view element, std::vector<Choice>& list) {
    collect_below(holder, element, list);
    require_some(holder, list);
  }

  void spots(std::string_view element, std::vector<Choice>& list) {
    image();
    choices_in(node_, {element}, list);
    for (auto& spot : list) spot.area = read_area(reader_, *spot.node);
  }

  void required_gaps() {
    for (auto& gap : out_.columns) {
      gap.match_max = 1;
      if (reader_.boolean(*gap.node, "required", false)) gap.match_min = 1;
    }
  }

  void read_match() {
    shuffle();
    limits("associations", 1);
    std::vector<XmlNode const*> sets;
    for (auto const& child : node_.children) {
      if (!child.is_text && child.name == "qti-simple-match-set") sets.push_back(&child);
    }
    if (sets.size() != 2) {
      reader_.error("wrong-match-sets", node_.line, "a match needs two sets of choices");
      return;
    }
    choices_in(*sets[0], {"qti-simple-associable-choice"}, out_.choices);
    choices_in(*sets[1], {"qti-simple-associable-choice"}, out_.columns);
    groups();
  }

  // A group names choices of the same interaction.
  void groups() {
    for (auto const* list : {&out_.choices, &out_.columns}) {
      for (auto const& choice : *list) {
        for (auto const& word : choice.match_group) {
          if (identifiers_.contains(word)) continue;
          reader_.warning("unknown-match-group", choice.node->line,
                          choice.identifier + ": match-group names " + word + ", which is no choice");
        }
      }
    }
  }

  void image() {
    if (std::ranges::any_of(node_.children, is_image)) return;
    reader_.error("no-image", node_.line, node_.name + " has no image");
  }

  Reader& reader_;
  XmlNode const& node_;
  Interaction& out_;
  std::set<std::string, std::less<>> identifiers_;
};

}  // namespace

Interaction read_interaction(Reader& reader, XmlNode const& node, Item const& item) {
  Interaction interaction;
  interaction.kind = interaction_from(node.name).value_or(InteractionKind::choice);
  interaction.node = &node;
  interaction.line = node.line;
  interaction.response = reader.identifier(node, "response-identifier");
  auto const* declaration = item.response(interaction.response);
  if (declaration == nullptr) {
    reader.error("missing-declaration", node.line,
                 node.name + " is bound to " + interaction.response + ", which is not declared");
    return interaction;
  }
  if (std::ranges::find(item.interactions, interaction.response, &Interaction::response) !=
      item.interactions.end()) {
    reader.error("response-bound-twice", node.line, "two interactions are bound to " + interaction.response);
  }
  interaction.cardinality = declaration->cardinality;
  interaction.base = declaration->base;
  check_binding(reader, interaction, *declaration);
  InteractionReader(reader, node, interaction).read();
  check_keys(reader, interaction, *declaration);
  check_templates(reader, interaction, item);
  return interaction;
}

}  // namespace proktor::qti
