#pragma once
// The result of a practice test, from the journalled answers and the package's scoring entries. Who may see it is
// decided by the caller from Package::results and the kegiatan's mark. Pure; a few milliseconds: on the pool.

#include "core/route.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace proktor::core {

// waiting: a person gives the score; unscored: nobody does. Both count in no number.
enum class ItemVerdict : std::uint8_t { right, wrong, partial, unanswered, waiting, unscored };
std::string_view name_of(ItemVerdict verdict);

struct PracticeItem {
  std::string opaque{};
  ItemVerdict verdict = ItemVerdict::unscored;
};

struct PracticeResult {
  double score = 0, max = 0;  // of the items that a computer scores
  unsigned correct = 0;
  std::vector<PracticeItem> items{};
};

// Errors: package_invalid (also when the package does not score the test).
Result<PracticeResult> practice_result(qti::Package const& package, std::string_view qti_test,
                                       AttemptAnswers const& attempt);

}  // namespace proktor::core
