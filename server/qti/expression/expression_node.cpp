#include "qti/expression/expression_node.hpp"

namespace proktor::qti {

int compare(Number left, Number right) {
  if (left.is_integer() && right.is_integer()) {
    return left.integer() < right.integer() ? -1 : left.integer() > right.integer() ? 1 : 0;
  }
  // long double has 64 bits of mantissa here: no integer is rounded.
  auto const exact = [](Number number) {
    return number.is_integer() ? static_cast<long double>(number.integer())
                               : static_cast<long double>(number.real());
  };
  auto const l = exact(left);
  auto const r = exact(right);
  return l < r ? -1 : l > r ? 1 : 0;
}

bool spend(Scope& scope, std::size_t steps) {
  if (scope.exhausted || scope.steps_left < steps) {
    scope.exhausted = true;
    return false;
  }
  scope.steps_left -= static_cast<std::uint32_t>(steps);
  return true;
}

Value const& ExpressionNode::null() {
  static Value const nothing;
  return nothing;
}

Truth ExpressionNode::decide(Scope& scope) const {
  Value room;
  auto const* fact = see(scope, room).as_boolean();
  return fact == nullptr ? Truth::unknown : truth_of(*fact);
}

Number ExpressionNode::count(Scope& scope) const {
  Value room;
  auto const& value = see(scope, room);
  if (value.cardinality() != Cardinality::single || value.is_null()) return {};
  return Number::of(value[0]);
}

Value const& TruthNode::see(Scope& scope, Value& room) const {
  switch (decide(scope)) {
    case Truth::yes:
      return room = Value::boolean(true);
    case Truth::no:
      return room = Value::boolean(false);
    case Truth::unknown:
      break;
  }
  return room = Value(Cardinality::single, BaseType::boolean);
}

}  // namespace proktor::qti
