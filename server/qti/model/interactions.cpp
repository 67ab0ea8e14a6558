#include "qti/model/interactions.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace proktor::qti {
namespace {

struct KindName {
  InteractionKind kind;
  std::string_view name;
};

constexpr std::array kind_names{
    KindName{InteractionKind::choice, "qti-choice-interaction"},
    KindName{InteractionKind::match, "qti-match-interaction"},
    KindName{InteractionKind::text_entry, "qti-text-entry-interaction"},
    KindName{InteractionKind::extended_text, "qti-extended-text-interaction"},
    KindName{InteractionKind::associate, "qti-associate-interaction"},
    KindName{InteractionKind::custom, "qti-custom-interaction"},
    KindName{InteractionKind::drawing, "qti-drawing-interaction"},
    KindName{InteractionKind::end_attempt, "qti-end-attempt-interaction"},
    KindName{InteractionKind::gap_match, "qti-gap-match-interaction"},
    KindName{InteractionKind::graphic_associate, "qti-graphic-associate-interaction"},
    KindName{InteractionKind::graphic_gap_match, "qti-graphic-gap-match-interaction"},
    KindName{InteractionKind::graphic_order, "qti-graphic-order-interaction"},
    KindName{InteractionKind::hotspot, "qti-hotspot-interaction"},
    KindName{InteractionKind::hottext, "qti-hottext-interaction"},
    KindName{InteractionKind::inline_choice, "qti-inline-choice-interaction"},
    KindName{InteractionKind::media, "qti-media-interaction"},
    KindName{InteractionKind::order, "qti-order-interaction"},
    KindName{InteractionKind::portable_custom, "qti-portable-custom-interaction"},
    KindName{InteractionKind::position_object, "qti-position-object-interaction"},
    KindName{InteractionKind::select_point, "qti-select-point-interaction"},
    KindName{InteractionKind::slider, "qti-slider-interaction"},
    KindName{InteractionKind::upload, "qti-upload-interaction"}};

// Reads one interaction; the declaration is what its response must agree with.
class InteractionReader {
 public:
  InteractionReader(Reader& reader, XmlNode const& node, Declaration const& declaration, Interaction& out)
      : reader_(reader), node_(node), declaration_(declaration), out_(out) {}

  void read() {
    switch (out_.kind) {
      case InteractionKind::choice:
        read_choice();
        break;
      case InteractionKind::match:
        read_match();
        break;
      case InteractionKind::text_entry:
      case InteractionKind::extended_text:
        read_text();
        break;
      default:
        break;
    }
  }

 private:
  void require(bool agrees, std::string_view code, std::string_view wanted) {
    if (agrees) return;
    reader_.error(code, node_.line,
                  node_.name + " needs a response of " + std::string(wanted) + "; " +
                      declaration_.identifier + " is " + std::string(name(declaration_.cardinality)) + " " +
                      std::string(name(declaration_.base)));
  }

  void read_choices(XmlNode const& holder, std::string_view element, std::vector<Choice>& choices) {
    for (auto const& child : holder.children) {
      if (child.is_text || child.name != element) continue;
      Choice choice;
      choice.identifier = reader_.identifier(child, "identifier");
      choice.fixed = reader_.boolean(child, "fixed", false);
      choice.match_max = reader_.count(child, "match-max", 1);
      choice.node = &child;
      if (!identifiers_.insert(choice.identifier).second) {
        reader_.error("duplicate-identifier", child.line, "two choices are called " + choice.identifier);
      }
      choices.push_back(std::move(choice));
    }
    if (choices.empty()) reader_.error("no-choices", holder.line, holder.name + " has no choices");
  }

  void require_choice(std::string_view identifier) {
    if (identifiers_.contains(std::string(identifier))) return;
    reader_.error("unknown-choice", declaration_.line,
                  "the correct response of " + declaration_.identifier + " names " + std::string(identifier) +
                      ", which is no choice");
  }

  void read_choice() {
    bool const single = declaration_.cardinality == Cardinality::single;
    require(declaration_.base == BaseType::identifier, "wrong-base-type", "base-type identifier");
    require(single || declaration_.cardinality == Cardinality::multiple, "wrong-cardinality",
            "cardinality single or multiple");
    out_.shuffle = reader_.boolean(node_, "shuffle", false);
    out_.max = reader_.count(node_, "max-choices", 1);
    out_.min = reader_.count(node_, "min-choices", 0);
    if (single && out_.max != 1) {
      reader_.warning("max-choices", node_.line, "max-choices is taken as 1, since the response is single");
      out_.max = 1;
    }
    read_choices(node_, "qti-simple-choice", out_.choices);
    for (auto const& correct : declaration_.correct) {
      if (auto const* text = std::get_if<std::string>(&correct)) require_choice(*text);
    }
  }

  void read_match() {
    require(declaration_.base == BaseType::directed_pair, "wrong-base-type", "base-type directedPair");
    require(declaration_.cardinality == Cardinality::multiple, "wrong-cardinality", "cardinality multiple");
    out_.shuffle = reader_.boolean(node_, "shuffle", false);
    out_.max = reader_.count(node_, "max-associations", 1);
    out_.min = reader_.count(node_, "min-associations", 0);
    std::vector<XmlNode const*> sets;
    for (auto const& child : node_.children) {
      if (!child.is_text && child.name == "qti-simple-match-set") sets.push_back(&child);
    }
    if (sets.size() != 2) {
      reader_.error("wrong-match-sets", node_.line, "a match needs two sets of choices");
      return;
    }
    read_choices(*sets[0], "qti-simple-associable-choice", out_.choices);
    read_choices(*sets[1], "qti-simple-associable-choice", out_.columns);
    for (auto const& correct : declaration_.correct) {
      auto const* pair = std::get_if<Pair>(&correct);
      if (pair == nullptr) continue;
      require_choice(pair->first);
      require_choice(pair->second);
    }
  }

  void read_text() {
    bool const typed = out_.kind == InteractionKind::text_entry &&
                       (declaration_.base == BaseType::integer || declaration_.base == BaseType::floating);
    require(
        declaration_.base == BaseType::string || typed, "wrong-base-type",
        out_.kind == InteractionKind::text_entry ? "base-type string, integer or float" : "base-type string");
    require(declaration_.cardinality == Cardinality::single, "wrong-cardinality", "cardinality single");
    if (node_.attribute_or("format", "plain") == "xhtml") {
      reader_.warning("format-plain", node_.line, "formatted text is taken as plain text");
    }
    if (node_.attribute("pattern-mask")) {
      reader_.info("pattern-mask", node_.line, "the pattern mask is not checked while typing");
    }
  }

  Reader& reader_;
  XmlNode const& node_;
  Declaration const& declaration_;
  Interaction& out_;
  std::set<std::string> identifiers_;
};

}  // namespace

std::string_view name(InteractionKind kind) {
  return std::ranges::find(kind_names, kind, &KindName::kind)->name;
}

std::optional<InteractionKind> interaction_from(std::string_view element_name) {
  auto const found = std::ranges::find(kind_names, element_name, &KindName::name);
  if (found == kind_names.end()) return std::nullopt;
  return found->kind;
}

bool is_playable(InteractionKind kind) {
  return kind == InteractionKind::choice || kind == InteractionKind::match ||
         kind == InteractionKind::text_entry || kind == InteractionKind::extended_text;
}

Interaction read_interaction(Reader& reader, XmlNode const& node, Item const& item) {
  Interaction interaction;
  interaction.kind = interaction_from(node.name).value_or(InteractionKind::choice);
  interaction.node = &node;
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
  interaction.base = declaration->base;
  InteractionReader(reader, node, *declaration, interaction).read();
  return interaction;
}

}  // namespace proktor::qti
