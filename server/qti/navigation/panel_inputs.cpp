// Every input that an interaction allows, or, of open ones, those that scoring can tell apart.

#include "qti/navigation/panel.hpp"
#include "qti/navigation/panel_items.hpp"
#include "qti/scoring/item_parts.hpp"
#include "qti/value/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::string_view other_text = "\xE2\x80\xBB";  // what no author takes for an answer

class Inputs {
 public:
  std::vector<json::value> list{json::value()};
  bool full = false;

  void add(json::value value) {
    if (list.size() >= panel_responses_max) {
      full = true;
    } else {
      list.push_back(std::move(value));
    }
  }
};

std::size_t most(Interaction const& interaction, std::size_t all) {
  return interaction.max == 0 ? all : std::min<std::size_t>(interaction.max, all);
}

void subsets(std::vector<std::string> const& members, std::size_t most, std::size_t from, json::array& chosen,
             Inputs& out) {
  for (auto i = from; i < members.size() && !out.full; ++i) {
    chosen.emplace_back(members[i]);
    out.add(chosen);
    if (chosen.size() < most) subsets(members, most, i + 1, chosen, out);
    chosen.pop_back();
  }
}

void orders(std::vector<std::string> const& members, std::size_t most, json::array& chosen,
            std::vector<bool>& used, Inputs& out) {
  for (std::size_t i = 0; i < members.size() && !out.full; ++i) {
    if (used[i]) continue;
    used[i] = true;
    chosen.emplace_back(members[i]);
    if (chosen.size() == most) out.add(chosen);
    if (chosen.size() < most) orders(members, most, chosen, used, out);
    chosen.pop_back();
    used[i] = false;
  }
}

// Each of `takers` takes one of `given` or none: rows of a table, gaps of a text.
void assignments(std::vector<Choice> const& takers, std::vector<Choice> const& given, bool taker_first,
                 std::size_t place, json::array& chosen, Inputs& out) {
  if (out.full) return;
  if (place == takers.size()) {
    if (!chosen.empty()) out.add(chosen);
    return;
  }
  assignments(takers, given, taker_first, place + 1, chosen, out);
  for (auto const& one : given) {
    auto const& taker = takers[place].identifier;
    chosen.emplace_back(taker_first ? taker + " " + one.identifier : one.identifier + " " + taker);
    assignments(takers, given, taker_first, place + 1, chosen, out);
    chosen.pop_back();
  }
}

std::vector<std::string> names(std::vector<Choice> const& choices) {
  std::vector<std::string> out;
  for (auto const& choice : choices) out.push_back(choice.identifier);
  return out;
}

void add_identifiers(Interaction const& interaction, Inputs& out) {
  auto const members = names(interaction.choices);
  json::array chosen;
  if (interaction.cardinality == Cardinality::single) {
    for (auto const& one : members) out.add(json::value(one));
  } else if (interaction.cardinality == Cardinality::multiple) {
    subsets(members, most(interaction, members.size()), 0, chosen, out);
  } else {
    std::vector<bool> used(members.size());
    auto const longest = most(interaction, members.size());
    auto const shortest = interaction.min == 0 ? longest : std::min<std::size_t>(interaction.min, longest);
    for (auto size = shortest; size <= longest; ++size) orders(members, size, chosen, used, out);
  }
}

void add_pairs(Interaction const& interaction, Inputs& out) {
  auto const one_each = [](std::vector<Choice> const& all) {
    return !all.empty() && std::ranges::all_of(all, [](Choice const& one) { return one.match_max == 1; });
  };
  json::array chosen;
  if (interaction.cardinality == Cardinality::multiple && one_each(interaction.choices)) {
    auto const& columns = interaction.columns.empty() ? interaction.choices : interaction.columns;
    assignments(interaction.choices, columns, true, 0, chosen, out);
    return;
  }
  if (interaction.cardinality == Cardinality::multiple && one_each(interaction.columns)) {
    assignments(interaction.columns, interaction.choices, false, 0, chosen, out);
    return;
  }
  std::vector<std::string> pairs;
  auto const& second = interaction.columns.empty() ? interaction.choices : interaction.columns;
  for (auto const& left : interaction.choices) {
    for (auto const& right : second) pairs.push_back(left.identifier + " " + right.identifier);
  }
  if (interaction.cardinality == Cardinality::single) {
    for (auto const& pair : pairs) out.add(json::value(pair));
  } else {
    subsets(pairs, most(interaction, pairs.size()), 0, chosen, out);
  }
}

// The middle of each area that is worth something, and a place outside.
std::vector<std::string> points(Declaration const& declaration) {
  std::vector<std::string> out{"0 0"};
  if (!declaration.area_mapping) return out;
  for (auto const& entry : declaration.area_mapping->entries) {
    auto const& at = entry.area.coordinates;
    if (at.size() < 2) continue;
    bool const round = entry.area.shape == Shape::circle || entry.area.shape == Shape::ellipse;
    std::size_t const count = round ? 1 : at.size() / 2;
    double x = 0, y = 0;
    for (std::size_t i = 0; i < count; ++i) x += at[2 * i], y += at[2 * i + 1];
    out.push_back(std::to_string(std::llround(x / static_cast<double>(count))) + " " +
                  std::to_string(std::llround(y / static_cast<double>(count))));
  }
  return out;
}

// Texts and numbers that are written down somewhere in the item, their neighbours, and one that is not.
std::set<std::string> written(Declaration const& declaration, std::vector<std::string> const& constants) {
  std::set<std::string> out(constants.begin(), constants.end());
  for (auto const& scalar : declaration.correct) out.insert(to_text(scalar, declaration.base));
  if (declaration.mapping) {
    for (auto const& entry : declaration.mapping->entries) out.insert(to_text(entry.key, declaration.base));
  }
  if (!is_numeric(declaration.base)) {
    out.insert(std::string(other_text));
    return out;
  }
  std::set<std::string> near{"0", "999983"};
  for (auto const& text : out) {
    double value = 0;
    auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc{} || end != text.data() + text.size() || std::abs(value) > 1e15) continue;
    for (double const by : {-1.0, 0.0, 1.0}) near.insert(to_text(Scalar(value + by), BaseType::floating));
  }
  return near;
}

void add_open(Declaration const& declaration, std::vector<std::string> const& texts, Inputs& out) {
  json::array chosen;
  if (declaration.cardinality == Cardinality::single) {
    for (auto const& text : texts) out.add(json::value(text));
  } else if (declaration.cardinality == Cardinality::multiple) {
    subsets(texts, texts.size(), 0, chosen, out);
  } else {
    for (auto const& scalar : declaration.correct) chosen.emplace_back(to_text(scalar, declaration.base));
    if (!chosen.empty()) out.add(chosen);
    out.add(json::array{json::value(other_text)});
  }
}

void add_slider(Interaction const& interaction, Inputs& out) {
  for (double at = interaction.lower; at <= interaction.upper && !out.full; at += interaction.step) {
    out.add(json::value(to_text(Scalar(at), BaseType::floating)));
    if (!(interaction.step > 0)) return;
  }
}

}  // namespace

std::vector<json::value> possible_inputs(ResponsePlan const& plan, Declaration const& declaration,
                                         std::vector<std::string> const& constants, std::string& unsure) {
  Inputs out;
  if (!plan.interaction || plan.takes_text) return std::move(out.list);
  auto const& interaction = *plan.interaction;
  if (interaction.kind == InteractionKind::slider) {
    add_slider(interaction, out);
  } else if (declaration.base == BaseType::identifier) {
    add_identifiers(interaction, out);
  } else if (declaration.base == BaseType::pair || declaration.base == BaseType::directed_pair) {
    add_pairs(interaction, out);
  } else if (declaration.base == BaseType::boolean) {
    out.add(true);
    out.add(false);
  } else if (declaration.base == BaseType::point) {
    add_open(declaration, points(declaration), out);
  } else if (declaration.cardinality != Cardinality::record && declaration.base != BaseType::file) {
    auto const texts = written(declaration, constants);
    add_open(declaration, {texts.begin(), texts.end()}, out);
    if (declaration.cardinality == Cardinality::ordered) unsure = "ordered texts cannot all be tried";
  } else {
    unsure = "what is given to " + declaration.identifier + " cannot be listed";
  }
  if (out.full) unsure = "it can be answered in too many ways";
  return std::move(out.list);
}

}  // namespace proktor::qti
