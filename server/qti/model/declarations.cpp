#include "qti/model/declarations.hpp"

#include "qti/model/declaration_maps.hpp"
#include "qti/value/text.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

// What nobody computes with is a warning; in mappings, tables and rules it is an error.
void warn_attributes(Reader& reader, XmlNode const& node, std::initializer_list<std::string_view> known) {
  for (auto const* attribute : unknown_attributes(node, known)) {
    reader.warning("unknown-attribute", node.line, node.name + " has no attribute " + attribute->name + "; it is not used");
  }
}

// One qti-value of a record: its field and base type stand on itself.
void read_field(Reader& reader, XmlNode const& node, std::vector<Field>& fields) {
  auto field = reader.identifier(node, "field-identifier");
  auto const base_text = node.attribute_or("base-type", "");
  auto const base = base_type_from(base_text);
  if (!base) {
    reader.error("wrong-base-type", node.line,
                 "field " + field + ": base-type \"" + std::string(base_text) + "\" is missing or unknown");
    return;
  }
  if (std::ranges::find(fields, field, &Field::name) != fields.end()) {
    reader.error("duplicate-identifier", node.line, "field " + field + " has two values");
    return;
  }
  Value value(Cardinality::single, *base);
  auto const text = node.all_text();
  if (!trim(text).empty()) {
    if (auto scalar = read_scalar(reader, node, *base, text)) value.add(std::move(*scalar));
  }
  fields.push_back({std::move(field), std::move(value)});
}

void read_member(Reader& reader, XmlNode const& node, Value& value) {
  auto const text = node.all_text();
  if (trim(text).empty()) return;  // an empty value is NULL
  if (auto const own = node.attribute("base-type"); own && base_type_from(*own) != value.base()) {
    reader.error("wrong-base-type", node.line,
                 "a value of base-type " + std::string(*own) + " stands in a variable of " +
                     std::string(name(value.base())));
    return;
  }
  if (auto scalar = read_scalar(reader, node, value.base(), text)) value.add(std::move(*scalar));
}

// The value of a qti-default-value or qti-correct-response.
Value read_value(Reader& reader, XmlNode const& holder, Declaration& declaration) {
  warn_attributes(reader, holder, {"interpretation"});
  Value value(declaration.cardinality, declaration.base);
  std::vector<Field> fields;
  bool stray_text = false;
  std::size_t values = 0;
  for (auto const& child : holder.children) {
    if (child.is_text) {
      stray_text = stray_text || !trim(child.text).empty();
      continue;
    }
    if (child.name != "qti-value") {
      reader.error("expected-qti-value", child.line, holder.name + ": expected qti-value, got " + child.name);
      continue;
    }
    ++values;
    warn_attributes(reader, child, {"field-identifier", "base-type"});
    if (declaration.cardinality == Cardinality::record) {
      read_field(reader, child, fields);
    } else {
      read_member(reader, child, value);
    }
  }
  if (stray_text || values == 0) {
    reader.error("expected-qti-value", holder.line,
                 holder.name + ": expected qti-value, got " + (stray_text ? "text" : "nothing"));
  }
  if (declaration.cardinality == Cardinality::single && values > 1) {
    auto message = holder.name + " of " + declaration.identifier + " has " + std::to_string(values) +
                   " values, but its cardinality is single";
    // A correct response that nothing asks for harms nobody; processing that asks for it is refused.
    if (holder.name == "qti-correct-response") {
      declaration.is_correct_usable = false;
      reader.warning("wrong-cardinality", holder.line, std::move(message));
    } else {
      reader.error("wrong-cardinality", holder.line, std::move(message));
    }
    return Value(declaration.cardinality, declaration.base);
  }
  return declaration.cardinality == Cardinality::record ? Value::record(std::move(fields)) : value;
}

VariableKind kind_of(std::string_view element) {
  if (element == "qti-outcome-declaration") return VariableKind::outcome;
  if (element == "qti-template-declaration") return VariableKind::template_variable;
  if (element == "qti-context-declaration") return VariableKind::context;
  return VariableKind::response;
}

void read_type(Reader& reader, XmlNode const& node, Declaration& declaration) {
  auto const cardinality = cardinality_from(node.attribute_or("cardinality", ""));
  if (!cardinality) {
    reader.error(
        "wrong-cardinality", node.line,
        declaration.identifier + ": cardinality is missing or not one of single, multiple, ordered, record");
  }
  declaration.cardinality = cardinality.value_or(Cardinality::single);
  auto const base_text = node.attribute_or("base-type", "");
  bool const record = declaration.cardinality == Cardinality::record;
  declaration.base = base_type_from(base_text).value_or(BaseType::none);
  if (declaration.base == BaseType::none && (!base_text.empty() || !record)) {
    reader.error(
        "wrong-base-type", node.line,
        declaration.identifier + ": base-type \"" + std::string(base_text) + "\" is missing or unknown");
  }
  if (record) declaration.base = BaseType::none;
  declaration.default_value = Value(declaration.cardinality, declaration.base);
  declaration.correct = declaration.default_value;
}

void read_own_attributes(Reader& reader, XmlNode const& node, Declaration& declaration) {
  switch (declaration.kind) {
    case VariableKind::outcome:
      warn_attributes(reader, node,
                       {"identifier", "cardinality", "base-type", "view", "interpretation", "long-interpretation",
                        "normal-maximum", "normal-minimum", "mastery-value", "external-scored",
                        "variable-identifier-ref"});
      declaration.normal_maximum = read_number(reader, node, "normal-maximum");
      declaration.normal_minimum = read_number(reader, node, "normal-minimum");
      declaration.mastery_value = read_number(reader, node, "mastery-value");
      declaration.external_scored = trim(node.attribute_or("external-scored", ""));
      declaration.view = trim(node.attribute_or("view", ""));
      break;
    case VariableKind::template_variable:
      warn_attributes(reader, node,
                       {"identifier", "cardinality", "base-type", "param-variable", "math-variable"});
      declaration.param_variable = reader.boolean(node, "param-variable", false);
      declaration.math_variable = reader.boolean(node, "math-variable", false);
      break;
    default:
      warn_attributes(reader, node, {"identifier", "cardinality", "base-type"});
      break;
  }
}

bool read_child(Reader& reader, XmlNode const& child, Declaration& declaration) {
  bool const response = declaration.kind == VariableKind::response;
  if (child.name == "qti-default-value") {
    declaration.default_value = read_value(reader, child, declaration);
  } else if (response && child.name == "qti-correct-response") {
    declaration.correct = read_value(reader, child, declaration);
  } else if (response && child.name == "qti-mapping") {
    declaration.mapping = read_mapping(reader, child, declaration);
  } else if (response && child.name == "qti-area-mapping") {
    if (declaration.base != BaseType::point) {
      reader.error("wrong-base-type", child.line, "an area mapping needs a response of base-type point");
    }
    declaration.area_mapping = read_area_mapping(reader, child);
  } else if (declaration.kind == VariableKind::outcome &&
             (child.name == "qti-match-table" || child.name == "qti-interpolation-table")) {
    declaration.table = read_table(reader, child, declaration);
  } else {
    return false;
  }
  return true;
}

}  // namespace

Declaration read_declaration(Reader& reader, XmlNode const& node) {
  Declaration declaration;
  declaration.line = node.line;
  declaration.kind = kind_of(node.name);
  declaration.identifier = reader.identifier(node, "identifier");
  read_type(reader, node, declaration);
  read_own_attributes(reader, node, declaration);
  for (auto const& child : node.children) {
    if (child.is_text || child.space == XmlSpace::other) continue;
    if (!read_child(reader, child, declaration)) {
      reader.error("unknown-element", child.line, child.name + " has no place in " + node.name);
    }
  }
  return declaration;
}

}  // namespace proktor::qti
