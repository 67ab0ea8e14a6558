// map-response, map-response-point and inside: responses become numbers by table or area.

#include "qti/expression/area_test.hpp"
#include "qti/expression/elements.hpp"
#include "qti/model/area.hpp"
#include "qti/value/fault.hpp"
#include "qti/value/fold.hpp"

#include <algorithm>

namespace proktor::qti::make {
namespace {

template <typename AnyMapping>
Number bounded(AnyMapping const& mapping, double sum) {
  if constexpr (has_fault(Fault::mapping_bounds_ignored)) return Number::of(sum);
  if (mapping.lower) sum = std::max(sum, *mapping.lower);
  if (mapping.upper) sum = std::min(sum, *mapping.upper);
  return Number::of(sum);
}

MapEntry const* entry_for(Mapping const& mapping, Scalar const& scalar, BaseType base) {
  auto const* text = std::get_if<std::string>(&scalar);
  std::optional<std::string> folded;
  // Two choices may differ by case alone, whatever the entries say of it.
  if (base == BaseType::identifier) {
    auto const exact = std::ranges::find(mapping.entries, scalar, &MapEntry::key);
    if (exact != mapping.entries.end()) return &*exact;
  }
  for (auto const& entry : mapping.entries) {
    if (entry.case_sensitive || text == nullptr) {
      if (same(entry.key, scalar, base)) return &entry;
      continue;
    }
    if (!folded) folded = fold_case(*text);
    if (*folded == entry.folded) return &entry;
  }
  return nullptr;
}

// Each entry counts once, and so does each value that has none, however often it was given.
double sum_of(Mapping const& mapping, Value const& value) {
  double sum = 0;
  std::vector<MapEntry const*> counted;
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto const* entry = entry_for(mapping, value[i], value.base());
    if (entry != nullptr) {
      auto const again = std::ranges::find(counted, entry) != counted.end();
      if (again && !has_fault(Fault::duplicates_counted_twice)) continue;
      counted.push_back(entry);
      sum += entry->value;
      continue;
    }
    auto const again = std::any_of(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](auto const& other) { return same(other, value[i], value.base()); });
    if (!again) sum += mapping.default_value;
  }
  return sum;
}

class MapResponse final : public NumberNode {
 public:
  explicit MapResponse(Symbol symbol)
      : NumberNode(BaseType::floating), slot_(symbol.slot), mapping_(*symbol.declaration->mapping) {}

 private:
  Number count(Scope& scope) const override {
    if (slot_ >= scope.variables.size()) return {};
    auto const& value = scope.variables[slot_].value;
    if (!spend(scope, value.size() * (mapping_.entries.size() + value.size()) / 16)) return {};
    if (value.cardinality() != Cardinality::single) return bounded(mapping_, sum_of(mapping_, value));
    auto const* entry = value.is_null() ? nullptr : entry_for(mapping_, value[0], value.base());
    return bounded(mapping_, entry == nullptr ? mapping_.default_value : entry->value);
  }
  std::uint32_t slot_;
  Mapping const& mapping_;  // of the declaration, which lives as long as the program
};

class MapResponsePoint final : public NumberNode {
 public:
  explicit MapResponsePoint(Symbol symbol)
      : NumberNode(BaseType::floating), slot_(symbol.slot), mapping_(*symbol.declaration->area_mapping) {}

 private:
  Number count(Scope& scope) const override {
    if (slot_ >= scope.variables.size()) return {};
    auto const& value = scope.variables[slot_].value;
    if (!spend(scope, value.size() * mapping_.entries.size() / 4)) return {};
    if (value.is_null() && value.cardinality() == Cardinality::single) {
      return bounded(mapping_, mapping_.default_value);
    }
    double sum = 0;
    std::vector<AreaMapEntry const*> counted;
    for (auto const& scalar : value) {
      auto const* point = std::get_if<Point>(&scalar);
      auto const hit = std::ranges::find_if(mapping_.entries, [&](AreaMapEntry const& entry) {
        return point != nullptr && is_inside(entry.area, *point);
      });
      if (hit == mapping_.entries.end()) {
        sum += mapping_.default_value;
      } else if (std::ranges::find(counted, &*hit) == counted.end()) {
        counted.push_back(&*hit);
        sum += hit->value;
      }
    }
    return bounded(mapping_, sum);
  }
  std::uint32_t slot_;
  AreaMapping const& mapping_;
};

class Inside final : public TruthNode {
 public:
  Inside(NodePtr operand, Area area) : operand_(std::move(operand)), area_(std::move(area)) {}

 private:
  Truth decide(Scope& scope) const override {
    Value room;
    auto const& value = operand_->value(scope, room);
    if (value.is_null() || !spend(scope, value.size() * (1 + area_.coordinates.size() / 16)))
      return Truth::unknown;
    return truth_of(std::any_of(value.begin(), value.end(), [&](Scalar const& scalar) {
      auto const* point = std::get_if<Point>(&scalar);
      return point != nullptr && is_inside(area_, *point);
    }));
  }
  NodePtr operand_;
  Area area_;
};

std::optional<Symbol> response(Call& call) {
  auto const identifier = call.text("identifier");
  auto const symbol = identifier ? call.variable(trim(*identifier)) : std::nullopt;
  if (!symbol) return std::nullopt;
  if (symbol->declaration->kind != VariableKind::response) {
    call.refuse("bad-attribute", *identifier + " is no response variable");
    return std::nullopt;
  }
  if (symbol->declaration->cardinality == Cardinality::record) {
    call.refuse("wrong-cardinality", *identifier + " is a record");
    return std::nullopt;
  }
  return symbol;
}

}  // namespace

NodePtr map_response(Call& call) {
  auto const symbol = response(call);
  if (!symbol) return nullptr;
  if (!symbol->declaration->mapping) {
    return call.refuse("missing-mapping", symbol->declaration->identifier + " has no mapping");
  }
  return std::make_unique<MapResponse>(*symbol);
}

NodePtr map_response_point(Call& call) {
  auto const symbol = response(call);
  if (!symbol) return nullptr;
  if (symbol->declaration->base != BaseType::point) {
    return call.refuse("wrong-base-type", symbol->declaration->identifier + " does not hold points");
  }
  if (!symbol->declaration->area_mapping) {
    return call.refuse("missing-mapping", symbol->declaration->identifier + " has no area mapping");
  }
  return std::make_unique<MapResponsePoint>(*symbol);
}

NodePtr inside(Call& call) {
  constexpr BaseTypes points{BaseType::point};
  auto const errors = call.reader.findings.size();
  auto area = read_area(call.reader, call.node);
  auto const bad = std::any_of(call.reader.findings.begin() + static_cast<std::ptrdiff_t>(errors),
                               call.reader.findings.end(),
                               [](Finding const& finding) { return finding.severity == Severity::error; });
  if (!call.want(one_or_more, points) || bad) return nullptr;
  return std::make_unique<Inside>(std::move(call.operands[0]), std::move(area));
}

}  // namespace proktor::qti::make
