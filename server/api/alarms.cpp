#include "api/alarms.hpp"

#include "base/log.hpp"

#include <boost/json/object.hpp>

#include <string_view>
#include <utility>

namespace proktor::api {
namespace {

struct Row {
  std::string_view id, kind;
  DurationMs lapses_min;
  std::string_view text, step;
};

constexpr std::array rows{
#define PROKTOR_ALARM(id, kind, lapses_min, text, step) Row{#id, #kind, lapses_min, text, step},
#include "api/alarm_list.inc"
#undef PROKTOR_ALARM
};
static_assert(rows.size() == static_cast<std::size_t>(Alarm::count_));

constexpr DurationMs minute_ms = 60'000;

}  // namespace

void Alarms::raise(Alarm alarm, std::string detail) {
  auto& slot = raised_[static_cast<std::size_t>(alarm)];
  auto const now_ms = clock_.monotonic_ms();
  if (slot) {
    slot->raised_at_ms = now_ms;
    if (slot->detail == detail) return;
    slot->detail = std::move(detail);
  } else {
    auto const& row = rows[static_cast<std::size_t>(alarm)];
    log_warning("alarm " + std::string(row.id) + (detail.empty() ? "" : ": " + detail));
    slot = Raised{clock_.wall_ms(), now_ms, std::move(detail)};
  }
  ++revision_;
}

void Alarms::clear(Alarm alarm) {
  auto& slot = raised_[static_cast<std::size_t>(alarm)];
  if (!slot) return;
  slot.reset();
  ++revision_;
  log_info("alarm over: " + std::string(rows[static_cast<std::size_t>(alarm)].id));
}

void Alarms::set(Alarm alarm, bool on, std::string detail) {
  if (on) {
    raise(alarm, std::move(detail));
  } else {
    clear(alarm);
  }
}

void Alarms::expire() {
  auto const now_ms = clock_.monotonic_ms();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bool const lapses = rows[i].lapses_min > 0 && raised_[i];
    if (lapses && now_ms - raised_[i]->raised_at_ms >= rows[i].lapses_min * minute_ms) clear(static_cast<Alarm>(i));
  }
}

boost::json::array Alarms::json() const {
  boost::json::array list;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!raised_[i]) continue;
    list.push_back(boost::json::object{{"code", rows[i].id}, {"kind", rows[i].kind}, {"text", rows[i].text},
                                       {"step", rows[i].step}, {"since", raised_[i]->since_ms},
                                       {"detail", raised_[i]->detail}});
  }
  return list;
}

}  // namespace proktor::api
