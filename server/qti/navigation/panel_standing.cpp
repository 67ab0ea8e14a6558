#include "qti/navigation/panel_standing.hpp"

#include "qti/value/text.hpp"

#include <algorithm>
#include <cmath>

namespace proktor::qti {
namespace {

constexpr double grain = 1e-9;  // sums that differ by less are the same

// The questions asked of a test in which this item alone was taken. Its score is what the first sum that asks
// for it counts, so that weights are in it, or else its SCORE.
Standing asked(TestProgram const& program, RoutingReads const& reads, std::size_t place, ItemEnd const& end) {
  TestState state(program, 1);
  add_item(state, place, 1, end);
  Standing out;
  bool scored = false;
  for (auto const& question : reads.questions) {
    auto const value = question.items.contains(place) ? state.evaluate(question.ask) : Value();
    double sum = 0, number = 0;
    std::vector<std::string> bag;
    for (auto const& scalar : value) {
      if (Value::single(value.base(), scalar).as_number(number)) sum += number;
      bag.push_back(to_text(scalar, value.base()));
    }
    bool const counts = question.adds_up && question.node->name == "qti-test-variables" && !value.is_null();
    if (counts && !scored) out.score = sum, scored = true;
    if (question.adds_up) {
      out.sums.push_back(sum);
    } else {
      out.bags.push_back(std::move(bag));
    }
  }
  auto const* score = find_variable(end.variables, mapped(*program.items()[place].ref, "SCORE"));
  double number = 0;
  if (!scored && score != nullptr && score->value.as_number(number)) out.score = number;
  return out;
}

}  // namespace

double rounded_score(double score) {
  return std::round(score / grain) * grain;
}

std::string key_of(Standing const& standing) {
  std::string out;
  for (auto const sum : standing.sums) out += std::to_string(std::llround(sum / grain)) + ";";
  for (auto const& bag : standing.bags) {
    for (auto const& word : bag) out += word + "\x1f";
    out += ";";
  }
  return out + std::to_string(std::llround(standing.score / grain)) + ";" +
         std::to_string(std::llround(standing.total / grain));
}

Standing nothing_yet(RoutingReads const& reads) {
  Standing out;
  auto const sums = static_cast<std::size_t>(std::ranges::count(reads.questions, true, &Question::adds_up));
  out.sums.resize(sums);
  out.bags.resize(reads.questions.size() - sums);
  return out;
}

Standing plus(Standing const& standing, Share const& share, std::size_t item) {
  auto out = standing;
  for (std::size_t i = 0; i < out.sums.size(); ++i) out.sums[i] += share.adds.sums[i];
  for (std::size_t i = 0; i < out.bags.size(); ++i) {
    out.bags[i].insert(out.bags[i].end(), share.adds.bags[i].begin(), share.adds.bags[i].end());
    std::ranges::sort(out.bags[i]);
  }
  out.score += share.adds.score;
  out.total += share.adds.score;
  out.example.emplace_back(item, share.end);
  return out;
}

void add_item(TestState& state, std::size_t item, std::uint32_t instance, ItemEnd const& end) {
  ItemState one;
  one.item = item;
  one.instance = instance;
  one.attempted = end.attempted;
  one.responded = end.responded;
  one.variables = end.variables;
  state.items.push_back(one);
}

std::vector<Share> shares_of(TestProgram const& program, RoutingReads const& reads, std::size_t item,
                             std::vector<ItemEnd> const& ends) {
  std::map<std::string, Share> different;
  for (std::size_t end = 0; end < ends.size(); ++end) {
    auto adds = asked(program, reads, item, ends[end]);
    auto key = key_of(adds);
    different.emplace(std::move(key), Share{std::move(adds), end});
  }
  std::vector<Share> out;
  for (auto& [key, share] : different) out.push_back(std::move(share));
  return out;
}

}  // namespace proktor::qti
