#pragma once
// The proctor's acts on a sitting: open, absentees, token, gates, close; and the box's own pulse while one is open.
// Entries or a coded refusal, as in login.hpp.

#include "base/random.hpp"
#include "core/state.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace proktor::core {

constexpr std::string_view token_letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";  // no I, no O
constexpr std::size_t token_length = 6;

std::string draw_token(Random& random);

// Errors: bad_field (unknown sitting), sitting_open (another one is open in that room), sitting_closed.
Result<NewEntries> open_sitting(State const& state, std::string_view id, std::string_view by, Now now);
// Errors: bad_field, no_sitting_open.
Result<NewEntries> close_sitting(State const& state, std::string_view id, std::string_view by, Now now);
// Only changes. One who has logged in to this sitting cannot be absent. Errors: bad_field, sitting_closed.
Result<NewEntries> set_attendance(State const& state, std::string_view id, std::vector<std::string> const& absent,
                                  std::vector<std::string> const& present, std::string_view by, Now now);
// Errors: bad_field, no_sitting_open.
Result<NewEntries> release_token(State const& state, std::string_view id, std::string_view token, std::string_view by,
                                 Now now);
Result<NewEntries> press_gate(State const& state, std::string_view id, std::string_view test, std::string_view by,
                              Now now);

// Sittings whose released token has run out and needs a new one.
std::vector<std::string> tokens_due(State const& state, Now now);

NewEntry alive(Now now);
NewEntry parked(Now now);

}  // namespace proktor::core
