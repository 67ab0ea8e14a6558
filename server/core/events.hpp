#pragma once
// Takes a batch of event lines from a pupil's page: framing, sequence, quarantine, quotas, lateness, flags, blocked
// credit. docs/protocol.md, "Event line". The state moves with the entries that come out; the caller appends them and
// answers only after they are durable.

#include "base/random.hpp"
#include "core/state.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace proktor::core {

struct EventLimits {
  std::uint64_t events_max = 20'000;                // per attempt
  std::uint64_t bytes_max = 8ULL << 20U;            // per attempt
  ThrottleRate rate{300, 200};                      // 5/s after a burst of 300
  DurationMs forced_every_ms = 5'000;               // one event per this always enters
  std::uint64_t quarantine_bytes_max = 1ULL << 20U;  // per superseded epoch
  std::size_t value_bytes_max = 16'384;
  std::size_t batch_entries_max = 480;  // of one request; what is left over comes with the next
};

// Who a request speaks for, as its session cookie says.
struct Session {
  std::string participant, sitting, device;
  Epoch epoch{};
  std::optional<AttemptId> attempt{};
};

// Beside every answer to a page. `error` set: what ended the batch.
struct EventsReply {
  std::uint64_t hwm = 0;
  Bytes32 head{};
  DurationMs remaining_ms = 0;
  std::string_view state = "ready";  // ready | running | finished | closed
  bool superseded = false, closed = false;
  std::optional<Error> error{};
};

struct EventsOutcome {
  NewEntries entries;
  EventsReply reply;
};

EventsOutcome take_events(State& state, Session const& session, std::string_view body,
                          std::optional<DurationMs> t_ms, Now now, EventLimits const& limits);

// Which lines of the body have a number that was used before this process began: their fingerprints have to be looked up
// in the journal (Mark::looked_up) before take_events() can tell a repeat from a conflict.
struct RepeatedLines {
  Attempt* attempt = nullptr;
  Mark* mark = nullptr;            // of the session's epoch, that the lines count against
  std::vector<std::uint64_t> seqs;
};
RepeatedLines repeated_lines(State& state, Session const& session, std::string_view body);

// "I am here, and nothing waits": the same reply, and the connection's entries.
EventsOutcome take_heartbeat(State& state, Session const& session, std::optional<DurationMs> t_ms, Now now);
// Any other request of the page: the same, but lines may well wait there.
EventsOutcome take_contact(State& state, Session const& session, std::optional<DurationMs> t_ms, Now now);

// Attempts that have been silent since before `silent_ms`: `connection lost` entries, applied.
NewEntries mark_lost(State& state, Now now, DurationMs silent_ms);

// The newest head a later epoch builds on.
Bytes32 newest_head(Attempt const& attempt);

}  // namespace proktor::core
