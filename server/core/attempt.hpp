#pragma once
// A test from its gate to the kode bukti: which test is next, preparing, starting, finishing. DESIGN 5, 8, 9. Entries
// or a coded refusal, as in login.hpp.

#include "core/events.hpp"
#include "core/state.hpp"

#include <string>
#include <string_view>

namespace proktor::core {

enum class TestState : std::uint8_t { locked, ready, running, finished };

// Where a participant stands with one test of a sitting.
TestState test_state(State const& state, Participant const& who, Sitting const& sitting, std::size_t index, Now now);

// The attempt that the session may write to. Errors: attempt_unknown, epoch_superseded.
Result<Attempt const*> own_attempt(State const& state, Session const& session);

struct PrepareOutcome {
  NewEntries entries;
  AttemptId attempt{};
};

// Hands out the items of a test: makes the attempt, or goes on with the one there is. `id` and `seed` are drawn by the
// caller and used only for a new attempt; `first` is the first stage of a test in stages. Errors: those of check_session, token_required, sitting_closed,
// attempt_finished, test_locked.
Result<PrepareOutcome> prepare(State const& state, Session const& session, std::string_view test,
                               AttemptId const& id, std::uint64_t seed, Now now,
                               std::optional<StagePart> const& first = std::nullopt);

// The start press. Harmless when repeated. Errors: attempt_unknown, epoch_superseded, attempt_finished.
Result<NewEntries> start(State const& state, Session const& session, DurationMs t_ms, Now now);

// Accepted when the submit line is stored and mark and head agree with the page's. Empty entries when it was finished
// already. Errors: attempt_unknown, epoch_superseded, head_mismatch.
Result<NewEntries> finish(State const& state, Session const& session, std::uint64_t seq, Bytes32 const& head, Now now);

}  // namespace proktor::core
