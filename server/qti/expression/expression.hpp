#pragma once
// The 64 expressions of QTI 3, compiled once and evaluated often. Immutable after compiling; any thread.
// Compiling checks what can be known before: names, numbers of operands, cardinalities, base types,
// attributes, patterns. Evaluating never fails: what cannot be computed is NULL, as the standard says.

#include "qti/expression/scope.hpp"
#include "qti/model/reader.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace proktor::qti {

// A variable known when an expression is compiled; slot is its place in Scope::variables.
struct Symbol {
  Declaration const* declaration = nullptr;
  std::uint32_t slot = 0;
};

class Names {
 public:
  virtual ~Names() = default;
  virtual std::optional<Symbol> find(std::string_view identifier) const = 0;
  // In a test, names with a point belong to items and sections, and the eight test expressions are allowed.
  virtual bool is_test() const { return false; }
};

class ExpressionNode;  // expression_node.hpp

class Expression {
 public:
  // Errors are findings with the line of the element that is wrong; nullopt then. Codes: unknown-expression,
  // wrong-operands, wrong-base-type, wrong-cardinality, unknown-variable, bad-attribute, bad-pattern,
  // custom-operator, test-expression-in-item, expression-too-deep.
  static std::optional<Expression> compile(Reader& reader, XmlNode const& node, Names const& names);

  Value evaluate(Scope& scope) const;
  bool is_true(Scope& scope) const;  // NULL and everything that is not a boolean true are false

  // What evaluating gives, where that is known: BaseType::none when it is not.
  BaseType base() const;
  std::optional<Cardinality> cardinality() const;

 private:
  explicit Expression(std::shared_ptr<ExpressionNode const> root) : root_(std::move(root)) {}
  std::shared_ptr<ExpressionNode const> root_;
};

// The element names of all 64, for checks and the conformance table.
std::vector<std::string_view> expression_element_names();

}  // namespace proktor::qti
