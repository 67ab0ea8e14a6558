// Truth with three values: NULL is neither true nor false.

#include "qti/expression/elements.hpp"
#include "qti/value/fault.hpp"

#include <algorithm>

namespace proktor::qti::make {
namespace {

class IsNull final : public TruthNode {
 public:
  explicit IsNull(NodePtr operand) : operand_(std::move(operand)) {}

 private:
  Truth decide(Scope& scope) const override {
    Value room;
    auto const& value = operand_->value(scope, room);
    bool const counts =
        !has_fault(Fault::empty_container_not_null) || value.cardinality() == Cardinality::single;
    return truth_of(value.is_null() && counts);
  }
  NodePtr operand_;
};

class Not final : public TruthNode {
 public:
  explicit Not(NodePtr operand) : operand_(std::move(operand)) {}

 private:
  Truth decide(Scope& scope) const override {
    auto const truth = operand_->truth(scope);
    return truth == Truth::unknown ? truth : truth_of(truth == Truth::no);
  }
  NodePtr operand_;
};

// and, or: one operand of the deciding truth is enough; else one that is unknown makes all unknown.
class Junction final : public TruthNode {
 public:
  Junction(Nodes operands, Truth deciding) : operands_(std::move(operands)), deciding_(deciding) {}

 private:
  Truth decide(Scope& scope) const override {
    auto result = deciding_ == Truth::no ? Truth::yes : Truth::no;
    for (auto const& operand : operands_) {
      auto const truth = operand->truth(scope);
      if (truth == deciding_) return truth;
      if (truth == Truth::unknown) result = truth;
    }
    return result;
  }
  Nodes operands_;
  Truth deciding_;
};

class AnyN final : public TruthNode {
 public:
  AnyN(Nodes operands, NumberOrVariable min, NumberOrVariable max)
      : operands_(std::move(operands)), min_(min), max_(max) {}

 private:
  Truth decide(Scope& scope) const override {
    auto const min = min_.integer(scope), max = max_.integer(scope);
    if (!min || !max) return Truth::unknown;
    std::int64_t yes = 0, unknown = 0;
    for (auto const& operand : operands_) {
      auto const truth = operand->truth(scope);
      yes += truth == Truth::yes ? 1 : 0;
      unknown += truth == Truth::unknown ? 1 : 0;
    }
    if (yes >= *min && yes + unknown <= *max) return Truth::yes;
    if (yes + unknown < *min || yes > *max) return Truth::no;
    return Truth::unknown;
  }
  Nodes operands_;
  NumberOrVariable min_, max_;
};

bool are_booleans(Call& call) {
  return call.want(one, {BaseType::boolean});
}

}  // namespace

NodePtr is_null(Call& call) {
  return std::make_unique<IsNull>(std::move(call.operands[0]));
}

NodePtr negation(Call& call) {
  if (!are_booleans(call)) return nullptr;
  return std::make_unique<Not>(std::move(call.operands[0]));
}

NodePtr conjunction(Call& call) {
  if (!are_booleans(call)) return nullptr;
  return std::make_unique<Junction>(std::move(call.operands), Truth::no);
}

NodePtr disjunction(Call& call) {
  if (!are_booleans(call)) return nullptr;
  return std::make_unique<Junction>(std::move(call.operands), Truth::yes);
}

NodePtr any_n(Call& call) {
  auto const min = call.integer("min", std::nullopt);
  auto const max = call.integer("max", std::nullopt);
  if (!min || !max || !are_booleans(call)) return nullptr;
  return std::make_unique<AnyN>(std::move(call.operands), *min, *max);
}

}  // namespace proktor::qti::make
