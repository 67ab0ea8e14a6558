#pragma once
// Deliberate faults, for the test of the tests (tests/support/qti_faults.sh): built with PROKTOR_QTI_FAULT=n the engine
// is wrong in one way, and a case must notice. 0 in every product build: the branches vanish at compile time.

#ifndef PROKTOR_QTI_FAULT
#define PROKTOR_QTI_FAULT 0
#endif

namespace proktor::qti {

enum class Fault {
  none = 0,
  empty_container_not_null = 1,
  duplicates_counted_twice = 2,
  pair_ordered = 3,
  null_condition_true = 4,
  interpolation_boundary_excluded = 5,
  mapping_bounds_ignored = 6,
  folding_ascii_only = 7,
  numeric_outcome_null = 8,
  ordered_as_bag = 9
};

constexpr Fault built_fault = static_cast<Fault>(PROKTOR_QTI_FAULT);
constexpr bool has_fault(Fault fault) { return built_fault == fault; }

}  // namespace proktor::qti
