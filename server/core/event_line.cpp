#include "core/event_line.hpp"

#include "base/bytes.hpp"
#include "core/json_scan.hpp"

#include <array>
#include <utility>

namespace proktor::core {
namespace {

constexpr std::array<std::pair<std::string_view, EventKind>, 8> kinds{{
    {"answer", EventKind::answer},
    {"clear", EventKind::clear},
    {"flag", EventKind::flag},
    {"visit", EventKind::visit},
    {"leave", EventKind::leave},
    {"return", EventKind::come_back},
    {"blocked", EventKind::blocked},
    {"submit", EventKind::submit},
}};

EventKind kind_of(std::string_view raw) {
  auto const name = decode_string(raw);
  for (auto const& [text, kind] : kinds) {
    if (name == text) return kind;
  }
  return EventKind::unknown;
}

Error refuse(std::string_view rule) { return fail(Errc::bad_event_line, std::string(rule)); }

}  // namespace

Result<EventLine> parse_event_line(std::string_view line) {
  if (line.size() > line_bytes_max) return refuse("size");
  if (line.find('\r') != std::string_view::npos) return refuse("carriage-return");
  if (line.starts_with("\xEF\xBB\xBF")) return refuse("bom");
  if (!is_utf8(line)) return refuse("utf-8");
  std::string_view rule;
  auto const members = scan_object(line, line_depth_max, rule);
  if (!members) return refuse(rule);

  EventLine event;
  bool version = false;
  for (auto const& [key, raw] : *members) {
    if (key == "v") {
      version = raw == "1";
    } else if (key == "seq") {
      event.seq = decode_whole_number(raw).value_or(0);
    } else if (key == "kind") {
      event.kind = kind_of(raw);
    } else if (key == "item") {
      event.item = decode_string(raw).value_or("");
    } else if (key == "value") {
      event.value = raw;
    } else if (key == "t") {
      auto const t = decode_whole_number(raw);
      if (t && *t <= seq_max) event.t_ms = static_cast<std::int64_t>(*t);
    }
  }
  if (!version) return refuse("v");
  if (event.seq == 0 || event.seq > seq_max) return refuse("seq");
  return event;
}

std::optional<std::string_view> next_line(std::string_view& body) {
  if (body.empty()) return std::nullopt;
  auto const end = body.find('\n');
  auto const line = body.substr(0, end);
  body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
  return line;
}

}  // namespace proktor::core
