#pragma once
// The embedded pages as the transport serves them. Constant data; any thread.

#include "http/static.hpp"

#include <string>
#include <vector>

namespace proktor::app {

// All but the notice page, which is no page of its own.
std::vector<http::Asset> page_assets();

// The notice page with its placeholders; empty in a build without pages.
std::string_view notice_template();

}  // namespace proktor::app
