#pragma once
// The declaration of a variable: type, default, correct response, mapping, tables. Immutable after reading; any
// thread. Values are typed when read; what is of the wrong type is a finding (declarations.hpp).

#include "qti/value/value.hpp"

#include <optional>
#include <string>
#include <vector>

namespace proktor::qti {

enum class VariableKind { response, outcome, template_variable, context, built_in };

struct MapEntry {
  Scalar key;
  std::string folded;  // of a key that is compared without case; empty otherwise
  double value = 0;
  bool case_sensitive = true;
};

// QTI 3 ASI, "Mapping".
struct Mapping {
  std::vector<MapEntry> entries;
  double default_value = 0;
  std::optional<double> lower, upper;
};

enum class Shape { fallback, circle, ellipse, rectangle, polygon };  // "default" is the whole picture

// An area of a picture: coordinates in its pixels, meaning by shape (QTI 3 ASI, "coords").
struct Area {
  Shape shape = Shape::fallback;
  std::vector<double> coordinates;
};

struct AreaMapEntry {
  Area area;
  double value = 0;
};

struct AreaMapping {
  std::vector<AreaMapEntry> entries;
  double default_value = 0;
  std::optional<double> lower, upper;
};

// Of an outcome: exact (match) or by interval (interpolation).
struct LookupTable {
  struct Entry {
    double source = 0;
    bool include_boundary = true;  // interpolation only
    Value target;
  };
  bool interpolation = false;
  std::vector<Entry> entries;
  Value default_value;  // NULL when none is given
};

struct Declaration {
  std::string identifier;
  VariableKind kind = VariableKind::response;
  Cardinality cardinality = Cardinality::single;
  BaseType base = BaseType::none;
  Value default_value;  // NULL: none
  Value correct;        // responses; NULL: none
  bool is_correct_usable = true;  // false: a correct response is given that this variable cannot hold
  std::optional<Mapping> mapping;           // responses
  std::optional<AreaMapping> area_mapping;  // responses of points
  std::optional<LookupTable> table;         // outcomes
  bool param_variable = false, math_variable = false;  // template variables
  std::optional<double> normal_maximum, normal_minimum, mastery_value;  // outcomes
  std::string external_scored;  // outcomes: "human", "externalMachine" or empty
  std::string view;             // outcomes: as written
  int line = 0;
};

}  // namespace proktor::qti
