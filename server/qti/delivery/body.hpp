#pragma once
// What of a body a pupil may see: the one place that decides keep, unwrap, drop or refuse, used when checking
// an item and when writing its delivery entry, so that the two cannot differ. Any thread. Hidden means hidden
// at the start: feedback is judged by the outcomes' defaults.

#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti {

enum class BodyUse {
  keep,         // a node of the view, under BodyPart::t
  unwrap,       // its children stand in its place
  drop,         // gone with everything in it
  interaction,  // an interaction that is supported
  refuse        // makes the item unplayable, with BodyPart::code
};

struct BodyPart {
  BodyUse use = BodyUse::unwrap;
  std::string t;          // for keep
  std::string_view code;  // for refuse
};

// item: whose body it is, for feedback; nullptr for a stimulus.
BodyPart body_part(XmlNode const& node, Item const* item);

// Walks the visible body below a node: names what cannot be played and collects assets and interactions.
// Errors: element-not-playable, custom-interaction, portable-custom-interaction, unknown-interaction,
// unknown-element, misplaced-element, nested-interaction, unknown-variable, missing-source, xinclude.
class BodyWalk {
 public:
  BodyWalk(Reader& reader, Item const* item) : reader_(reader), item_(item) {}

  void visit(XmlNode const& node);

  std::vector<AssetUse> assets;
  std::vector<XmlNode const*> interactions;  // supported ones, in document order

 private:
  void refuse(XmlNode const& node, std::string_view code);
  void note_asset(XmlNode const& node, AssetKind kind);
  void check_place(XmlNode const& node);
  void check_variable(XmlNode const& node, std::string_view attribute);
  void descend(XmlNode const& node, bool is_interaction);

  Reader& reader_;
  Item const* item_;
  std::vector<std::string_view> around_;  // interactions and stages around the node
  bool inside_interaction_ = false;
};

// What an img, audio, video or object shows; nullopt when it is nothing the page has a place for.
std::optional<AssetKind> asset_kind(XmlNode const& node);

// By the ending of a name or the subtype of a media type: "mp3", "png".
std::optional<AssetKind> asset_kind_of(std::string_view media_type, std::string_view href);

// The href of an image, audio or video; empty when there is none.
std::string_view asset_href(XmlNode const& node);

}  // namespace proktor::qti
