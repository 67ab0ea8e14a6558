#pragma once
// One assessment item: declarations, interactions, stimulus references, and what in it cannot be played.
// Keeps the whole tree, so that processing can be added without reading again.
// Any thread. Does not write the delivery view (delivery_entry.hpp) and does not score.

#include "qti/model/catalog.hpp"
#include "qti/model/finding.hpp"
#include "qti/model/interaction.hpp"
#include "qti/model/xml.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

struct StimulusRef {
  std::string identifier;
  std::string href;
  int line = 0;
};

enum class AssetKind { image, audio, video };

struct AssetUse {
  std::string href;  // as authored
  AssetKind kind = AssetKind::image;
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
  std::vector<Catalog> catalogs;  // that hold a card the page can show
  std::vector<AssetUse> assets;   // of the visible body and of the catalog cards that can be shown
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

// Why the pupil's page cannot take an item that is otherwise right: errors not-on-the-page, for an import to
// a box.
Findings page_obstacles(Item const& item);

}  // namespace proktor::qti
