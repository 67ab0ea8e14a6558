#pragma once
// One event line of a pupil's page: framing (what must hold to be stored at all) and the few fields that the rules
// need. docs/protocol.md, "Event line". Pure; the views point into the line that was parsed.

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::core {

constexpr std::size_t line_bytes_max = 65'536;
constexpr int line_depth_max = 4;
constexpr std::uint64_t seq_max = (1ULL << 53U) - 1;

enum class EventKind : std::uint8_t { answer, clear, flag, visit, leave, come_back, blocked, submit, unknown };

struct EventLine {
  std::uint64_t seq = 0;
  EventKind kind = EventKind::unknown;
  std::string item;                  // decoded; empty when absent or not a string
  std::string_view value;            // raw JSON text of "value"; empty when absent
  std::optional<std::int64_t> t_ms;  // absent when missing or not a whole number >= 0
};

// Errors: bad_event_line (the detail names the rule).
Result<EventLine> parse_event_line(std::string_view line);

// Splits a body at LF; the last LF may be missing. An empty line ends the batch as a bad line would.
std::optional<std::string_view> next_line(std::string_view& body);

}  // namespace proktor::core
