#include "qti/scoring/validity.hpp"

#include "qti/model/reader.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace proktor::qti {
namespace {

constexpr double step_tolerance = 1e-6;  // of one step of a slider

bool is_order(InteractionKind kind) {
  return kind == InteractionKind::order || kind == InteractionKind::graphic_order;
}

// The same choice named twice is chosen once, but ordered twice.
std::size_t count_members(Interaction const& interaction, Value const& response) {
  if (interaction.base != BaseType::identifier || response.cardinality() != Cardinality::multiple) {
    return response.size();
  }
  std::size_t count = 0;
  for (auto at = response.begin(); at != response.end(); ++at) {
    if (std::find(response.begin(), at, *at) == at) ++count;
  }
  return count;
}

bool keeps_count(Interaction const& interaction, Value const& response) {
  auto const count = count_members(interaction, response);
  if (is_order(interaction.kind) && interaction.min == 0 && interaction.max == 0) {
    return count == 0 || count == interaction.choices.size();
  }
  return count >= interaction.min && (interaction.max == 0 || count <= interaction.max);
}

bool names_each_once(Value const& response) {
  for (auto at = response.begin(); at != response.end(); ++at) {
    if (std::find(response.begin(), at, *at) != at) return false;
  }
  return true;
}

bool group_allows(Choice const& one, Choice const& other) {
  return one.match_group.empty() || std::ranges::find(one.match_group, other.identifier) != one.match_group.end();
}

struct Uses {
  Choice const* choice;
  std::uint32_t count = 0;
};

class PairCheck {
 public:
  explicit PairCheck(Interaction const& interaction) : one_side_(interaction.columns.empty()) {
    add(interaction.choices, firsts_);
    add(interaction.columns, seconds_);
  }

  bool keeps(Value const& response) {
    for (auto const& scalar : response) {
      auto const* pair = std::get_if<Pair>(&scalar);
      if (pair != nullptr && !use(*pair)) return false;
    }
    return within(firsts_, !response.is_null()) && within(seconds_, !response.is_null());
  }

 private:
  static void add(std::vector<Choice> const& choices, std::vector<Uses>& uses) {
    for (auto const& choice : choices) uses.push_back({&choice});
  }

  static Uses* find(std::vector<Uses>& uses, std::string_view identifier) {
    auto const found = std::ranges::find_if(
        uses, [&](Uses const& candidate) { return candidate.choice->identifier == identifier; });
    return found == uses.end() ? nullptr : &*found;
  }

  bool use(Pair const& pair) {
    auto* first = find(firsts_, pair.first);
    auto* second = find(one_side_ ? firsts_ : seconds_, pair.second);
    if (first == nullptr || second == nullptr) return true;  // names nothing that has a limit
    ++first->count;
    if (second != first) ++second->count;
    return group_allows(*first->choice, *second->choice) && group_allows(*second->choice, *first->choice);
  }

  static bool within(std::vector<Uses> const& uses, bool answered) {
    return std::ranges::all_of(uses, [&](Uses const& use) {
      return (use.choice->match_max == 0 || use.count <= use.choice->match_max) &&
             (!answered || use.count >= use.choice->match_min);
    });
  }

  bool one_side_;
  std::vector<Uses> firsts_, seconds_;
};

bool keeps_pattern(Interaction const& interaction, Value const& response, boost::json::value const& input) {
  if (!interaction.pattern || response.is_null()) return true;
  if (auto const* text = input.if_string()) return interaction.pattern->matches(std::string_view(*text));
  return std::all_of(response.begin(), response.end(), [&](Scalar const& scalar) {
    auto const* text = std::get_if<std::string>(&scalar);
    return text == nullptr || interaction.pattern->matches(*text);
  });
}

bool keeps_range(Interaction const& interaction, Value const& response) {
  double number = 0;
  if (!response.as_number(number)) return true;
  if (number < interaction.lower || number > interaction.upper) return false;
  if (interaction.step <= 0) return true;
  auto const steps = (number - interaction.lower) / interaction.step;
  return std::abs(steps - std::round(steps)) <= step_tolerance;
}

bool keeps_plays(Interaction const& interaction, Value const& response) {
  double plays = 0;
  response.as_number(plays);
  return plays >= interaction.min_plays && (interaction.max_plays == 0 || plays <= interaction.max_plays);
}

}  // namespace

bool keeps_limits(Interaction const& interaction, Value const& response, boost::json::value const& input) {
  if (interaction.kind == InteractionKind::media) return keeps_plays(interaction, response);
  if (response.cardinality() != Cardinality::record && !keeps_count(interaction, response)) return false;
  switch (interaction.kind) {
    case InteractionKind::order:
    case InteractionKind::graphic_order:
      return names_each_once(response);
    case InteractionKind::match:
    case InteractionKind::associate:
    case InteractionKind::gap_match:
    case InteractionKind::graphic_associate:
    case InteractionKind::graphic_gap_match:
      return PairCheck(interaction).keeps(response);
    case InteractionKind::text_entry:
    case InteractionKind::extended_text:
      return keeps_pattern(interaction, response, input);
    case InteractionKind::slider:
      return keeps_range(interaction, response);
    default:
      return true;
  }
}

}  // namespace proktor::qti
