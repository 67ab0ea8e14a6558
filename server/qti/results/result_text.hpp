#pragma once
// Text of results: XML characters and the spelling of answeredStatus. Shared by writer and reader. Pure; any
// thread.

#include "qti/results/assessment_result.hpp"

#include <string>
#include <string_view>

namespace proktor::qti {

// Escapes markup, and in attributes and for carriage returns what a reader would turn into something else.
// Bytes that are no UTF-8 and characters outside XML 1.0 become U+FFFD.
void append_xml_text(std::string& out, std::string_view text, bool in_attribute);

std::string_view answered_text(Answered answered);  // "notpresented"; empty for unknown
Answered answered_from(std::string_view text);

}  // namespace proktor::qti
