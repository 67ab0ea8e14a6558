#pragma once
// The stages of a multistage test: closing one, opening the next. docs/protocol.md, "Stages". Entries or a coded
// refusal, as in login.hpp. Scores nothing and routes nothing: the caller brings the outcomes and the next part.

#include "core/events.hpp"
#include "core/state.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace proktor::core {

NewEntry first_stage(AttemptId const& attempt, Epoch epoch, std::string const& npsn, StagePart const& what, Now now);

enum class StageStep : std::uint8_t {
  close,   // all agrees: the stage may be closed now
  repeat,  // it was closed before
};

// Whether the session may close stage `number` (from 1) at this mark. Errors: attempt_unknown, epoch_superseded,
// attempt_finished (also after the submit line), sitting_closed, bad_field (no such stage yet, or a test without
// stages), head_mismatch.
Result<StageStep> check_stage(State const& state, Session const& session, std::uint64_t number, std::uint64_t seq,
                              Bytes32 const& head);

// What the routing gave: the test's outcomes as a JSON object, and the next part; none: the route is over.
struct StageDecision {
  std::string outcomes{};
  std::optional<StagePart> next{};
};

// The entry that closes the open stage. Only after check_stage() said `close`, in the same turn.
NewEntry close_stage(Attempt const& attempt, Epoch epoch, std::string const& npsn, StageDecision const& decision,
                     Now now);

bool route_is_over(Attempt const& attempt);

}  // namespace proktor::core
