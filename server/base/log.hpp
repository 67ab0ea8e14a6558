#pragma once
// Log lines on standard error with the priority prefixes of sd-daemon(3), so that the system journal sorts them.
// Lines carry ids, never names or answers (DESIGN 12). Any thread.

#include <string_view>

namespace proktor {

enum class LogLevel { error = 3, warning = 4, info = 6 };

void log(LogLevel level, std::string_view message);
inline void log_error(std::string_view message) { log(LogLevel::error, message); }
inline void log_warning(std::string_view message) { log(LogLevel::warning, message); }
inline void log_info(std::string_view message) { log(LogLevel::info, message); }

}  // namespace proktor
