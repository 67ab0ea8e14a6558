#pragma once
// What is wrong with this box right now, for whoever runs the sitting: the one mechanism behind the banners of the
// proctor's page and the list in the control socket's status. A closed list (alarm_list.inc): stable codes, one
// Indonesian sentence each and one next step. I/O thread only; nothing is kept across a restart.

#include "base/clock.hpp"

#include <boost/json/array.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace proktor::api {

enum class Alarm : std::uint8_t {
#define PROKTOR_ALARM(id, kind, lapses_min, text, step) id,
#include "api/alarm_list.inc"
#undef PROKTOR_ALARM
  count_
};

class Alarms {
 public:
  // The clock must outlive it.
  explicit Alarms(Clock& clock) : clock_(clock) {}

  // Shows it, or changes the detail of one that is shown already; its `since` stays. The detail is for the
  // technician: a kegiatan, a device, an amount; never a name or an answer.
  void raise(Alarm alarm, std::string detail = {});
  void clear(Alarm alarm);
  void set(Alarm alarm, bool on, std::string detail = {});

  bool is_raised(Alarm alarm) const { return of(alarm).has_value(); }
  // Takes away what has lapsed. Once a second.
  void expire();
  // Moves with every change of what json() gives.
  std::uint64_t revision() const { return revision_; }
  // [{"code","kind","text","step","since","detail"}], the graver first.
  boost::json::array json() const;

 private:
  struct Raised {
    TimeMs since_ms = 0;
    DurationMs raised_at_ms = 0;
    std::string detail;
  };
  std::optional<Raised> const& of(Alarm alarm) const { return raised_[static_cast<std::size_t>(alarm)]; }

  Clock& clock_;
  std::array<std::optional<Raised>, static_cast<std::size_t>(Alarm::count_)> raised_;
  std::uint64_t revision_ = 0;
};

}  // namespace proktor::api
