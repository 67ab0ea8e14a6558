#pragma once
// A pupil's time: what is consumed, what is left, what counts as late, what is given back. DESIGN 8 and
// docs/protocol.md, "Exam clock". Pure; exam time in milliseconds.

#include "core/model.hpp"

#include <cstdint>
#include <optional>

namespace proktor::core {

constexpr DurationMs start_after_items_ms = 60'000;  // time runs this long after the items were sent at the latest
constexpr DurationMs late_grace_ms = 2'000;

// When the attempt's time began; nothing when it has not.
std::optional<DurationMs> start_x_ms(Attempt const& attempt, DurationMs x_ms);

// Milliseconds left at exam time x, never below 0; the whole duration before the start.
DurationMs remaining_ms(Attempt const& attempt, DurationMs x_ms);

// Whether a line with the page's clock `t_ms` that arrives at `x_ms` came after the deadline without excuse.
bool is_late(Attempt const& attempt, std::optional<std::int64_t> t_ms, DurationMs x_ms);

// What a `blocked` interval of the page earns: never more than the gap the server saw, nor than the cap leaves.
DurationMs blocked_credit_ms(Attempt const& attempt, DurationMs blocked_ms, DurationMs gap_ms, DurationMs cap_ms);

}  // namespace proktor::core
