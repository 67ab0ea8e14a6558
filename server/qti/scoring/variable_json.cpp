#include "qti/scoring/variable_json.hpp"

#include "qti/value/text.hpp"

#include <boost/json/array.hpp>

namespace proktor::qti {

boost::json::value to_json(Variable const& variable) {
  auto const cardinality = variable.value.cardinality();
  bool const container = cardinality == Cardinality::multiple || cardinality == Cardinality::ordered;
  if (container && variable.was_set && variable.value.is_null()) return boost::json::array();
  return to_json(variable.value);
}

}  // namespace proktor::qti
