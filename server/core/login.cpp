#include "core/login.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace proktor::core {
namespace {

namespace json = boost::json;

NewEntry act(std::string kind, std::string subject, std::string npsn, json::object bytes) {
  return {std::move(kind), std::move(subject), json::serialize(bytes), std::move(npsn)};
}

// The open sitting this participant belongs to.
Result<Sitting const*> open_sitting_of(State const& state, Participant const& who) {
  bool any = false;
  for (auto const& [id, sitting] : state.sittings()) {
    if (sitting.state != SittingState::open) continue;
    any = true;
    if (std::ranges::find(who.sittings, id) == who.sittings.end()) continue;
    if (sitting.absent.contains(who.nisn)) return fail(Errc::absent);
    return &sitting;
  }
  return fail(any ? Errc::not_in_sitting : Errc::no_sitting_open);
}

bool all_finished(State const& state, Participant const& who, Sitting const& sitting) {
  return std::ranges::all_of(sitting.tests, [&](SittingTest const& test) {
    auto const* attempt = state.attempt_of(who, sitting.id, test.test);
    return attempt != nullptr && attempt->finish;
  });
}

// The login itself, and the epoch of each attempt that it takes over.
NewEntries login_entries(State const& state, Participant const& who, std::string const& sitting,
                         std::string const& device, std::string const& address, std::string_view how,
                         std::string_view by, Now now) {
  NewEntries entries;
  std::uint64_t const n = who.n + 1;
  entries.push_back(act("login", who.nisn, who.npsn,
                        {{"sesi", sitting}, {"n", n}, {"device", device}, {"address", address}, {"how", how},
                         {"by", by}, {"x", now.x_ms}}));
  for (auto const& [key, id] : who.attempts) {
    auto const* attempt = state.attempt(id);
    if (key.first != sitting || attempt == nullptr || attempt->finish) continue;
    entries.push_back(act("epoch", hex(id), who.npsn,
                          {{"term", attempt->epoch.term}, {"n", n}, {"parent", hex(newest_head(*attempt))},
                           {"device", device}, {"x", now.x_ms}}));
  }
  return entries;
}

Result<LoginOutcome> wait_for_approval(Participant& who, LoginCommand const& command, Sitting const& sitting,
                                       Now now) {
  if (who.pending && who.pending->device != command.device) return fail(Errc::approval_other_pending);
  LoginOutcome outcome;
  outcome.sitting = sitting.id;
  if (!who.pending) {
    who.pending = PendingLogin{command.device, command.address, command.digits, sitting.id, now.wall_ms};
    outcome.entries.push_back(act("approval-asked", who.nisn, who.npsn,
                                  {{"device", command.device}, {"address", command.address}, {"x", now.x_ms}}));
  }
  outcome.digits = who.pending->digits;
  return outcome;
}

}  // namespace

Result<LoginOutcome> login(State& state, LoginCommand const& command, Now now) {
  auto* who = state.participant_mutable(command.nisn);
  if (who == nullptr) return fail(Errc::login_wrong);
  auto const sitting = open_sitting_of(state, *who);
  if (!sitting) return sitting.error();
  std::string const& id = (*sitting)->id;
  if (all_finished(state, *who, **sitting)) return fail(Errc::attempt_finished);

  bool const first = who->n == 0 || who->sitting != id || who->logged_out;
  bool const same = who->device == command.device;
  if (!first && !same && !who->reset_granted) {
    auto const muted = who->muted_devices_until_x_ms.find(command.device);
    if (muted != who->muted_devices_until_x_ms.end() && muted->second > now.x_ms) return fail(Errc::approval_muted);
    auto outcome = wait_for_approval(*who, command, **sitting, now);
    if (outcome) state.touch(who->nisn);
    return outcome;
  }
  if (!who->logins.take(login_rate, now.x_ms)) return fail(Errc::login_slow_down);
  std::string_view const how = first ? "card" : same ? "same-device" : "reset";
  LoginOutcome outcome;
  outcome.entries = login_entries(state, *who, id, command.device, command.address, how, "", now);
  outcome.sitting = id;
  outcome.n = who->n + 1;
  return outcome;
}

Result<NewEntries> approve(State const& state, std::string_view nisn, std::string_view digits, std::string_view by,
                           Now now) {
  auto const* who = state.participant(nisn);
  if (who == nullptr || !who->pending) return fail(Errc::approval_none);
  auto const& pending = *who->pending;
  auto const* sitting = state.sitting(pending.sitting);
  if (sitting == nullptr || sitting->state != SittingState::open) return fail(Errc::sitting_closed);
  if (pending.digits != digits) return fail(Errc::digits_wrong);
  return login_entries(state, *who, pending.sitting, pending.device, pending.address, "approved", by, now);
}

Result<NewEntries> refuse(State const& state, std::string_view nisn, std::string_view by, Now now) {
  auto const* who = state.participant(nisn);
  if (who == nullptr || !who->pending) return fail(Errc::approval_none);
  return NewEntries{act("approval-refused", who->nisn, who->npsn,
                        {{"device", who->pending->device}, {"address", who->pending->address}, {"by", by},
                         {"x", now.x_ms}})};
}

Result<NewEntries> reset(State const& state, std::string_view nisn, std::string_view by, Now now) {
  auto const* who = state.participant(nisn);
  if (who == nullptr) return fail(Errc::bad_field, "nisn");
  return NewEntries{act("reset", who->nisn, who->npsn, {{"by", by}, {"x", now.x_ms}})};
}

NewEntries logout(State const& state, Session const& session, Now now) {
  auto const* who = state.participant(session.participant);
  if (who == nullptr || who->n != session.epoch.n || who->logged_out) return {};
  return {act("logout", who->nisn, who->npsn, {{"n", who->n}, {"x", now.x_ms}})};
}

Result<void> check_session(State const& state, Session const& session) {
  auto const* who = state.participant(session.participant);
  if (who == nullptr || who->n == 0) return fail(Errc::not_logged_in);
  if (session.epoch.n < who->n) return fail(Errc::epoch_superseded);
  if (who->logged_out || session.epoch.n > who->n) return fail(Errc::not_logged_in);
  return {};
}

Result<NewEntries> accept_token(State& state, Session const& session, std::string_view token, Now now) {
  if (auto live = check_session(state, session); !live) return live.error();
  auto* who = state.participant_mutable(session.participant);
  auto const* sitting = state.sitting(session.sitting);
  if (sitting == nullptr || sitting->state != SittingState::open) return fail(Errc::sitting_closed);
  if (who->token_accepted.contains(sitting->id)) return NewEntries{};
  if (sitting->token.text.empty()) return fail(Errc::token_missing);
  if (!who->token_tries.take(token_rate, now.x_ms)) return fail(Errc::token_too_many);
  bool const newest = token == sitting->token.text;
  bool const before = !sitting->previous_token.text.empty() && token == sitting->previous_token.text &&
                      now.x_ms <= sitting->previous_token.until_x_ms + token_overlap_ms;
  if (!newest && !before) return fail(Errc::token_wrong);
  return NewEntries{act("token-accepted", who->nisn, who->npsn,
                        {{"sesi", sitting->id}, {"n", who->n}, {"x", now.x_ms}})};
}

Result<NewEntries> resume(State const& state, Ticket const& ticket, std::uint64_t seed, Now now) {
  auto const* who = state.participant(ticket.participant);
  auto const* test = state.test(ticket.test);
  if (who == nullptr || test == nullptr || state.sitting(ticket.sitting) == nullptr) return fail(Errc::ticket_invalid);
  auto const* attempt = state.attempt(ticket.attempt);
  if (attempt != nullptr && attempt->participant != who->nisn) return fail(Errc::ticket_invalid);
  if (who->n > ticket.epoch.n || (attempt != nullptr && attempt->epoch > ticket.epoch)) {
    return fail(Errc::epoch_superseded);
  }
  if (who->logged_out && who->n == ticket.epoch.n) return fail(Errc::not_logged_in);
  if (attempt != nullptr && attempt->epoch == ticket.epoch) return NewEntries{};
  auto const* other = state.attempt_of(*who, ticket.sitting, ticket.test);
  if (attempt == nullptr && other != nullptr) return fail(Errc::ticket_invalid);
  return NewEntries{act("epoch-restored", hex(ticket.attempt), who->npsn,
                        {{"participant", who->nisn}, {"sesi", ticket.sitting}, {"test", ticket.test},
                         {"seed", std::to_string(seed)}, {"term", ticket.epoch.term}, {"n", ticket.epoch.n},
                         {"parent", hex(ticket.parent)}, {"device", ticket.device},
                         {"duration_ms", test->duration_ms}, {"x", now.x_ms}})};
}

}  // namespace proktor::core
