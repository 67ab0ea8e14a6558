// What people and the box do: sittings, tokens, logins, attempts, time.

#include "core/json_fields.hpp"
#include "core/state.hpp"
#include "core/time.hpp"

#include <algorithm>

namespace proktor::core {
namespace {

constexpr DurationMs mute_ms = 10LL * 60 * 1000;  // a refused PC asks again after this (DESIGN 7)

Error corrupt(std::string_view what) { return fail(Errc::journal_corrupt, std::string(what)); }

}  // namespace

Result<void> State::on_sitting_opened(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  saw_x(f.integer("x"));
  auto const found = sittings_.find(entry.subject);
  if (!f.ok() || found == sittings_.end()) return corrupt(f.wrong());
  found->second.state = SittingState::open;
  for (auto const& nisn : found->second.participants) touch(nisn);
  return {};
}

Result<void> State::on_sitting_closed(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  saw_x(f.integer("x"));
  auto const found = sittings_.find(entry.subject);
  if (!f.ok() || found == sittings_.end()) return corrupt(f.wrong());
  found->second.state = SittingState::closed;
  found->second.token = found->second.previous_token = Token{};
  for (auto const& nisn : found->second.participants) touch(nisn);
  return {};
}

Result<void> State::on_attendance(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  saw_x(f.integer("x"));
  auto const found = sittings_.find(entry.subject);
  auto const absent = f.texts("absent");
  auto const present = f.texts("present");
  if (!f.ok() || found == sittings_.end()) return corrupt(f.wrong());
  for (auto const& nisn : absent) found->second.absent.insert(nisn), touch(nisn);
  for (auto const& nisn : present) found->second.absent.erase(nisn), touch(nisn);
  return {};
}

Result<void> State::on_token(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  saw_x(f.integer("x"));
  auto const found = sittings_.find(entry.subject);
  Token token{f.text("token"), f.integer("until_x")};
  if (!f.ok() || found == sittings_.end()) return corrupt(f.wrong());
  auto& sitting = found->second;
  sitting.previous_token = sitting.token;
  // The old one stays good for a moment from now on, whatever was left of it.
  sitting.previous_token.until_x_ms = f.integer("x");
  sitting.token = std::move(token);
  return {};
}

Result<void> State::on_gate(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  saw_x(f.integer("x"));
  auto const found = sittings_.find(entry.subject);
  auto const test = f.text("test");
  if (!f.ok() || found == sittings_.end()) return corrupt(f.wrong());
  found->second.gates_pressed.insert(test);
  return {};
}

Result<void> State::on_login(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* who = participant_mutable(entry.subject);
  if (who == nullptr) return corrupt("subject");
  who->n = f.natural("n");
  who->device = f.text("device");
  who->address = f.text("address");
  who->sitting = f.text("sesi");
  saw_x(f.integer("x"));
  if (!f.ok()) return corrupt(f.wrong());
  who->logged_out = who->reset_granted = false;
  who->pending.reset();
  devices_.insert(who->device);
  touch(who->nisn);
  return {};
}

Result<void> State::on_logout(NewEntry const& entry, TimeMs) {
  auto* who = participant_mutable(entry.subject);
  if (who == nullptr) return corrupt("subject");
  who->logged_out = true;
  touch(who->nisn);
  return {};
}

Result<void> State::on_approval_refused(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* who = participant_mutable(entry.subject);
  auto const x = f.integer("x");
  auto const device = f.text("device");
  if (who == nullptr || !f.ok()) return corrupt(f.wrong());
  who->muted_devices_until_x_ms[device] = x + mute_ms;
  who->pending.reset();
  touch(who->nisn);
  return {};
}

Result<void> State::on_reset(NewEntry const& entry, TimeMs) {
  auto* who = participant_mutable(entry.subject);
  if (who == nullptr) return corrupt("subject");
  who->reset_granted = true;
  who->pending.reset();
  who->muted_devices_until_x_ms.clear();
  touch(who->nisn);
  return {};
}

Result<void> State::on_token_accepted(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* who = participant_mutable(entry.subject);
  auto const sitting = f.text("sesi");
  if (who == nullptr || !f.ok()) return corrupt(f.wrong());
  who->token_accepted.insert(sitting);
  touch(who->nisn);
  return {};
}

Result<void> State::on_credit(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* attempt = attempt_of_subject(entry.subject);
  auto const ms = f.integer("ms");
  saw_x(f.integer("x"));
  if (attempt == nullptr || !f.ok()) return corrupt(f.wrong());
  attempt->credit_ms += ms;
  // Read from the journal: silences of before were told of.
  std::erase_if(attempt->silences, [](Silence const& silence) { return silence.credited_ms == 0 && silence.read; });
  return {};
}

Result<void> State::on_connection(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* attempt = attempt_of_subject(entry.subject);
  auto const state = f.text("state");
  auto const x = f.integer("x");
  auto const heard = f.find("heard") == nullptr ? x - lost_after_ms : f.integer("heard");
  auto const page_clock = [&f](std::string_view name) {
    return f.find(name) == nullptr ? std::nullopt : std::optional<DurationMs>(f.integer(name));
  };
  auto const from_t = page_clock("heard_t"), to_t = page_clock("t");
  saw_x(x);
  if (attempt == nullptr || !f.ok()) return corrupt(f.wrong());
  attempt->lost = state == "lost";
  if (attempt->lost) {
    attempt->heard_x_ms = std::max(attempt->heard_x_ms, heard);
  } else {
    remember_silence(*attempt, x, from_t, to_t);
    attempt->heard_x_ms = x;
  }
  touch(attempt->participant);
  return {};
}

Result<void> State::on_alive(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  saw_x(f.integer("x"));
  if (!f.ok()) return corrupt(f.wrong());
  return {};
}

}  // namespace proktor::core
