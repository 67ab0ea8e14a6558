#pragma once
// The body of POST /v1/import (docs/api.md, IMPORT). Pure; any thread.

#include "provisioning/import/event.hpp"

#include <string>

namespace proktor::importing {

// `event` must have been read without findings.
std::string import_json(EventData const& event);

}  // namespace proktor::importing
