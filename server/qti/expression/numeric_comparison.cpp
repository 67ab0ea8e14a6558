// Comparing numbers and durations.

#include "qti/expression/elements.hpp"
#include "qti/expression/rounding.hpp"

#include <algorithm>
#include <limits>

namespace proktor::qti::make {
namespace {

template <typename Compare>
class Comparison final : public TruthNode {
 public:
  explicit Comparison(Nodes operands) : left_(std::move(operands[0])), right_(std::move(operands[1])) {}

 private:
  Truth decide(Scope& scope) const override {
    auto const left = left_->number(scope);
    auto const right = right_->number(scope);
    if (left.is_null() || right.is_null()) return Truth::unknown;
    return truth_of(Compare{}(compare(left, right), 0));
  }
  NodePtr left_, right_;
};

// 0.7 + 0.1 is not quite 0.8: a bound that differs only by the noise of its own computing is met.
bool is_same_bound(double value, double bound) {
  constexpr double noise = 4 * std::numeric_limits<double>::epsilon();
  return value == bound || std::fabs(value - bound) <= noise * std::max(std::fabs(value), std::fabs(bound));
}

enum class Tolerance { exact, absolute, relative };

class Equal final : public TruthNode {
 public:
  struct Settings {
    Tolerance mode = Tolerance::exact;
    NumberOrVariable below, above;
    bool include_lower = true, include_upper = true;
  };
  Equal(Nodes operands, Settings settings)
      : left_(std::move(operands[0])), right_(std::move(operands[1])), settings_(settings) {}

 private:
  Truth decide(Scope& scope) const override {
    auto const left = left_->number(scope);
    auto const right = right_->number(scope);
    if (left.is_null() || right.is_null()) return Truth::unknown;
    if (settings_.mode == Tolerance::exact) return truth_of(compare(left, right) == 0);
    auto const below = settings_.below.get(scope), above = settings_.above.get(scope);
    if (below.is_null() || above.is_null() || below.real() < 0 || above.real() < 0) return Truth::unknown;
    // Percent of the size of x: the range of a negative x would be empty else.
    auto const unit = settings_.mode == Tolerance::relative ? std::fabs(left.real()) / 100 : 1;
    return truth_of(
        is_within(right.real(), left.real() - unit * below.real(), left.real() + unit * above.real()));
  }

  bool is_within(double value, double lower, double upper) const {
    auto const at_lower = is_same_bound(value, lower), at_upper = is_same_bound(value, upper);
    if (at_lower && !settings_.include_lower) return false;
    if (at_upper && !settings_.include_upper) return false;
    return at_lower || at_upper || (value > lower && value < upper);
  }

  NodePtr left_, right_;
  Settings settings_;
};

class EqualRounded final : public TruthNode {
 public:
  EqualRounded(Nodes operands, Rounding rounding)
      : left_(std::move(operands[0])), right_(std::move(operands[1])), rounding_(rounding) {}

 private:
  Truth decide(Scope& scope) const override {
    auto const left = rounding_(scope, left_->number(scope));
    auto const right = rounding_(scope, right_->number(scope));
    if (left.is_null() || right.is_null()) return Truth::unknown;
    return truth_of(left.real() == right.real());
  }
  NodePtr left_, right_;
  Rounding rounding_;
};

// Real items compare what was typed as a string with a number: where it is written as one, it is one.
bool want_numbers(Call& call) {
  for (auto const& operand : call.operands) {
    if (operand->type().base != BaseType::string) continue;
    call.reader.warning("wrong-base-type", call.node.line, call.node.name + ": a string is read as a number");
  }
  return call.want(one, {BaseType::integer, BaseType::floating, BaseType::string});
}

template <typename Compare>
NodePtr comparison(Call& call) {
  return want_numbers(call) ? std::make_unique<Comparison<Compare>>(std::move(call.operands)) : nullptr;
}

template <typename Compare>
NodePtr time_comparison(Call& call) {
  if (!call.want(one, times)) return nullptr;
  return std::make_unique<Comparison<Compare>>(std::move(call.operands));
}

// One or two numbers, the second as the first when it is missing.
bool read_tolerances(Call& call, Equal::Settings& settings) {
  auto const list = call.text("tolerance");
  if (!list) return false;
  std::size_t count = 0;
  for (auto rest = trim(*list); !rest.empty(); ++count) {
    auto const word = rest.substr(0, rest.find_first_of(" \t\r\n"));
    rest = trim(rest.substr(word.size()));
    auto const number = call.number_in("tolerance", word, false);
    if (!number) return false;
    if (number->is_constant() && number->constant().real() < 0) {
      call.refuse("bad-attribute", "tolerance=\"" + *list + "\" is negative");
      return false;
    }
    if (count == 0) settings.below = *number;
    settings.above = *number;
  }
  if (count == 1 || count == 2) return true;
  call.refuse("bad-attribute", "tolerance=\"" + *list + "\" is not one number or two");
  return false;
}

}  // namespace

NodePtr equal(Call& call) {
  constexpr std::array<std::string_view, 3> modes{"exact", "absolute", "relative"};
  auto const mode = call.choice("tolerance-mode", modes, 0);
  auto const lower = call.boolean("include-lower-bound", true);
  auto const upper = call.boolean("include-upper-bound", true);
  if (!mode || !lower || !upper || !want_numbers(call)) return nullptr;
  Equal::Settings settings;
  settings.mode = static_cast<Tolerance>(*mode);
  settings.include_lower = *lower, settings.include_upper = *upper;
  if (settings.mode != Tolerance::exact && !read_tolerances(call, settings)) return nullptr;
  return std::make_unique<Equal>(std::move(call.operands), settings);
}

NodePtr equal_rounded(Call& call) {
  auto const rounding = Rounding::read(call);
  if (!rounding || !want_numbers(call)) return nullptr;
  return std::make_unique<EqualRounded>(std::move(call.operands), *rounding);
}

NodePtr lt(Call& call) {
  return comparison<std::less<>>(call);
}
NodePtr gt(Call& call) {
  return comparison<std::greater<>>(call);
}
NodePtr lte(Call& call) {
  return comparison<std::less_equal<>>(call);
}
NodePtr gte(Call& call) {
  return comparison<std::greater_equal<>>(call);
}
NodePtr duration_lt(Call& call) {
  return time_comparison<std::less<>>(call);
}
NodePtr duration_gte(Call& call) {
  return time_comparison<std::greater_equal<>>(call);
}

}  // namespace proktor::qti::make
