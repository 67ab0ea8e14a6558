// qti-math-operator: 28 functions. Outside its natural domain a function gives NULL; so does the reciprocal
// of 0.

#include "qti/expression/elements.hpp"

#include <algorithm>
#include <numbers>

namespace proktor::qti::make {
namespace {

using Function = Number (*)(double x);
using WholeFunction =
    Number (*)(Number x);  // gives an integer; a large integer must not pass through a double

constexpr double degrees_per_radian = 180 / std::numbers::pi;

Number reciprocal(double value) {
  if (value == 0) return {};
  return Number::of(std::isinf(value) ? 0.0 : 1 / value);
}

// Of an inverse: f(1 / x), where |x| < 1 has none.
Number of_reciprocal(double x, double (*inverse)(double)) {
  return std::fabs(x) < 1 ? Number() : Number::of(inverse(1 / x));
}

template <typename Kind>
struct Named {
  std::string_view name;
  Kind function;
};

constexpr std::array<Named<Function>, 24> functions{{
    {"sin", [](double x) { return Number::of(std::sin(x)); }},
    {"cos", [](double x) { return Number::of(std::cos(x)); }},
    {"tan", [](double x) { return Number::of(std::tan(x)); }},
    {"sec", [](double x) { return reciprocal(std::cos(x)); }},
    {"csc", [](double x) { return reciprocal(std::sin(x)); }},
    {"cot", [](double x) { return reciprocal(std::tan(x)); }},
    {"asin", [](double x) { return Number::of(std::asin(x)); }},
    {"acos", [](double x) { return Number::of(std::acos(x)); }},
    {"atan", [](double x) { return Number::of(std::atan(x)); }},
    {"asec", [](double x) { return of_reciprocal(x, std::acos); }},
    {"acsc", [](double x) { return of_reciprocal(x, std::asin); }},
    {"acot", [](double x) { return Number::of(x == 0 ? std::numbers::pi / 2 : std::atan(1 / x)); }},
    {"sinh", [](double x) { return Number::of(std::sinh(x)); }},
    {"cosh", [](double x) { return Number::of(std::cosh(x)); }},
    {"tanh", [](double x) { return Number::of(std::tanh(x)); }},
    {"sech", [](double x) { return reciprocal(std::cosh(x)); }},
    {"csch", [](double x) { return reciprocal(std::sinh(x)); }},
    {"coth", [](double x) { return reciprocal(std::tanh(x)); }},
    {"log", [](double x) { return x > 0 ? Number::of(std::log10(x)) : Number(); }},
    {"ln", [](double x) { return x > 0 ? Number::of(std::log(x)) : Number(); }},
    {"exp", [](double x) { return Number::of(std::exp(x)); }},
    {"abs", [](double x) { return Number::of(std::fabs(x)); }},
    {"toDegrees", [](double x) { return Number::of(x * degrees_per_radian); }},
    {"toRadians", [](double x) { return Number::of(x / degrees_per_radian); }},
}};

constexpr std::array<Named<WholeFunction>, 3> whole_functions{{
    {"signum", [](Number x) { return Number::of(std::int64_t{compare(x, Number::of(std::int64_t{0}))}); }},
    {"floor", [](Number x) { return x.is_integer() ? x : Number::whole(std::floor(x.real())); }},
    {"ceil", [](Number x) { return x.is_integer() ? x : Number::whole(std::ceil(x.real())); }},
}};

template <typename Kind>
class FunctionNode final : public NumberNode {
 public:
  FunctionNode(NodePtr operand, BaseType result, Kind function)
      : NumberNode(result), operand_(std::move(operand)), function_(function) {}

 private:
  Number count(Scope& scope) const override {
    auto const number = operand_->number(scope);
    if (number.is_null()) return number;
    if constexpr (std::is_same_v<Kind, Function>)
      return function_(number.real());
    else
      return function_(number);
  }

  NodePtr operand_;
  Kind function_;
};

class Atan2 final : public NumberNode {
 public:
  explicit Atan2(Nodes operands)
      : NumberNode(BaseType::floating), y_(std::move(operands[0])), x_(std::move(operands[1])) {}

 private:
  Number count(Scope& scope) const override {
    auto const y = y_->number(scope);
    auto const x = x_->number(scope);
    return y.is_null() || x.is_null() ? Number() : Number::of(std::atan2(y.real(), x.real()));
  }
  NodePtr y_, x_;
};

}  // namespace

NodePtr math_operator(Call& call) {
  auto const word = call.text("name");
  if (!word || !call.want(one, numbers)) return nullptr;
  auto const name = trim(*word);
  auto const real = std::ranges::find(functions, name, &Named<Function>::name);
  auto const whole = std::ranges::find(whole_functions, name, &Named<WholeFunction>::name);
  auto const is_atan2 = name == "atan2";
  if (real == functions.end() && whole == whole_functions.end() && !is_atan2) {
    return call.refuse("bad-attribute", "name=\"" + *word + "\" is not known");
  }
  auto const wanted = is_atan2 ? 2U : 1U;
  if (call.operands.size() != wanted) {
    return call.refuse("wrong-operands", *word + " takes " + std::to_string(wanted));
  }
  if (is_atan2) return std::make_unique<Atan2>(std::move(call.operands));
  auto operand = std::move(call.operands[0]);
  if (real != functions.end()) {
    return std::make_unique<FunctionNode<Function>>(std::move(operand), BaseType::floating, real->function);
  }
  return std::make_unique<FunctionNode<WholeFunction>>(std::move(operand), BaseType::integer,
                                                       whole->function);
}

}  // namespace proktor::qti::make
