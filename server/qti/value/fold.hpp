#pragma once
// Text without case (Unicode full case folding, ICU): "É" and "é", "ß" and "SS" are the same. Any thread.

#include <string>
#include <string_view>

namespace proktor::qti {

std::string fold_case(std::string_view text);  // UTF-8 in and out
bool same_without_case(std::string_view left, std::string_view right);
bool contains_text(std::string_view text, std::string_view part, bool case_sensitive);

}  // namespace proktor::qti
