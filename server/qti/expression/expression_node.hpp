#pragma once
// A node of a compiled expression. Asked in one of three ways, whichever costs least: as a value, as a truth,
// as a number. Immutable; any thread. Every question costs at least one step of the scope; when none is left
// the answer is NULL.

#include "qti/expression/number.hpp"
#include "qti/expression/scope.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace proktor::qti {

enum class Truth { no, yes, unknown };  // unknown: NULL

struct ValueType {
  std::optional<Cardinality> cardinality;  // nullopt: not known before it runs
  BaseType base = BaseType::none;          // none: not known, or a record
};

bool spend(Scope& scope, std::size_t steps);

class ExpressionNode {
 public:
  explicit ExpressionNode(ValueType type) : type_(type) {}
  virtual ~ExpressionNode() = default;
  ExpressionNode(ExpressionNode const&) = delete;
  ExpressionNode& operator=(ExpressionNode const&) = delete;

  ValueType type() const { return type_; }

  // The value where it is, or put into `room`.
  Value const& value(Scope& scope, Value& room) const { return spend(scope, 1) ? see(scope, room) : null(); }
  Truth truth(Scope& scope) const { return spend(scope, 1) ? decide(scope) : Truth::unknown; }
  Number number(Scope& scope) const { return spend(scope, 1) ? count(scope) : Number(); }

 protected:
  static Value const& null();

 private:
  virtual Value const& see(Scope& scope, Value& room) const = 0;
  virtual Truth decide(Scope& scope) const;
  virtual Number count(Scope& scope) const;

  ValueType type_;
};

using NodePtr = std::unique_ptr<ExpressionNode const>;
using Nodes = std::vector<NodePtr>;

// A node whose result is made when it is asked.
class ValueNode : public ExpressionNode {
 public:
  using ExpressionNode::ExpressionNode;

 private:
  virtual Value make(Scope& scope) const = 0;
  Value const& see(Scope& scope, Value& room) const final { return room = make(scope); }
};

class TruthNode : public ExpressionNode {
 public:
  TruthNode() : ExpressionNode({Cardinality::single, BaseType::boolean}) {}

 private:
  Truth decide(Scope& scope) const override = 0;
  Value const& see(Scope& scope, Value& room) const final;
};

class NumberNode : public ExpressionNode {
 public:
  explicit NumberNode(BaseType base) : ExpressionNode({Cardinality::single, base}) {}

 private:
  Number count(Scope& scope) const override = 0;
  Value const& see(Scope& scope, Value& room) const final { return room = count(scope).value(); }
};

inline Truth truth_of(bool fact) {
  return fact ? Truth::yes : Truth::no;
}

}  // namespace proktor::qti
