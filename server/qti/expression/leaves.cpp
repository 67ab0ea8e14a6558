// Expressions without operands: constants, variables, chance.

#include "qti/expression/elements.hpp"
#include "qti/value/text.hpp"

#include <numbers>

namespace proktor::qti::make {
namespace {

class Constant final : public ExpressionNode {
 public:
  explicit Constant(Value value)
      : ExpressionNode({value.cardinality(), value.base()}), value_(std::move(value)) {}

 private:
  Value const& see(Scope&, Value&) const override { return value_; }
  Value value_;
};

// NULL, which fits everywhere.
class Nothing final : public ExpressionNode {
 public:
  Nothing() : ExpressionNode(ValueType{}) {}

 private:
  Value const& see(Scope&, Value&) const override { return null(); }
};

// A member of Variable: its value, default_value or correct.
class Slot final : public ExpressionNode {
 public:
  Slot(Symbol symbol, Value Variable::*part)
      : ExpressionNode({symbol.declaration->cardinality, symbol.declaration->base}),
        slot_(symbol.slot),
        part_(part) {}

 private:
  Value const& see(Scope& scope, Value&) const override {
    return slot_ < scope.variables.size() ? scope.variables[slot_].*part_ : null();
  }
  std::uint32_t slot_;
  Value Variable::*part_;
};

enum class Asked { value, default_value, correct };

// A variable of an item, asked for by a test.
class ItemVariable final : public ValueNode {
 public:
  ItemVariable(std::string name, std::string weight, Asked asked)
      : ValueNode(ValueType{}), name_(std::move(name)), weight_(std::move(weight)), asked_(asked) {}

 private:
  Value make(Scope& scope) const override {
    if (scope.test == nullptr) return {};
    switch (asked_) {
      case Asked::value:
        return scope.test->item_variable(name_, weight_);
      case Asked::default_value:
        return scope.test->item_default(name_);
      case Asked::correct:
        break;
    }
    return scope.test->item_correct(name_);
  }
  std::string name_, weight_;
  Asked asked_;
};

class RandomInteger final : public NumberNode {
 public:
  RandomInteger(NumberOrVariable min, NumberOrVariable max, NumberOrVariable step)
      : NumberNode(BaseType::integer), min_(min), max_(max), step_(step) {}

 private:
  Number count(Scope& scope) const override {
    auto const min = min_.integer(scope), max = max_.integer(scope), step = step_.integer(scope);
    if (!min || !max || !step || *max < *min || *step < 1) return {};
    auto const low = static_cast<std::uint64_t>(*min);
    auto const last = (static_cast<std::uint64_t>(*max) - low) / static_cast<std::uint64_t>(*step);
    auto const chosen = last == UINT64_MAX ? scope.random.next() : scope.random.below(last + 1);
    return Number::of(static_cast<std::int64_t>(low + chosen * static_cast<std::uint64_t>(*step)));
  }
  NumberOrVariable min_, max_, step_;
};

class RandomFloat final : public NumberNode {
 public:
  RandomFloat(NumberOrVariable min, NumberOrVariable max)
      : NumberNode(BaseType::floating), min_(min), max_(max) {}

 private:
  Number count(Scope& scope) const override {
    constexpr double unit = 0x1p-53;
    auto const min = min_.get(scope), max = max_.get(scope);
    if (min.is_null() || max.is_null() || max.real() < min.real()) return {};
    auto const part = static_cast<double>(scope.random.next() >> 11U) * unit;
    return Number::of(min.real() * (1 - part) + max.real() * part);
  }
  NumberOrVariable min_, max_;
};

NodePtr variable_part(Call& call, Value Variable::*part, Asked asked) {
  auto const identifier = call.text("identifier");
  if (!identifier) return nullptr;
  auto const name = std::string(trim(*identifier));
  if (!call.names.find(name) && call.names.is_test() && name.find('.') != std::string::npos) {
    return std::make_unique<ItemVariable>(name, std::string(call.node.attribute_or("weight-identifier", "")),
                                          asked);
  }
  auto const symbol = call.variable(name);
  if (!symbol) return nullptr;
  if (asked == Asked::correct && symbol->declaration->kind != VariableKind::response) {
    return call.refuse("bad-attribute", name + " is no response variable");
  }
  return std::make_unique<Slot>(*symbol, part);
}

}  // namespace

NodePtr base_value(Call& call) {
  auto const word = call.text("base-type");
  if (!word) return nullptr;
  auto const base = base_type_from(trim(*word));
  if (!base || *base == BaseType::file) {
    return call.refuse("bad-attribute", "base-type=\"" + *word + "\" is not known");
  }
  auto const text = call.node.all_text();
  auto scalar = scalar_from(*base, text);
  if (scalar) return std::make_unique<Constant>(Value::single(*base, std::move(*scalar)));
  if (trim(text).empty()) return std::make_unique<Constant>(Value(Cardinality::single, *base));
  return call.refuse("wrong-base-type", "\"" + text + "\" is no " + std::string(name(*base)));
}

NodePtr variable(Call& call) {
  return variable_part(call, &Variable::value, Asked::value);
}

NodePtr default_value(Call& call) {
  return variable_part(call, &Variable::default_value, Asked::default_value);
}

NodePtr correct(Call& call) {
  return variable_part(call, &Variable::correct, Asked::correct);
}

NodePtr nothing(Call&) {
  return std::make_unique<Nothing>();
}

NodePtr math_constant(Call& call) {
  constexpr std::array<std::string_view, 2> words{"pi", "e"};
  auto const which = call.choice("name", words, std::nullopt);
  if (!which) return nullptr;
  return std::make_unique<Constant>(Value::floating(*which == 0 ? std::numbers::pi : std::numbers::e));
}

NodePtr random_integer(Call& call) {
  auto const min = call.integer("min", std::nullopt);
  auto const max = call.integer("max", std::nullopt);
  auto const step = call.integer("step", 1);
  if (!min || !max || !step) return nullptr;
  return std::make_unique<RandomInteger>(*min, *max, *step);
}

NodePtr random_float(Call& call) {
  auto const min = call.number("min", std::nullopt);
  auto const max = call.number("max", std::nullopt);
  if (!min || !max) return nullptr;
  return std::make_unique<RandomFloat>(*min, *max);
}

NodePtr custom_operator(Call& call) {
  auto const what =
      std::string(call.node.attribute_or("class", call.node.attribute_or("definition", "no class")));
  return call.refuse("custom-operator", "operators of others (" + what + ") are not run");
}

}  // namespace proktor::qti::make
