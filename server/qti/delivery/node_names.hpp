#pragma once
// What each interaction is called in the delivery view and which common parts its node has: one table for
// writing entries and for checking them. Pure; any thread. Source: docs/delivery-view.md.

#include "qti/model/interaction.hpp"

#include <optional>
#include <string_view>

namespace proktor::qti {

struct InteractionParts {
  std::string_view t;
  bool shuffles = false;
  bool limits = false;  // "max" and "min"; an inline choice has "min" alone
  bool prompt = false;
  bool image = false;  // "img"
};

InteractionParts interaction_parts(InteractionKind kind);
// By the node's name; nullopt when it is no interaction.
std::optional<InteractionKind> interaction_by_node(std::string_view t);

}  // namespace proktor::qti
