#pragma once
// A run-time value of QTI: NULL, one scalar, a container of scalars, or a record. A plain value type; any
// thread. NULL has no members whatever its type: an empty container and an empty string are NULL (QTI 3 ASI,
// "NULL").

#include "qti/value/type.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace proktor::qti {

struct Point {
  std::int64_t x = 0;
  std::int64_t y = 0;
  bool operator==(Point const&) const = default;
};

// Of a pair or directedPair; whether the order counts is told by the base type.
struct Pair {
  std::string first;
  std::string second;
  bool operator==(Pair const&) const = default;
};

// boolean: bool. integer: int64. float, duration (seconds): double, never NaN. identifier, string, uri, file
// (a token made by binding): string.
using Scalar = std::variant<bool, std::int64_t, double, std::string, Point, Pair>;

struct Field;

class Value {
 public:
  Value();                                        // NULL, single, no type
  Value(Cardinality cardinality, BaseType base);  // NULL of a type
  Value(Value const&);
  Value(Value&&) noexcept;
  Value& operator=(Value const&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  static Value boolean(bool value);
  static Value integer(std::int64_t value);
  static Value floating(double value);    // NaN gives NULL
  static Value string(std::string text);  // empty gives NULL
  static Value identifier(std::string text);
  static Value single(BaseType base, Scalar scalar);
  static Value record(std::vector<Field> fields);

  Cardinality cardinality() const { return cardinality_; }
  BaseType base() const { return base_; }
  bool is_null() const;
  std::size_t size() const { return members_.size(); }  // of a container; 1 for a single that is not NULL

  Scalar const& operator[](std::size_t place) const { return members_[place]; }
  auto begin() const { return members_.begin(); }
  auto end() const { return members_.end(); }
  void add(Scalar scalar);

  std::vector<Field> const& fields() const { return fields_; }  // of a record
  Value const* field(std::string_view name) const;              // nullptr when there is none

  // Only when it is a single that is not NULL and of a fitting base type.
  bool const* as_boolean() const;
  std::int64_t const* as_integer() const;
  std::string const* as_text() const;  // identifier, string, uri, file
  bool as_number(double& out) const;   // integer, float or duration

  void retype(Cardinality cardinality, BaseType base) { cardinality_ = cardinality, base_ = base; }

 private:
  Cardinality cardinality_ = Cardinality::single;
  BaseType base_ = BaseType::none;
  boost::container::small_vector<Scalar, 1> members_;
  std::vector<Field> fields_;
};

struct Field {
  std::string name;
  Value value;
};

// Here, where a field is a complete type.
inline Value::Value() = default;
inline Value::Value(Cardinality cardinality, BaseType base) : cardinality_(cardinality), base_(base) {}
inline Value::Value(Value const&) = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(Value const&) = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::~Value() = default;
inline bool Value::is_null() const {
  return members_.empty() && fields_.empty();
}

// Two scalars of the same base type: pairs without order when base is pair, numbers by value.
bool same(Scalar const& left, Scalar const& right, BaseType base);

// "match" of QTI: same cardinality, base type and members (multiple: as a bag; ordered: in order; record: by
// field). NULL equals nothing; the caller decides what NULL means. integer and float do match by value.
bool same(Value const& left, Value const& right);

}  // namespace proktor::qti
