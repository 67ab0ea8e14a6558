#include "qti/value/type.hpp"

#include <algorithm>
#include <array>

namespace proktor::qti {
namespace {

struct CardinalityName {
  Cardinality value;
  std::string_view name;
};
constexpr std::array cardinality_names{
    CardinalityName{Cardinality::single, "single"}, CardinalityName{Cardinality::multiple, "multiple"},
    CardinalityName{Cardinality::ordered, "ordered"}, CardinalityName{Cardinality::record, "record"}};

struct BaseTypeName {
  BaseType value;
  std::string_view name;
};
constexpr std::array base_type_names{BaseTypeName{BaseType::identifier, "identifier"},
                                     BaseTypeName{BaseType::boolean, "boolean"},
                                     BaseTypeName{BaseType::integer, "integer"},
                                     BaseTypeName{BaseType::floating, "float"},
                                     BaseTypeName{BaseType::string, "string"},
                                     BaseTypeName{BaseType::point, "point"},
                                     BaseTypeName{BaseType::pair, "pair"},
                                     BaseTypeName{BaseType::directed_pair, "directedPair"},
                                     BaseTypeName{BaseType::duration, "duration"},
                                     BaseTypeName{BaseType::file, "file"},
                                     BaseTypeName{BaseType::uri, "uri"}};

}  // namespace

std::string_view name(Cardinality cardinality) {
  return std::ranges::find(cardinality_names, cardinality, &CardinalityName::value)->name;
}

std::string_view name(BaseType base) {
  auto const found = std::ranges::find(base_type_names, base, &BaseTypeName::value);
  return found == base_type_names.end() ? std::string_view{} : found->name;
}

std::optional<Cardinality> cardinality_from(std::string_view text) {
  auto const found = std::ranges::find(cardinality_names, text, &CardinalityName::name);
  if (found == cardinality_names.end()) return std::nullopt;
  return found->value;
}

std::optional<BaseType> base_type_from(std::string_view text) {
  auto const found = std::ranges::find(base_type_names, text, &BaseTypeName::name);
  if (found == base_type_names.end()) return std::nullopt;
  return found->value;
}

}  // namespace proktor::qti
