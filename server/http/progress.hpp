#pragma once
// How far a parser has come. Not Result<bool>: boost's result<bool> converts to bool, so a copy that goes
// through a template (co_return does) turns a failure into the value false.

#include <cstdint>

namespace proktor::http {

enum class Progress : std::uint8_t { more, complete, ended };

}  // namespace proktor::http
