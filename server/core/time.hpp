#pragma once
// A pupil's time: what is consumed, what is left, what counts as late, what is given back. DESIGN 8 and
// docs/protocol.md, "Exam clock". Pure; exam time `x` and the page's time `t` in milliseconds. The box alone says how
// long a page was silent; the page says how much of that it could not show or take anything.

#include "core/model.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace proktor::core {

constexpr DurationMs start_after_items_ms = 60'000;  // time runs this long after the items were sent at the latest
constexpr DurationMs late_grace_ms = 2'000;
constexpr DurationMs clock_error_per = 100;           // a page's clock may run 1/100 fast or slow
constexpr DurationMs hand_over_grace_ms = 10'000;     // after a page said, past the deadline, that nothing waits
constexpr DurationMs silence_least_ms = 1'000;        // shorter ones are between any two requests
constexpr std::size_t silences_max = 64;              // remembered of one attempt
constexpr DurationMs lost_after_ms = 25'000;          // a page that is silent for longer is lost in the journal

// When the attempt's time began; nothing when it has not.
std::optional<DurationMs> start_x_ms(Attempt const& attempt, DurationMs x_ms);

// Milliseconds left at exam time x, never below 0; the whole duration before the start.
DurationMs remaining_ms(Attempt const& attempt, DurationMs x_ms);

// A line of the page and the request that brought it, each with the page's clock.
struct Written {
  std::optional<DurationMs> t_ms{}, sent_t_ms{};
};

// Whether a line that arrives at `x_ms` came after the deadline without excuse.
bool is_late(Attempt const& attempt, Written const& line, DurationMs x_ms);

// A page speaks at `x_ms` by the box's clock and `t_ms` by its own: the silence before it is remembered.
void hear(Attempt& attempt, std::optional<DurationMs> t_ms, DurationMs x_ms);

// The page was silent from heard_x_ms until now; its clock at both ends, where it is known.
void remember_silence(Attempt& attempt, DurationMs x_ms, std::optional<DurationMs> from_t_ms = std::nullopt,
                      std::optional<DurationMs> to_t_ms = std::nullopt);

// An interval in which the page could not show or take an answer, as the line of `t_ms` tells it. What lies after the
// line's own time is time that the page's clock did not see: the computer slept.
struct Blocked {
  DurationMs from_ms = 0, to_ms = 0, t_ms = 0;
};

// What the interval earns. Taken out of the silences that it lies in, after the start, never more than they lasted nor
// than `cap_ms` leaves; unseen time never more than the box's clock was ahead of the page's; no moment counts twice.
DurationMs take_blocked_credit(Attempt& attempt, Blocked const& told, DurationMs x_ms, DurationMs cap_ms);

}  // namespace proktor::core
