#pragma once
// An interaction of an item as read: its kind, the response it is bound to, what can be chosen and what
// limits a response must keep to (QTI 3 ASI, "Interactions"). Immutable after reading; any thread. Does not
// look at content.

#include "qti/model/declaration.hpp"
#include "qti/model/xml.hpp"
#include "qti/value/pattern.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

enum class InteractionKind {
  choice,
  match,
  text_entry,
  extended_text,
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
// All but the two custom ones: read, checked and shown by `qti view`.
bool is_supported(InteractionKind kind);
// What the pupil's page takes: not what travels as a file, and no end-attempt.
bool is_on_page(InteractionKind kind);

// Whatever a response can name: a choice, row, column, gap, hottext or hotspot.
struct Choice {
  std::string identifier;
  bool fixed = false;
  std::uint32_t match_max = 1;  // where things are paired; 0: no limit. A gap takes one
  std::uint32_t match_min = 0;
  std::vector<std::string> match_group;  // may only be paired with these, or whose group names it; empty: any
  std::optional<Area> area;              // of a hotspot
  std::string template_identifier;       // shows by the value of this template variable; empty: always
  bool template_shows = true;            // show-hide="show"
  XmlNode const* node = nullptr;
};

struct Interaction {
  InteractionKind kind = InteractionKind::choice;
  std::string response;                           // identifier of the declaration it is bound to
  Cardinality cardinality = Cardinality::single;  // of that declaration
  BaseType base = BaseType::none;
  bool shuffle = false;

  // Members of the response: max-choices, max-associations, max-strings or 1 when it is single. 0: no limit.
  std::uint32_t max = 0;
  std::uint32_t min = 0;  // min-choices and so on; required="true" counts as 1
  // What is put first in a pair or chosen: choices, rows, gap texts and images, hottexts, hotspots.
  std::vector<Choice> choices;
  // What is put second in a directedPair: columns, gaps, associable hotspots of a graphic gap match.
  std::vector<Choice> columns;

  std::string pattern_mask;        // as written; empty: none
  std::optional<Pattern> pattern;  // of it: every string of the response must match
  double lower = 0, upper = 0;     // of a slider
  double step = 1;
  std::uint32_t min_plays = 0, max_plays = 0;  // of a media interaction; 0: no limit

  int line = 0;
  XmlNode const* node = nullptr;
};

}  // namespace proktor::qti
