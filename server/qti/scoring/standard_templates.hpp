#pragma once
// The response processing templates that QTI names by URI and every engine knows: match_correct, map_response,
// map_response_point, and those of Common Cartridge (CC2_*) and match_nothing. Pure; any thread.

#include <optional>
#include <string_view>

namespace proktor::qti {

// The rules as a qti-response-processing document. By every URI they have had: 2.0 to 3.0, imsglobal.org and
// 1edtech.org, with and without ".xml". nullopt: it is none of them.
std::optional<std::string_view> standard_template(std::string_view uri);

}  // namespace proktor::qti
