#pragma once
// The one page that pupils or staff see while the server must not touch its data. Pure.

#include "app/notice.hpp"

#include <string>
#include <string_view>

namespace proktor::app {

std::string notice_page(Notice const& notice, std::string_view box, bool for_staff);

// Four digits for a telephone, made of the stable id of an error: "4821". docs/handbook/mode-aman.md lists them.
std::string phone_code(std::string_view error_id);

}  // namespace proktor::app
