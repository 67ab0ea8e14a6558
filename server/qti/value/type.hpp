#pragma once
// The types of QTI: how many values a variable holds and of what kind (QTI 3 ASI, "BaseType", "Cardinality").
// Pure; any thread.

#include <optional>
#include <string_view>

namespace proktor::qti {

enum class Cardinality { single, multiple, ordered, record };
enum class BaseType {
  none,  // of a record, or where the type follows from the value
  identifier,
  boolean,
  integer,
  floating,
  string,
  point,
  pair,
  directed_pair,
  duration,
  file,
  uri
};

// QTI's own spelling ("directedPair"); empty for none.
std::string_view name(Cardinality cardinality);
std::string_view name(BaseType base);
std::optional<Cardinality> cardinality_from(std::string_view text);
std::optional<BaseType> base_type_from(std::string_view text);

constexpr bool is_numeric(BaseType base) {
  return base == BaseType::integer || base == BaseType::floating;
}

}  // namespace proktor::qti
