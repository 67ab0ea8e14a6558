// Containers: building them, and what they hold.

#include "qti/expression/elements.hpp"

#include <algorithm>

namespace proktor::qti::make {
namespace {

bool is_text(BaseType base) {
  return base == BaseType::string || base == BaseType::identifier || base == BaseType::uri;
}

// Gathers members of one base type. Integers among floats become floats; what fits nowhere spoils all.
class Gathering {
 public:
  Gathering(Cardinality cardinality, BaseType base) : result_(cardinality, base) {}

  void add(Scope& scope, Value const& value) {
    if (value.is_null() || spoiled_) return;
    if (value.cardinality() == Cardinality::record || !spend(scope, value.size()) || !agree(value.base())) {
      spoiled_ = true;
      return;
    }
    for (auto const& scalar : value) add_one(scalar);
  }

  Value result() && {
    if (spoiled_) return {result_.cardinality(), result_.base()};
    return std::move(result_);
  }

 private:
  bool agree(BaseType base) {
    auto const now = result_.base();
    if (now == base || base == BaseType::none || (is_text(now) && is_text(base))) return true;
    if (now == BaseType::none) {
      result_.retype(result_.cardinality(), base);
      return true;
    }
    if (!is_numeric(now) || !is_numeric(base)) return false;
    if (now == BaseType::integer) widen();
    return true;
  }

  void widen() {
    Value wide(result_.cardinality(), BaseType::floating);
    for (auto const& scalar : result_) wide.add(Number::of(scalar).real());
    result_ = std::move(wide);
  }

  void add_one(Scalar const& scalar) {
    auto const* whole = std::get_if<std::int64_t>(&scalar);
    if (whole != nullptr && result_.base() == BaseType::floating) {
      result_.add(static_cast<double>(*whole));
    } else {
      result_.add(scalar);
    }
  }

  Value result_;
  bool spoiled_ = false;
};

// The operands' members, one after another, `repeats` times.
class Container final : public ValueNode {
 public:
  Container(Cardinality cardinality, BaseType base, Nodes operands, NumberOrVariable repeats)
      : ValueNode({cardinality, base}), operands_(std::move(operands)), repeats_(repeats) {}

 private:
  Value make(Scope& scope) const override {
    auto const type = this->type();
    Gathering gathering(*type.cardinality, type.base);
    auto const repeats = repeats_.integer(scope).value_or(0);
    for (std::int64_t i = 0; i < repeats && spend(scope, 1); ++i) {
      for (auto const& operand : operands_) {
        Value room;
        gathering.add(scope, operand->value(scope, room));
      }
    }
    return scope.exhausted ? Value(*type.cardinality, type.base) : std::move(gathering).result();
  }
  Nodes operands_;
  NumberOrVariable repeats_;
};

class ContainerSize final : public NumberNode {
 public:
  explicit ContainerSize(NodePtr operand) : NumberNode(BaseType::integer), operand_(std::move(operand)) {}

 private:
  Number count(Scope& scope) const override {
    Value room;
    return Number::of(static_cast<std::int64_t>(operand_->value(scope, room).size()));
  }
  NodePtr operand_;
};

class Index final : public ValueNode {
 public:
  Index(NodePtr operand, NumberOrVariable n)
      : ValueNode({Cardinality::single, operand->type().base}), operand_(std::move(operand)), n_(n) {}

 private:
  Value make(Scope& scope) const override {
    Value room;
    auto const& value = operand_->value(scope, room);
    auto const n = n_.integer(scope);
    if (!n || *n < 1 || static_cast<std::uint64_t>(*n) > value.size())
      return {Cardinality::single, value.base()};
    return Value::single(value.base(), value[static_cast<std::size_t>(*n) - 1]);
  }
  NodePtr operand_;
  NumberOrVariable n_;
};

class FieldValue final : public ValueNode {
 public:
  FieldValue(NodePtr operand, std::string field)
      : ValueNode({Cardinality::single, BaseType::none}),
        operand_(std::move(operand)),
        field_(std::move(field)) {}

 private:
  Value make(Scope& scope) const override {
    Value room;
    auto const* value = operand_->value(scope, room).field(field_);
    return value == nullptr ? Value() : *value;
  }
  NodePtr operand_;
  std::string field_;
};

class Random final : public ValueNode {
 public:
  explicit Random(NodePtr operand)
      : ValueNode({Cardinality::single, operand->type().base}), operand_(std::move(operand)) {}

 private:
  Value make(Scope& scope) const override {
    Value room;
    auto const& value = operand_->value(scope, room);
    if (value.size() == 0) return {Cardinality::single, value.base()};
    return Value::single(value.base(), value[scope.random.below(value.size())]);
  }
  NodePtr operand_;
};

class Delete final : public ValueNode {
 public:
  Delete(NodePtr what, NodePtr from)
      : ValueNode(from->type()), what_(std::move(what)), from_(std::move(from)) {}

 private:
  Value make(Scope& scope) const override {
    Value what_room, from_room;
    auto const& what = what_->value(scope, what_room);
    auto const& from = from_->value(scope, from_room);
    Value rest(from.cardinality(), from.base());
    if (what.size() != 1 || from.is_null() || !spend(scope, from.size())) return rest;
    for (auto const& scalar : from) {
      if (!same(what[0], scalar, from.base())) rest.add(scalar);
    }
    return rest;
  }
  NodePtr what_, from_;
};

BaseType common_base(Call const& call) {
  auto base = BaseType::none;
  for (auto const& operand : call.operands) {
    auto const next = operand->type().base;
    if (base == BaseType::none || (base == BaseType::integer && next == BaseType::floating)) base = next;
  }
  return base;
}

NodePtr container(Call& call, Cardinality cardinality, NumberOrVariable repeats) {
  for (std::size_t i = 0; i < call.operands.size(); ++i) {
    if (!call.want_cardinality(i, {Cardinality::single, cardinality})) return nullptr;
  }
  if (!call.want_same_base()) return nullptr;
  auto const base = common_base(call);
  return std::make_unique<Container>(cardinality, base, std::move(call.operands), repeats);
}

}  // namespace

NodePtr multiple(Call& call) {
  return container(call, Cardinality::multiple, NumberOrVariable(Number::of(std::int64_t{1})));
}

NodePtr ordered(Call& call) {
  return container(call, Cardinality::ordered, NumberOrVariable(Number::of(std::int64_t{1})));
}

NodePtr repeat(Call& call) {
  auto const repeats = call.integer("number-repeats", std::nullopt);
  return repeats ? container(call, Cardinality::ordered, *repeats) : nullptr;
}

NodePtr remove(Call& call) {
  if (!call.want_cardinality(0, one) || !call.want_cardinality(1, containers) || !call.want_same_base()) {
    return nullptr;
  }
  return std::make_unique<Delete>(std::move(call.operands[0]), std::move(call.operands[1]));
}

NodePtr container_size(Call& call) {
  if (!call.want_cardinality(0, containers)) return nullptr;
  return std::make_unique<ContainerSize>(std::move(call.operands[0]));
}

NodePtr index(Call& call) {
  auto const n = call.integer("n", std::nullopt);
  if (!n || !call.want_cardinality(0, {Cardinality::ordered})) return nullptr;
  if (n->is_constant() && n->constant().integer() < 1) return call.refuse("bad-attribute", "n begins at 1");
  return std::make_unique<Index>(std::move(call.operands[0]), *n);
}

NodePtr field_value(Call& call) {
  auto field = call.text("field-identifier");
  if (!field || !call.want_cardinality(0, {Cardinality::record})) return nullptr;
  return std::make_unique<FieldValue>(std::move(call.operands[0]), std::string(trim(*field)));
}

NodePtr random(Call& call) {
  if (!call.want_cardinality(0, containers)) return nullptr;
  return std::make_unique<Random>(std::move(call.operands[0]));
}

}  // namespace proktor::qti::make
