#include "qti/value/value.hpp"

#include "qti/value/fault.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>

namespace proktor::qti {
namespace {

constexpr std::size_t bag_by_search_max = 16;  // larger bags are compared sorted

bool is_nothing(Scalar const& scalar) {
  if (auto const* text = std::get_if<std::string>(&scalar)) return text->empty();
  auto const* number = std::get_if<double>(&scalar);
  return number != nullptr && std::isnan(*number);
}

std::strong_ordering order(long double left, long double right) {
  if (left < right) return std::strong_ordering::less;
  return left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

// Holds every int64 and every double exactly, so that order is the same however numbers are mixed.
std::optional<long double> number_of(Scalar const& scalar) {
  if (auto const* whole = std::get_if<std::int64_t>(&scalar)) return static_cast<long double>(*whole);
  if (auto const* number = std::get_if<double>(&scalar)) return static_cast<long double>(*number);
  return std::nullopt;
}

std::strong_ordering order(Pair const& left, Pair const& right, bool directed) {
  bool const turn_left = !directed && left.second < left.first;
  bool const turn_right = !directed && right.second < right.first;
  auto const first = (turn_left ? left.second : left.first) <=> (turn_right ? right.second : right.first);
  if (first != 0) return first;
  return (turn_left ? left.first : left.second) <=> (turn_right ? right.first : right.second);
}

// A total order in which what is the same is equal.
std::strong_ordering order(Scalar const& left, Scalar const& right, BaseType base) {
  auto const left_number = number_of(left);
  auto const right_number = number_of(right);
  if (left_number && right_number) return order(*left_number, *right_number);
  if (left.index() != right.index()) return left.index() <=> right.index();
  if (auto const* text = std::get_if<std::string>(&left)) return *text <=> std::get<std::string>(right);
  if (auto const* flag = std::get_if<bool>(&left)) return *flag <=> std::get<bool>(right);
  if (auto const* pair = std::get_if<Pair>(&left)) {
    return order(*pair, std::get<Pair>(right), base != BaseType::pair || has_fault(Fault::pair_ordered));
  }
  auto const& point = std::get<Point>(left);
  auto const& other = std::get<Point>(right);
  auto const by_x = point.x <=> other.x;
  return by_x != 0 ? by_x : point.y <=> other.y;
}

bool same_in_order(Value const& left, Value const& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](Scalar const& a, Scalar const& b) { return same(a, b, left.base()); });
}

bool same_small_bag(Value const& left, Value const& right) {
  std::array<bool, bag_by_search_max> used{};
  for (auto const& scalar : left) {
    std::size_t at = 0;
    while (at < right.size() && (used[at] || !same(scalar, right[at], left.base()))) ++at;
    if (at == right.size()) return false;
    used[at] = true;
  }
  return true;
}

std::vector<Scalar const*> sorted(Value const& value, BaseType base) {
  std::vector<Scalar const*> members;
  members.reserve(value.size());
  for (auto const& scalar : value) members.push_back(&scalar);
  std::ranges::sort(members, [&](auto const* a, auto const* b) { return order(*a, *b, base) < 0; });
  return members;
}

bool same_bag(Value const& left, Value const& right) {
  if (left.size() != right.size()) return false;
  if (left.size() <= bag_by_search_max) return same_small_bag(left, right);
  return std::ranges::equal(sorted(left, left.base()), sorted(right, left.base()),
                            [&](auto const* a, auto const* b) { return same(*a, *b, left.base()); });
}

bool same_record(Value const& left, Value const& right) {
  if (left.fields().size() != right.fields().size()) return false;
  return std::ranges::all_of(left.fields(), [&](Field const& field) {
    auto const* other = right.field(field.name);
    if (other == nullptr) return false;
    return field.value.is_null() ? other->is_null() : same(field.value, *other);
  });
}

bool comparable(BaseType left, BaseType right) {
  return left == right || (is_numeric(left) && is_numeric(right)) || left == BaseType::none ||
         right == BaseType::none;
}

}  // namespace

Value Value::boolean(bool value) {
  return single(BaseType::boolean, value);
}
Value Value::integer(std::int64_t value) {
  return single(BaseType::integer, value);
}
Value Value::floating(double value) {
  return single(BaseType::floating, value);
}
Value Value::string(std::string text) {
  return single(BaseType::string, std::move(text));
}
Value Value::identifier(std::string text) {
  return single(BaseType::identifier, std::move(text));
}

Value Value::single(BaseType base, Scalar scalar) {
  Value value{Cardinality::single, base};
  if (!is_nothing(scalar)) value.add(std::move(scalar));
  return value;
}

Value Value::record(std::vector<Field> fields) {
  Value value{Cardinality::record, BaseType::none};
  value.fields_ = std::move(fields);
  return value;
}

void Value::add(Scalar scalar) {
  members_.push_back(std::move(scalar));
}

Value const* Value::field(std::string_view name) const {
  auto const found = std::ranges::find(fields_, name, &Field::name);
  return found == fields_.end() ? nullptr : &found->value;
}

bool const* Value::as_boolean() const {
  return cardinality_ == Cardinality::single && !members_.empty() ? std::get_if<bool>(&members_[0]) : nullptr;
}

std::int64_t const* Value::as_integer() const {
  if (cardinality_ != Cardinality::single || members_.empty()) return nullptr;
  return std::get_if<std::int64_t>(&members_[0]);
}

std::string const* Value::as_text() const {
  if (cardinality_ != Cardinality::single || members_.empty()) return nullptr;
  return std::get_if<std::string>(&members_[0]);
}

bool Value::as_number(double& out) const {
  if (cardinality_ != Cardinality::single || members_.empty()) return false;
  if (auto const* whole = std::get_if<std::int64_t>(&members_[0])) {
    out = static_cast<double>(*whole);
    return true;
  }
  auto const* number = std::get_if<double>(&members_[0]);
  if (number != nullptr) out = *number;
  return number != nullptr;
}

bool same(Scalar const& left, Scalar const& right, BaseType base) {
  if (auto const* text = std::get_if<std::string>(&left)) {
    auto const* other = std::get_if<std::string>(&right);
    return other != nullptr && *text == *other;
  }
  return order(left, right, base) == 0;
}

bool same(Value const& left, Value const& right) {
  if (left.is_null() || right.is_null() || left.cardinality() != right.cardinality()) return false;
  if (left.cardinality() == Cardinality::record) return same_record(left, right);
  if (!comparable(left.base(), right.base())) return false;
  bool const is_bag = left.cardinality() == Cardinality::multiple || has_fault(Fault::ordered_as_bag);
  if (is_bag && left.cardinality() != Cardinality::single) return same_bag(left, right);
  return same_in_order(left, right);
}

}  // namespace proktor::qti
