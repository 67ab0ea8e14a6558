#pragma once
// A pupil's way in: card, second device, approval, token, logout, resuming with a ticket. DESIGN 7. Each function gives
// entries or a coded refusal; the caller applies and appends the entries. The secret is compared by the caller's key:
// no password comes in here.

#include "core/events.hpp"
#include "core/state.hpp"

#include <span>
#include <string>
#include <string_view>

namespace proktor::core {

constexpr ThrottleRate token_rate{5, 12'000};       // 5 tries, then one per 12 s (5 a minute)
constexpr ThrottleRate login_rate{10, 6'000};       // logins of one card: each is an entry and an epoch in the journal
constexpr DurationMs token_overlap_ms = 60'000;     // the token before the newest is taken this long

struct LoginCommand {
  std::string nisn;
  std::string device;
  std::string address;
  std::string digits;  // drawn by the caller; shown if the login has to wait
};

struct LoginOutcome {
  NewEntries entries;
  std::string sitting;   // the open sitting it is for
  std::uint64_t n = 0;   // of this login; 0 when it waits
  std::string digits{};  // set when it waits for the proctor: what the PC shows
};

// The card was right. Decides whether this device may go on at once or waits for the proctor.
// Errors: no_sitting_open, not_in_sitting, absent, attempt_finished, approval_muted, approval_other_pending,
// login_slow_down (right, but too often).
Result<LoginOutcome> login(State& state, LoginCommand const& command, Now now);

// The proctor typed the two digits. Errors: approval_none, digits_wrong, sitting_closed.
Result<NewEntries> approve(State const& state, std::string_view nisn, std::string_view digits, std::string_view by,
                           Now now);
Result<NewEntries> refuse(State const& state, std::string_view nisn, std::string_view by, Now now);
// The next login of this card needs no approval. Errors: bad_field (unknown participant).
Result<NewEntries> reset(State const& state, std::string_view nisn, std::string_view by, Now now);

NewEntries logout(State const& state, Session const& session, Now now);

// Whether the session's login is still the newest of its card. Errors: not_logged_in, epoch_superseded.
Result<void> check_session(State const& state, Session const& session);

// Errors: sitting_closed, token_missing, token_wrong, token_too_many.
Result<NewEntries> accept_token(State& state, Session const& session, std::string_view token, Now now);

struct Ticket {
  AttemptId attempt{};
  Epoch epoch{};
  Bytes32 parent{};
  std::string participant, sitting, test, device;
};

// A page goes on with its ticket after its cookie was lost, or on a box that never saw the epoch. The entries are
// empty when the epoch is known. Errors: ticket_invalid (names nobody here),
// epoch_superseded (also by a later login without this attempt), not_logged_in (after a logout).
Result<NewEntries> resume(State const& state, Ticket const& ticket, std::uint64_t seed, Now now);

}  // namespace proktor::core
