#include "tests/fuzz/expression_growth.hpp"

#include "tests/fuzz/expression_tables.hpp"

#include <algorithm>
#include <utility>

namespace proktor::fuzz {
namespace {

using qti::BaseType;
using qti::Cardinality;
using qti::XmlNode;

XmlNode element(std::string name) {
  XmlNode node;
  node.space = qti::XmlSpace::qti3;
  node.line = 1;
  node.name = std::move(name);
  return node;
}

void add_attributes(Choices& choices, XmlNode& node, std::string_view attributes) {
  while (!attributes.empty()) {
    auto const end = std::min(attributes.find(' '), attributes.size());
    auto const name = attributes.substr(0, end);
    attributes.remove_prefix(std::min(end + 1, attributes.size()));
    if (choices.one_in(16)) continue;
    for (auto const& known : attribute_values) {
      if (known.name != name) continue;
      node.attributes.push_back(
          {std::string(name), std::string(known.values[choices.below(known.values.size())])});
    }
  }
}

Kind operand_kind(Choices& choices, char letter) {
  bool const odd = choices.one_in(2);
  switch (letter) {
    case 'b':
      return {Cardinality::single, BaseType::boolean};
    case 'i':
      return {Cardinality::single, BaseType::integer};
    case 'f':
      return {Cardinality::single, BaseType::floating};
    case 'n':
      return {Cardinality::single, odd ? BaseType::integer : BaseType::floating};
    case 's':
      return {Cardinality::single, BaseType::string};
    case 'p':
      return {odd ? Cardinality::single : Cardinality::multiple, BaseType::point};
    case 'd':
      return {Cardinality::single, BaseType::duration};
    case 'C':
      return {odd ? Cardinality::multiple : Cardinality::ordered, BaseType::floating};
    case 'O':
      return {Cardinality::ordered, BaseType::floating};
    case 'R':
      return {Cardinality::record, BaseType::none};
    case 'T':
      return {Cardinality::multiple, BaseType::none};  // what a test gives
    default:
      return {odd ? Cardinality::single : Cardinality::ordered, BaseType::floating};
  }
}

Kind any_kind(Choices& choices) {
  auto const cardinality = static_cast<Cardinality>(choices.below(4));
  if (cardinality == Cardinality::record) return {cardinality, BaseType::none};
  return {cardinality, static_cast<BaseType>(1 + choices.below(11))};
}

XmlNode grow_operator(Choices& choices, Operator const& chosen, int depth) {
  auto node = element(std::string(chosen.element));
  add_attributes(choices, node, chosen.attributes);
  for (std::size_t at = 0; at < chosen.operands.size(); ++at) {
    if (chosen.operands[at] == '*') continue;
    bool const several = at + 1 < chosen.operands.size() && chosen.operands[at + 1] == '*';
    for (std::size_t left = several ? 1 + choices.below(4) : 1; left > 0; --left) {
      auto const kind = operand_kind(choices, chosen.operands[at]);
      node.children.push_back(grow(choices, choices.one_in(24) ? any_kind(choices) : kind, depth - 1));
    }
  }
  return node;
}

XmlNode base_value(Choices& choices, BaseType base) {
  constexpr std::string_view texts[] = {"0",   "1",   "-3",    "2.5", "1e308", "true",  "false", "a",
                                        "É",   "A B", "10 20", "0 0", "PT1M",  "INF",   "",      "x y z",
                                        "0.1", "7",   "99",    "c",   "B A",   "12.25", "-0",    "5e-324"};
  auto node = element("qti-base-value");
  node.attributes.push_back({"base-type", std::string(name(base))});
  XmlNode text;
  text.is_text = true;
  text.text = choices.one_in(8) ? choices.text(8) : std::string(texts[choices.below(std::size(texts))]);
  node.children.push_back(std::move(text));
  return node;
}

XmlNode leaf(Choices& choices, Kind wanted) {
  if (wanted.base == BaseType::none && wanted.cardinality == Cardinality::multiple) {
    auto node = element("qti-test-variables");
    node.attributes.push_back({"variable-identifier", "SCORE"});
    return node;
  }
  auto const choice = choices.below(8);
  if (choice == 0) return element("qti-null");
  if (choice >= 4 && wanted.cardinality == Cardinality::single) return base_value(choices, wanted.base);
  auto node = element(choice == 1 ? "qti-correct" : choice == 2 ? "qti-default" : "qti-variable");
  node.attributes.push_back({"identifier", variable_name(wanted)});
  return node;
}

XmlNode grow_container(Choices& choices, Kind wanted, int depth) {
  bool const is_ordered = wanted.cardinality == Cardinality::ordered;
  Kind const member{Cardinality::single, wanted.base};
  auto const choice = choices.below(4);
  if (choice == 0) {
    auto node = element("qti-delete");
    node.children.push_back(grow(choices, member, depth - 1));
    node.children.push_back(grow(choices, wanted, depth - 1));
    return node;
  }
  auto node = element(!is_ordered ? "qti-multiple" : choice == 1 ? "qti-repeat" : "qti-ordered");
  if (is_ordered && choice == 1) add_attributes(choices, node, "number-repeats");
  for (std::size_t left = choices.below(4); left > 0; --left) {
    node.children.push_back(grow(choices, choices.one_in(4) ? wanted : member, depth - 1));
  }
  return node;
}

}  // namespace

std::string variable_name(Kind kind) {
  return std::string(name(kind.cardinality)) + "_" + std::string(name(kind.base));
}

XmlNode grow(Choices& choices, Kind wanted, int depth) {
  if (depth <= 0 || choices.done()) return leaf(choices, wanted);
  if (wanted.cardinality == Cardinality::multiple || wanted.cardinality == Cardinality::ordered) {
    return choices.one_in(3) || wanted.base == BaseType::none ? leaf(choices, wanted)
                                                              : grow_container(choices, wanted, depth);
  }
  char const gives = wanted.base == BaseType::boolean    ? 'b'
                     : wanted.base == BaseType::integer  ? 'i'
                     : wanted.base == BaseType::floating ? 'f'
                                                         : ' ';
  auto const& chosen = operators[choices.below(operators.size())];
  if (chosen.gives == gives) return grow_operator(choices, chosen, depth);
  std::size_t const first = choices.below(operators.size());
  for (std::size_t step = 0; gives != ' ' && step < operators.size(); ++step) {
    auto const& candidate = operators[(first + step) % operators.size()];
    if (candidate.gives == gives) return grow_operator(choices, candidate, depth);
  }
  return leaf(choices, wanted);
}

}  // namespace proktor::fuzz
