#include "qti/model/interaction.hpp"

#include <algorithm>
#include <array>

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

}  // namespace

std::string_view name(InteractionKind kind) {
  return std::ranges::find(kind_names, kind, &KindName::kind)->name;
}

std::optional<InteractionKind> interaction_from(std::string_view element_name) {
  auto const found = std::ranges::find(kind_names, element_name, &KindName::name);
  if (found == kind_names.end()) return std::nullopt;
  return found->kind;
}

bool is_supported(InteractionKind kind) {
  return kind != InteractionKind::custom && kind != InteractionKind::portable_custom;
}

bool is_on_page(InteractionKind kind) {
  return is_supported(kind) && kind != InteractionKind::upload && kind != InteractionKind::drawing &&
         kind != InteractionKind::end_attempt;
}

}  // namespace proktor::qti
