#include "core/attempt_log.hpp"

namespace proktor::core {

Result<void> AttemptLog::take(NewEntry const& entry, TimeMs at_ms) {
  if (auto done = state_.apply(entry, at_ms); !done) return done;
  auto const id = unhex16(std::string_view(entry.subject).substr(0, 32));
  auto const* attempt = id ? state_.attempt(*id) : nullptr;
  if (attempt == nullptr || entry.kind == "quarantine" || entry.kind == "connection") return {};
  auto& trace = traces_[*id];
  trace.last_ms = at_ms;
  if (entry.kind != "event") return {};
  auto const subject = parse_subject(entry.subject);
  auto const line = parse_event_line(entry.bytes);
  if (!subject || !line || !(subject->flags.empty() || subject->flags == "time")) return {};
  if (auto const number = item_number(line->item, attempt->items); number > 0) trace.seen.insert(number);
  return {};
}

AttemptTrace const& AttemptLog::trace(AttemptId const& attempt) const {
  static AttemptTrace const none;
  auto const found = traces_.find(attempt);
  return found == traces_.end() ? none : found->second;
}

}  // namespace proktor::core
