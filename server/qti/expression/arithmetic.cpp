// Arithmetic on one or two single numbers. NULL in, NULL out; what has no result is NULL.

#include "qti/expression/elements.hpp"
#include "qti/expression/rounding.hpp"

namespace proktor::qti::make {
namespace {

using Binary = Number (*)(Number left, Number right);
using Unary = Number (*)(Number number);

class BinaryNode final : public NumberNode {
 public:
  BinaryNode(Nodes operands, BaseType base, Binary compute)
      : NumberNode(base), left_(std::move(operands[0])), right_(std::move(operands[1])), compute_(compute) {}

 private:
  Number count(Scope& scope) const override {
    auto const left = left_->number(scope);
    auto const right = right_->number(scope);
    return left.is_null() || right.is_null() ? Number() : compute_(left, right);
  }
  NodePtr left_, right_;
  Binary compute_;
};

class UnaryNode final : public NumberNode {
 public:
  UnaryNode(Nodes operands, BaseType base, Unary compute)
      : NumberNode(base), operand_(std::move(operands[0])), compute_(compute) {}

 private:
  Number count(Scope& scope) const override {
    auto const number = operand_->number(scope);
    return number.is_null() ? number : compute_(number);
  }
  NodePtr operand_;
  Unary compute_;
};

class RoundTo final : public NumberNode {
 public:
  RoundTo(NodePtr operand, Rounding rounding)
      : NumberNode(BaseType::floating), operand_(std::move(operand)), rounding_(rounding) {}

 private:
  Number count(Scope& scope) const override { return rounding_(scope, operand_->number(scope)); }
  NodePtr operand_;
  Rounding rounding_;
};

Number difference(Number left, Number right) {
  if (!left.is_integer() || !right.is_integer()) return Number::of(left.real() - right.real());
  std::int64_t result = 0;
  return __builtin_sub_overflow(left.integer(), right.integer(), &result) ? Number() : Number::of(result);
}

Number quotient(Number left, Number right) {
  return right.real() == 0 ? Number() : Number::of(left.real() / right.real());
}

Number power_of(Number left, Number right) {
  auto const result = std::pow(left.real(), right.real());
  return std::isfinite(result) ? Number::of(result) : Number();
}

// Rounded down, also below zero; nothing for 0 and for the one quotient that does not fit.
Number floor_quotient(Number left, Number right) {
  if (!left.is_integer() || !right.is_integer()) return {};
  auto const x = left.integer(), y = right.integer();
  if (y == 0 || (x == INT64_MIN && y == -1)) return {};
  auto const towards_zero = x / y;
  return Number::of(x % y != 0 && (x < 0) != (y < 0) ? towards_zero - 1 : towards_zero);
}

Number floor_remainder(Number left, Number right) {
  if (!left.is_integer() || !right.is_integer()) return {};
  auto const x = left.integer(), y = right.integer();
  if (y == 0) return {};
  if (y == -1) return Number::of(std::int64_t{0});
  auto const rest = x % y;
  return Number::of(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest);
}

// The n with n - 0.5 <= x < n + 0.5. Not floor(x + 0.5), which is wrong just below a half.
Number rounded(Number number) {
  if (number.is_integer()) return number;
  auto const down = std::floor(number.real());
  return Number::whole(number.real() - down >= 0.5 ? down + 1 : down);
}

Number truncated(Number number) {
  return number.is_integer() ? number : Number::whole(std::trunc(number.real()));
}

Number as_float(Number number) {
  return Number::of(number.real());
}

NodePtr binary(Call& call, BaseTypes bases, BaseType result, Binary compute) {
  if (!call.want(one, bases)) return nullptr;
  return std::make_unique<BinaryNode>(std::move(call.operands), result, compute);
}

NodePtr unary(Call& call, BaseTypes bases, BaseType result, Unary compute) {
  if (!call.want(one, bases)) return nullptr;
  return std::make_unique<UnaryNode>(std::move(call.operands), result, compute);
}

}  // namespace

NodePtr subtract(Call& call) {
  return binary(call, numbers, call.number_base(), difference);
}
NodePtr divide(Call& call) {
  return binary(call, numbers, BaseType::floating, quotient);
}
NodePtr power(Call& call) {
  return binary(call, numbers, BaseType::floating, power_of);
}
NodePtr integer_divide(Call& call) {
  return binary(call, {BaseType::integer}, BaseType::integer, floor_quotient);
}
NodePtr integer_modulus(Call& call) {
  return binary(call, {BaseType::integer}, BaseType::integer, floor_remainder);
}
NodePtr truncate(Call& call) {
  return unary(call, numbers, BaseType::integer, truncated);
}
NodePtr round(Call& call) {
  return unary(call, numbers, BaseType::integer, rounded);
}
NodePtr integer_to_float(Call& call) {
  return unary(call, {BaseType::integer}, BaseType::floating, as_float);
}

NodePtr round_to(Call& call) {
  auto const rounding = Rounding::read(call);
  if (!rounding || !call.want(one, numbers)) return nullptr;
  return std::make_unique<RoundTo>(std::move(call.operands[0]), *rounding);
}

}  // namespace proktor::qti::make
