#pragma once
// What an expression sees when it runs: the variables of its item or test, the random source, and, in a test,
// what its items have done. One session's own; one thread. Holds nothing itself.

#include "base/random.hpp"
#include "qti/model/declaration.hpp"
#include "qti/value/value.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

constexpr std::uint32_t evaluation_steps_max = 100'000;  // of one processing run: bounds hostile repeats

// One variable of a session. default_value and correct start as declared; template processing may set them.
struct Variable {
  Declaration const* declaration = nullptr;
  Value value;
  Value default_value;
  Value correct;
  bool was_set = false;  // by processing, in this attempt: an empty list is then a result, not the absence of one
};

// Which items of a test an expression asks about (section-identifier, include-category, exclude-category).
struct ItemSubset {
  std::string section;               // empty: all
  std::vector<std::string> include;  // categories, any of them; empty: all
  std::vector<std::string> exclude;
};

enum class ItemCount { correct, incorrect, responded, presented, selected };

// What only a test can answer (QTI 3 ASI, "Expressions used only in outcomes processing").
class TestQueries {
 public:
  virtual ~TestQueries() = default;
  // "Q01.SCORE", "Q01.2.SCORE", "SECTION.duration"; weight: identifier or empty. NULL when there is no such
  // thing.
  virtual Value item_variable(std::string_view name, std::string_view weight) const = 0;
  // The default or correct value that an item's declaration gives; NULL when it gives none.
  virtual Value item_default(std::string_view name) const = 0;
  virtual Value item_correct(std::string_view name) const = 0;
  // base: none takes whatever it is. Always a multiple.
  virtual Value test_variables(ItemSubset const& subset, std::string_view variable, BaseType base,
                               std::string_view weight) const = 0;
  // The normal-maximum or normal-minimum of each item, a multiple of floats. NULL when an item declares no
  // maximum; items without a minimum are passed over.
  virtual Value outcome_extreme(ItemSubset const& subset, std::string_view outcome, std::string_view weight,
                                bool maximum) const = 0;
  virtual std::int64_t count(ItemSubset const& subset, ItemCount what) const = 0;
};

struct Scope {
  std::span<Variable const> variables;
  SplitMix64& random;
  TestQueries const* test = nullptr;  // absent inside an item
  std::uint32_t steps_left = evaluation_steps_max;
  bool exhausted = false;  // the steps ran out; every value since then was NULL
};

}  // namespace proktor::qti
