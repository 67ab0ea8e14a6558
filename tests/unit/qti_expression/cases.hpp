#pragma once
// The table of cases: an expression and what it gives.

#include <span>
#include <string_view>

namespace trial {

struct Case {
  std::string_view expression;
  std::string_view value;
};

std::span<Case const> logic_cases();
std::span<Case const> value_cases();
std::span<Case const> number_cases();
std::span<Case const> test_cases();

}  // namespace trial
