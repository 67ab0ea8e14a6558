#pragma once
// How a number is printed (QTI 3 ASI, "Number Formatting Rules"): the conversions of C with "i" in any base
// and "r" for significant figures. Pure; any thread; bounded whatever the format says.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::qti {

constexpr int format_width_max = 60;
constexpr int format_precision_max = 30;

// format: text with one conversion in it, "%.2f", "Rp%i", "%#x"; "%%" is a percent sign. What is no format
// gives the number in its plain form. power_form: "3.1e+02" as "3.1 × 10^2". decimal_sign: of the item's language.
std::string format_number(std::string_view format, std::int64_t value, std::size_t base, bool power_form,
                          char decimal_sign = '.');
std::string format_number(std::string_view format, double value, std::size_t base, bool power_form,
                          char decimal_sign = '.');

}  // namespace proktor::qti
