#include "qti/expression/expression.hpp"

#include "qti/expression/compiler.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

bool is_known_attribute(ExpressionElement const& element, std::string_view name) {
  return has_word(element.attributes, name) || name == "id" || name.starts_with("xml") ||
         name.starts_with("data-") || name.find(':') != std::string_view::npos;
}

void check_attributes(Reader& reader, XmlNode const& node, ExpressionElement const& element) {
  for (auto const& attribute : node.attributes) {
    if (is_known_attribute(element, attribute.name)) continue;
    reader.warning("unknown-attribute", node.line,
                   node.name + ": " + attribute.name + " is not of QTI; ignored");
  }
}

bool check_count(Reader& reader, XmlNode const& node, ExpressionElement const& element, std::size_t count) {
  if (count >= element.operands_min && count <= element.operands_max) return true;
  auto wanted = std::to_string(element.operands_min);
  if (element.operands_max == any_number) wanted += " or more";
  if (element.operands_max != any_number && element.operands_max != element.operands_min) {
    wanted += " to " + std::to_string(element.operands_max);
  }
  reader.error("wrong-operands", node.line,
               node.name + " has " + std::to_string(count) + " operands, not " + wanted);
  return false;
}

NodePtr compile_node(Reader& reader, XmlNode const& node, Names const& names, std::size_t depth) {
  auto const* element = find_expression(node.name);
  if (element == nullptr) {
    reader.error("unknown-expression", node.line, node.name + " is no expression of QTI 3");
    return nullptr;
  }
  if (depth > expression_depth_max) {
    reader.error("expression-too-deep", node.line,
                 node.name + " is deeper than " + std::to_string(expression_depth_max) + " expressions");
    return nullptr;
  }
  if (element->only_in_tests && !names.is_test()) {
    reader.error("test-expression-in-item", node.line, node.name + " belongs to a test, not to an item");
    return nullptr;
  }
  check_attributes(reader, node, *element);
  Nodes operands;
  bool good = true;
  // The text of a qti-base-value is its own; elsewhere white space means nothing.
  for (auto const& child : node.children) {
    if (child.is_text) continue;
    operands.push_back(compile_node(reader, child, names, depth + 1));
    good = good && operands.back() != nullptr;
  }
  if (!good || !check_count(reader, node, *element, operands.size())) return nullptr;
  Call call{reader, names, node, std::move(operands)};
  return element->make(call);
}

}  // namespace

ExpressionElement const* find_expression(std::string_view name) {
  auto const elements = expression_elements();
  auto const found = std::ranges::find(elements, name, &ExpressionElement::name);
  return found == elements.end() ? nullptr : &*found;
}

std::vector<std::string_view> expression_element_names() {
  std::vector<std::string_view> names;
  for (auto const& element : expression_elements()) names.push_back(element.name);
  return names;
}

std::optional<Expression> Expression::compile(Reader& reader, XmlNode const& node, Names const& names) {
  auto root = compile_node(reader, node, names, 1);
  if (root == nullptr) return std::nullopt;
  return Expression(std::shared_ptr<ExpressionNode const>(std::move(root)));
}

Value Expression::evaluate(Scope& scope) const {
  Value room;
  auto const& value = root_->value(scope, room);
  return &value == &room ? std::move(room) : value;
}

bool Expression::is_true(Scope& scope) const {
  return root_->truth(scope) == Truth::yes;
}

BaseType Expression::base() const {
  return root_->type().base;
}

std::optional<Cardinality> Expression::cardinality() const {
  return root_->type().cardinality;
}

}  // namespace proktor::qti
