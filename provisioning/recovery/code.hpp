#pragma once
// The recovery code: five groups of six digits, each with a check digit of its own, so that whoever types it is told
// which group is wrong. docs/protocol.md, "Second medium". Pure.

#include "base/random.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace proktor::recovery {

inline constexpr int code_groups = 5;
inline constexpr std::size_t group_digits = 6;

std::string make_code(Random& random);  // 30 digits

// Whether `digits` can be the group with this number (from 1).
bool is_group(int number, std::string_view digits);

// The digits of what was typed, without spaces and signs between them.
std::string digits_of(std::string_view typed);

// Numbers of the groups that cannot be right; a code of another length is wrong in every group it lacks.
std::vector<int> wrong_groups(std::string_view digits);

}  // namespace proktor::recovery
