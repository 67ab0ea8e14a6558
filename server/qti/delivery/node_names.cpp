#include "qti/delivery/node_names.hpp"

#include <algorithm>
#include <array>

namespace proktor::qti {
namespace {

struct Named {
  InteractionKind kind;
  InteractionParts parts;  // t, shuffles, limits, prompt, image
};

constexpr std::array table{
    Named{InteractionKind::choice, {"choice", true, true, true, false}},
    Named{InteractionKind::match, {"match", true, true, true, false}},
    Named{InteractionKind::text_entry, {"textentry", false, false, false, false}},
    Named{InteractionKind::extended_text, {"extendedtext", false, false, true, false}},
    Named{InteractionKind::inline_choice, {"inlinechoice", true, true, false, false}},
    Named{InteractionKind::order, {"order", true, true, true, false}},
    Named{InteractionKind::associate, {"associate", true, true, true, false}},
    Named{InteractionKind::gap_match, {"gapmatch", true, true, true, false}},
    Named{InteractionKind::hottext, {"hottext", false, true, true, false}},
    Named{InteractionKind::hotspot, {"hotspot", false, true, true, true}},
    Named{InteractionKind::graphic_order, {"graphicorder", false, true, true, true}},
    Named{InteractionKind::graphic_associate, {"graphicassociate", false, true, true, true}},
    Named{InteractionKind::graphic_gap_match, {"graphicgapmatch", false, true, true, true}},
    Named{InteractionKind::select_point, {"selectpoint", false, true, true, true}},
    Named{InteractionKind::position_object, {"positionobject", false, true, false, true}},
    Named{InteractionKind::slider, {"slider", false, false, true, false}},
    Named{InteractionKind::media, {"media", false, false, true, false}},
    Named{InteractionKind::upload, {"upload", false, false, true, false}},
    Named{InteractionKind::drawing, {"drawing", false, false, true, true}},
    Named{InteractionKind::end_attempt, {"endattempt", false, false, false, false}}};

}  // namespace

InteractionParts interaction_parts(InteractionKind kind) {
  auto const found = std::ranges::find(table, kind, &Named::kind);
  return found == table.end() ? InteractionParts{} : found->parts;
}

std::optional<InteractionKind> interaction_by_node(std::string_view t) {
  auto const found = std::ranges::find_if(table, [&](Named const& named) { return named.parts.t == t; });
  if (found == table.end()) return std::nullopt;
  return found->kind;
}

}  // namespace proktor::qti
