#include "provisioning/recovery/code.hpp"

#include <algorithm>
#include <array>

namespace proktor::recovery {
namespace {

// H. M. Damm, "Total anti-symmetrische Quasigruppen" (2004): finds every wrong digit and every swap of neighbours.
constexpr std::array<std::string_view, 10> damm = {"0317598642", "7092154863", "4206871359", "1750983426",
                                                   "6123045978", "3674209581", "5869720134", "8945362017",
                                                   "9438617205", "2581436790"};

char check_digit(int number, std::string_view digits) {
  char state = damm[0][static_cast<std::size_t>(number)];
  for (char const digit : digits)
    state = damm[static_cast<std::size_t>(state - '0')][static_cast<std::size_t>(digit - '0')];
  return state;
}

}  // namespace

std::string make_code(Random& random) {
  std::string code;
  for (int number = 1; number <= code_groups; ++number) {
    std::string group;
    while (group.size() < group_digits - 1) group.push_back(static_cast<char>('0' + random.below(10)));
    code += group + check_digit(number, group);
  }
  return code;
}

bool is_group(int number, std::string_view digits) {
  bool const only_digits = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return only_digits && digits.size() == group_digits &&
         check_digit(number, digits.substr(0, group_digits - 1)) == digits.back();
}

std::string digits_of(std::string_view typed) {
  std::string digits;
  for (char const c : typed) {
    if (c >= '0' && c <= '9') digits.push_back(c);
  }
  return digits;
}

std::vector<int> wrong_groups(std::string_view digits) {
  std::vector<int> wrong;
  for (int number = 1; number <= code_groups; ++number) {
    auto const at = static_cast<std::size_t>(number - 1) * group_digits;
    if (at >= digits.size() || !is_group(number, digits.substr(at, group_digits))) wrong.push_back(number);
  }
  if (wrong.empty() && digits.size() != code_groups * group_digits) wrong.push_back(code_groups);
  return wrong;
}

}  // namespace proktor::recovery
