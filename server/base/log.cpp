#include "base/log.hpp"

#include <string>

#include <unistd.h>

namespace proktor {

void log(LogLevel level, std::string_view message) {
  std::string line = "<" + std::to_string(static_cast<int>(level)) + ">";
  for (char const c : message) line.push_back(c == '\n' || c == '\r' ? ' ' : c);
  line.push_back('\n');
  // One write, so that lines of several threads do not mix; a log that cannot be written is not worth failing for.
  [[maybe_unused]] auto const written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace proktor
