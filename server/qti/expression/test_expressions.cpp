// The eight expressions that only a test can answer; TestQueries does.

#include "qti/expression/elements.hpp"

namespace proktor::qti::make {
namespace {

std::vector<std::string> words(std::string_view list) {
  constexpr std::string_view space = " \t\r\n";
  std::vector<std::string> found;
  for (auto begin = list.find_first_not_of(space); begin != std::string_view::npos;
       begin = list.find_first_not_of(space, begin)) {
    auto const end = std::min(list.find_first_of(space, begin), list.size());
    found.emplace_back(list.substr(begin, end - begin));
    begin = end;
  }
  return found;
}

ItemSubset subset_of(XmlNode const& node) {
  return {std::string(trim(node.attribute_or("section-identifier", ""))),
          words(node.attribute_or("include-category", "")), words(node.attribute_or("exclude-category", ""))};
}

std::string weight_of(XmlNode const& node) {
  return std::string(trim(node.attribute_or("weight-identifier", "")));
}

class TestVariables final : public ValueNode {
 public:
  TestVariables(ItemSubset subset, std::string variable, BaseType base, std::string weight)
      : ValueNode({Cardinality::multiple, weight.empty() ? base : BaseType::floating}),
        subset_(std::move(subset)),
        variable_(std::move(variable)),
        base_(base),
        weight_(std::move(weight)) {}

 private:
  Value make(Scope& scope) const override {
    if (scope.test == nullptr) return {};
    auto value = scope.test->test_variables(subset_, variable_, base_, weight_);
    return spend(scope, value.size()) ? value : Value();
  }
  ItemSubset subset_;
  std::string variable_;
  BaseType base_;
  std::string weight_;
};

class OutcomeExtreme final : public ValueNode {
 public:
  OutcomeExtreme(ItemSubset subset, std::string outcome, std::string weight, bool maximum)
      : ValueNode({Cardinality::multiple, BaseType::floating}),
        subset_(std::move(subset)),
        outcome_(std::move(outcome)),
        weight_(std::move(weight)),
        maximum_(maximum) {}

 private:
  Value make(Scope& scope) const override {
    return scope.test == nullptr ? Value()
                                 : scope.test->outcome_extreme(subset_, outcome_, weight_, maximum_);
  }
  ItemSubset subset_;
  std::string outcome_, weight_;
  bool maximum_;
};

class NumberOfItems final : public NumberNode {
 public:
  NumberOfItems(ItemSubset subset, ItemCount what)
      : NumberNode(BaseType::integer), subset_(std::move(subset)), what_(what) {}

 private:
  Number count(Scope& scope) const override {
    return scope.test == nullptr ? Number() : Number::of(scope.test->count(subset_, what_));
  }
  ItemSubset subset_;
  ItemCount what_;
};

NodePtr extreme(Call& call, bool maximum) {
  auto outcome = call.text("outcome-identifier");
  if (!outcome) return nullptr;
  return std::make_unique<OutcomeExtreme>(subset_of(call.node), std::string(trim(*outcome)),
                                          weight_of(call.node), maximum);
}

NodePtr items(Call& call, ItemCount what) {
  return std::make_unique<NumberOfItems>(subset_of(call.node), what);
}

}  // namespace

NodePtr test_variables(Call& call) {
  auto variable = call.text("variable-identifier");
  if (!variable) return nullptr;
  auto base = BaseType::none;
  if (auto const word = call.node.attribute("base-type")) {
    auto const known = base_type_from(trim(*word));
    if (!known) return call.refuse("bad-attribute", "base-type=\"" + std::string(*word) + "\" is not known");
    base = *known;
  }
  return std::make_unique<TestVariables>(subset_of(call.node), std::string(trim(*variable)), base,
                                         weight_of(call.node));
}

NodePtr outcome_maximum(Call& call) {
  return extreme(call, true);
}
NodePtr outcome_minimum(Call& call) {
  return extreme(call, false);
}
NodePtr number_correct(Call& call) {
  return items(call, ItemCount::correct);
}
NodePtr number_incorrect(Call& call) {
  return items(call, ItemCount::incorrect);
}
NodePtr number_responded(Call& call) {
  return items(call, ItemCount::responded);
}
NodePtr number_presented(Call& call) {
  return items(call, ItemCount::presented);
}
NodePtr number_selected(Call& call) {
  return items(call, ItemCount::selected);
}

}  // namespace proktor::qti::make
