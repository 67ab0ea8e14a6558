#pragma once
// One assessment item: declarations, interactions, stimulus references, and what in it cannot be played.
// Keeps the whole tree, so that processing can be added without reading again.
// Any thread. Does not write the delivery view (delivery_entry.hpp) and does not score.

#include "qti/model/declaration.hpp"
#include "qti/model/finding.hpp"
#include "qti/model/xml.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

enum class InteractionKind {
  choice,
  match,
  text_entry,
  extended_text,  // playable
  associate,
  custom,
  drawing,
  end_attempt,
  gap_match,
  graphic_associate,
  graphic_gap_match,
  graphic_order,
  hotspot,
  hottext,
  inline_choice,
  media,
  order,
  portable_custom,
  position_object,
  select_point,
  slider,
  upload
};

// The element's name, "qti-choice-interaction".
std::string_view name(InteractionKind kind);
// nullopt when QTI 3 has no such interaction.
std::optional<InteractionKind> interaction_from(std::string_view element_name);
bool is_playable(InteractionKind kind);

struct Choice {
  std::string identifier;
  bool fixed = false;
  std::uint32_t match_max = 0;  // of a match; 0: no limit
  XmlNode const* node = nullptr;
};

struct Interaction {
  InteractionKind kind = InteractionKind::choice;
  std::string response;            // identifier of the declaration it is bound to
  BaseType base = BaseType::none;  // of that declaration
  bool shuffle = false;
  std::uint32_t max = 0;  // max-choices or max-associations; 0: no limit
  std::uint32_t min = 0;
  std::vector<Choice> choices;  // of a choice; rows of a match
  std::vector<Choice> columns;  // of a match
  XmlNode const* node = nullptr;
};

struct StimulusRef {
  std::string identifier;
  std::string href;
  int line = 0;
};

struct AssetUse {
  std::string href;  // as authored
  int line = 0;
};

struct Item {
  std::string identifier;
  std::string title;
  std::string lang;  // of the root; may be empty
  std::string file;
  bool adaptive = false;
  std::vector<Declaration> responses;
  std::vector<Declaration> outcomes;
  std::vector<Declaration> templates;
  std::vector<Declaration> contexts;
  std::vector<Interaction> interactions;  // in document order
  std::vector<StimulusRef> stimuli;
  std::vector<AssetUse> assets;  // images of the visible body
  XmlNode root;

  Declaration const* response(std::string_view response_identifier) const;
  // Of any kind; nullptr when there is none.
  Declaration const* declaration(std::string_view variable_identifier) const;

  Item() = default;
  Item(Item const&) = delete;  // interactions point into root
  Item& operator=(Item const&) = delete;
  Item(Item&&) = default;
  Item& operator=(Item&&) = default;
};

struct ItemResult {
  std::optional<Item> item;  // absent when the file is no QTI 3 item at all
  Findings findings;         // an error means: not to be delivered
  bool playable() const { return item.has_value() && !has_errors(findings); }
};

// Reads and checks one item. Every interaction, element or declaration that cannot be played is named in a
// finding.
ItemResult read_item(std::string_view bytes, std::string_view file);

}  // namespace proktor::qti
