#pragma once
// What of a body a pupil may see: the one place that decides keep, unwrap, drop or refuse, used when checking
// an item and when writing its delivery entry, so that the two cannot differ. Any thread. Hidden means hidden
// at the start: feedback is judged by the outcomes' defaults.

#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

#include <string>
#include <string_view>

namespace proktor::qti {

enum class BodyUse {
  keep,         // an element of the view, under BodyPart::t
  unwrap,       // its children stand in its place
  drop,         // gone with everything in it
  interaction,  // an interaction that can be played
  refuse        // makes the item unplayable, with BodyPart::code
};

struct BodyPart {
  BodyUse use = BodyUse::unwrap;
  std::string t;          // for keep
  std::string_view code;  // for refuse
};

// outcomes: of the item, for feedback; empty for a stimulus.
BodyPart body_part(XmlNode const& node, std::vector<Declaration> const& outcomes);

// Walks the visible body below `node`: names what cannot be played and collects assets and playable
// interactions. Limits and errors: element-not-playable, interaction-not-playable, unknown-interaction,
// unknown-element, nested-interaction, printed-variable, xinclude.
struct BodyWalk {
  Reader& reader;
  std::vector<Declaration> const& outcomes;
  std::vector<AssetUse> assets;
  std::vector<XmlNode const*> interactions;  // playable, in document order
  bool inside_interaction = false;

  void visit(XmlNode const& node);

 private:
  void refuse(XmlNode const& node, std::string_view code);
  void note_asset(XmlNode const& node);
};

// The href of an image; empty when there is none.
std::string_view asset_href(XmlNode const& node);

}  // namespace proktor::qti
