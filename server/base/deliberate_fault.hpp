#pragma once
// The durability faults that the simulator and the power-cut controls must find: one is switched on at compile time
// (PROKTOR_DURABILITY_FAULT), none in any build of the product. Each is used at exactly one place.

#ifndef PROKTOR_DURABILITY_FAULT
#define PROKTOR_DURABILITY_FAULT 0
#endif

namespace proktor {

enum class DurabilityFault {
  ack_before_commit = 1,
  synchronous_normal,
  missing_fencing,
  quarantine_adopted,
  copy_not_compared,
  prune_without_receipt,
};

constexpr bool has_fault(DurabilityFault fault) { return static_cast<int>(fault) == PROKTOR_DURABILITY_FAULT; }

}  // namespace proktor
