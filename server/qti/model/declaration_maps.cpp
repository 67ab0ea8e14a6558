#include "qti/model/declaration_maps.hpp"

#include "qti/model/area.hpp"
#include "qti/model/declarations.hpp"
#include "qti/value/fold.hpp"
#include "qti/value/text.hpp"

#include <algorithm>
#include <cmath>

namespace proktor::qti {
namespace {

// A required number; 0 after an error.
double required_number(Reader& reader, XmlNode const& node, std::string_view attribute) {
  auto const number = read_number(reader, node, attribute);
  if (!number && !node.attribute(attribute)) {
    reader.error("bad-number", node.line, node.name + " has no " + std::string(attribute));
  }
  return number.value_or(0);
}

template <typename Map>
void read_bounds(Reader& reader, XmlNode const& node, Map& map) {
  map.lower = read_number(reader, node, "lower-bound");
  map.upper = read_number(reader, node, "upper-bound");
  map.default_value = read_number(reader, node, "default-value").value_or(0);
  if (map.lower && map.upper && *map.lower > *map.upper) {
    reader.error("bad-number", node.line, node.name + ": the lower bound is above the upper");
  }
}

// Calls `use` for every child element of this name; others are errors.
template <typename Use>
void each_entry(Reader& reader, XmlNode const& node, std::string_view element, Use use) {
  for (auto const& child : node.children) {
    if (child.is_text) continue;
    if (child.name == element) {
      use(child);
    } else {
      reader.error("unknown-element", child.line, child.name + " has no place in " + node.name);
    }
  }
}

}  // namespace

std::optional<double> read_number(Reader& reader, XmlNode const& node, std::string_view attribute) {
  auto const text = node.attribute(attribute);
  if (!text) return std::nullopt;
  if (auto const scalar = scalar_from(BaseType::floating, *text)) return std::get<double>(*scalar);
  reader.error("bad-number", node.line,
               node.name + ": " + std::string(attribute) + "=\"" + std::string(*text) + "\" is not a number");
  return std::nullopt;
}

std::vector<XmlAttribute const*> unknown_attributes(XmlNode const& node,
                                                    std::initializer_list<std::string_view> known) {
  std::vector<XmlAttribute const*> unknown;
  for (auto const& attribute : node.attributes) {
    bool const foreign = attribute.name.starts_with("data-") || attribute.name.find(':') != std::string::npos ||
                         attribute.name == "xmlns";
    if (!foreign && std::ranges::find(known, attribute.name) == known.end()) unknown.push_back(&attribute);
  }
  return unknown;
}

void check_attributes(Reader& reader, XmlNode const& node, std::initializer_list<std::string_view> known) {
  for (auto const* attribute : unknown_attributes(node, known)) {
    reader.error("unknown-attribute", node.line, node.name + " has no attribute " + attribute->name);
  }
}

std::optional<Scalar> read_scalar(Reader& reader, XmlNode const& node, BaseType base, std::string_view text) {
  auto scalar = scalar_from(base, text);
  if (!scalar && base != BaseType::none) {
    reader.error("wrong-value-type", node.line,
                 node.name + ": \"" + std::string(trim(text)) + "\" is no " + std::string(name(base)));
  }
  return scalar;
}

Mapping read_mapping(Reader& reader, XmlNode const& node, Declaration const& declaration) {
  check_attributes(reader, node, {"lower-bound", "upper-bound", "default-value"});
  Mapping mapping;
  read_bounds(reader, node, mapping);
  each_entry(reader, node, "qti-map-entry", [&](XmlNode const& child) {
    check_attributes(reader, child, {"map-key", "mapped-value", "case-sensitive"});
    auto const key = child.attribute("map-key");
    MapEntry entry;
    entry.value = required_number(reader, child, "mapped-value");
    entry.case_sensitive = reader.boolean(child, "case-sensitive", false);  // the default of QTI 3.0
    if (!key) {
      reader.error("bad-identifier", child.line, "qti-map-entry has no map-key");
      return;
    }
    if (declaration.base == BaseType::string) {
      entry.key = std::string(*key);
    } else if (auto scalar = read_scalar(reader, child, declaration.base, *key)) {
      entry.key = std::move(*scalar);
    } else {
      return;
    }
    if (!entry.case_sensitive) entry.folded = fold_case(*key);
    mapping.entries.push_back(std::move(entry));
  });
  if (mapping.entries.empty()) reader.warning("empty-mapping", node.line, "the mapping has no entries");
  return mapping;
}

AreaMapping read_area_mapping(Reader& reader, XmlNode const& node) {
  check_attributes(reader, node, {"lower-bound", "upper-bound", "default-value"});
  AreaMapping mapping;
  read_bounds(reader, node, mapping);
  each_entry(reader, node, "qti-area-map-entry", [&](XmlNode const& child) {
    check_attributes(reader, child, {"shape", "coords", "mapped-value"});
    auto const value = required_number(reader, child, "mapped-value");
    mapping.entries.push_back({read_area(reader, child), value});
  });
  return mapping;
}

LookupTable read_table(Reader& reader, XmlNode const& node, Declaration const& declaration) {
  LookupTable table;
  table.interpolation = node.name == "qti-interpolation-table";
  auto const target = [&](XmlNode const& holder, std::string_view attribute) {
    Value value(Cardinality::single, declaration.base);
    auto const text = holder.attribute(attribute);
    if (!text) return value;
    if (auto scalar = read_scalar(reader, holder, declaration.base, *text)) value.add(std::move(*scalar));
    return value;
  };
  check_attributes(reader, node, {"default-value"});
  table.default_value = target(node, "default-value");
  auto const element = table.interpolation ? "qti-interpolation-table-entry" : "qti-match-table-entry";
  each_entry(reader, node, element, [&](XmlNode const& child) {
    LookupTable::Entry entry;
    entry.source = required_number(reader, child, "source-value");
    if (table.interpolation) {
      check_attributes(reader, child, {"source-value", "include-boundary", "target-value"});
      entry.include_boundary = reader.boolean(child, "include-boundary", true);
    } else {
      check_attributes(reader, child, {"source-value", "target-value"});
      if (entry.source != std::trunc(entry.source)) {
        reader.error("bad-number", child.line, "the source-value of a match table is an integer");
      }
    }
    if (!child.attribute("target-value")) {
      reader.error("wrong-value-type", child.line, child.name + " has no target-value");
    }
    entry.target = target(child, "target-value");
    table.entries.push_back(std::move(entry));
  });
  return table;
}

}  // namespace proktor::qti
