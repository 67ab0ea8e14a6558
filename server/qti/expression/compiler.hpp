#pragma once
// What compiling one element of an expression needs: its operands, its attributes, and the checks that name
// what is wrong. One per document; one thread. The elements themselves are in expression_table.cpp.

#include "qti/expression/expression.hpp"
#include "qti/expression/expression_node.hpp"

#include <array>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace proktor::qti {

constexpr std::size_t expression_depth_max = 64;

// A set of cardinalities or base types.
template <typename Member>
class SetOf {
 public:
  constexpr SetOf(std::initializer_list<Member> members) {
    for (auto member : members) bits_ |= 1U << static_cast<unsigned>(member);
  }
  constexpr bool has(Member member) const { return (bits_ >> static_cast<unsigned>(member) & 1U) != 0; }

 private:
  unsigned bits_ = 0;
};
using Cardinalities = SetOf<Cardinality>;
using BaseTypes = SetOf<BaseType>;

constexpr Cardinalities one{Cardinality::single};
constexpr Cardinalities containers{Cardinality::multiple, Cardinality::ordered};
constexpr Cardinalities one_or_more{Cardinality::single, Cardinality::multiple, Cardinality::ordered};
constexpr BaseTypes numbers{BaseType::integer, BaseType::floating};
constexpr BaseTypes times{BaseType::duration, BaseType::integer, BaseType::floating};

// An attribute that is a number or names a variable that holds one ("integerOrVariableRef").
class NumberOrVariable {
 public:
  NumberOrVariable() = default;
  explicit NumberOrVariable(Number constant) : constant_(constant) {}
  explicit NumberOrVariable(std::uint32_t slot) : slot_(slot) {}
  bool is_constant() const { return !slot_; }
  Number constant() const { return constant_; }  // only when is_constant()
  Number get(Scope const& scope) const;
  std::optional<std::int64_t> integer(Scope const& scope) const;  // a float is no integer

 private:
  Number constant_;
  std::optional<std::uint32_t> slot_;
};

struct Call {
  Reader& reader;
  Names const& names;
  XmlNode const& node;
  Nodes operands;

  NodePtr refuse(std::string_view code, std::string message);  // an error; nullptr, to be returned

  // Checks of operands; what is not known before it runs passes. false: an error was said.
  bool want(Cardinalities cardinalities, BaseTypes bases);  // all operands
  bool want_cardinality(std::size_t operand, Cardinalities cardinalities);
  bool want_base(std::size_t operand, BaseTypes bases);
  bool want_same_base();         // all operands; numbers mix, and texts mix with a warning
  BaseType number_base() const;  // float if any operand is, integer if all are, else none

  // Attributes. A missing one that is required, or a wrong one, is an error and gives nullopt.
  std::optional<std::string> text(std::string_view attribute);
  std::optional<bool> boolean(std::string_view attribute, std::optional<bool> fallback);
  std::optional<std::size_t> choice(std::string_view attribute, std::span<std::string_view const> words,
                                    std::optional<std::size_t> fallback);
  std::optional<NumberOrVariable> integer(std::string_view attribute, std::optional<std::int64_t> fallback);
  std::optional<NumberOrVariable> number(std::string_view attribute, std::optional<double> fallback);
  std::optional<NumberOrVariable> number_in(std::string_view attribute, std::string_view word, bool whole);
  // The variable that `identifier` names; unknown-variable when there is none.
  std::optional<Symbol> variable(std::string_view identifier);
};

using Make = NodePtr (*)(Call& call);

struct ExpressionElement {
  std::string_view name;
  Make make = nullptr;
  std::size_t operands_min = 0;
  std::size_t operands_max = 0;
  std::string_view attributes;  // of QTI, separated by spaces
  bool only_in_tests = false;
};

constexpr std::size_t any_number = 10'000;

std::span<ExpressionElement const> expression_elements();
ExpressionElement const* find_expression(std::string_view name);

}  // namespace proktor::qti
