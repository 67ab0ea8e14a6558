#pragma once
// MACed statements: tickets, session cookies, waiting logins. docs/protocol.md, "Ticket and session cookie". They stand
// in for a session table, so a restart logs nobody out. Owns the site key; pure otherwise, I/O thread.

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/login.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace proktor::api {

constexpr DurationMs ticket_life_ms = 36LL * 3600 * 1000;
constexpr DurationMs pupil_session_life_ms = 36LL * 3600 * 1000;
constexpr DurationMs staff_session_life_ms = 14LL * 3600 * 1000;
constexpr DurationMs wait_life_ms = 30LL * 60 * 1000;

struct PupilSession {
  std::string event;
  core::Session session;
  TimeMs exp_ms = 0;  // as read; pupil() sets its own
};

struct StaffSession {
  std::string user, role;
  std::uint64_t rev = 0;
};

struct WaitingLogin {
  std::string event, participant, sitting, device;
};

struct EventTicket {
  std::string event;
  core::Ticket ticket;
};

class Statements {
 public:
  explicit Statements(std::string site_key) : site_key_(std::move(site_key)) {}

  std::string pupil(PupilSession const& session, TimeMs now_ms) const;
  std::optional<PupilSession> read_pupil(std::string_view text, TimeMs now_ms) const;

  std::string staff(StaffSession const& session, TimeMs now_ms) const;
  std::optional<StaffSession> read_staff(std::string_view text, TimeMs now_ms) const;

  std::string ticket(EventTicket const& ticket, TimeMs now_ms) const;
  std::optional<EventTicket> read_ticket(std::string_view text, TimeMs now_ms) const;

  std::string waiting(WaitingLogin const& login, TimeMs now_ms) const;
  std::optional<WaitingLogin> read_waiting(std::string_view text, TimeMs now_ms) const;

  // docs/protocol.md, "Card secret": hex; what a participant's entry holds.
  std::string card_secret(std::string_view username, std::string_view password) const;

  // The seed of an attempt's delivery: any box with the site key finds the same one.
  std::uint64_t delivery_seed(core::AttemptId const& attempt) const;

  // Any payload under any label; for the vectors.
  std::string sign(std::string_view label, std::string_view payload) const;
  std::optional<std::string> open(std::string_view label, std::string_view text) const;

 private:
  std::string site_key_;
};

// Capitals, no spaces: how usernames and card passwords are compared.
std::string normalise_card_text(std::string_view text);

}  // namespace proktor::api
