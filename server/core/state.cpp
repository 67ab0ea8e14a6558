#include "core/state.hpp"

#include "base/crypto.hpp"

#include <boost/system/error_code.hpp>

#include <charconv>

namespace proktor::core {
namespace {

template <class Map>
auto const* find_in(Map const& map, std::string_view key) {
  auto const found = map.find(key);
  return found == map.end() ? nullptr : &found->second;
}

}  // namespace

unsigned answered_count(Attempt const& attempt) {
  unsigned count = 0;
  for (auto const& [item, answer] : attempt.answers) count += answer.value.empty() ? 0U : 1U;
  return count;
}

std::uint64_t fingerprint(std::string_view line) {
  auto const hash = sha256(line);
  return read_u64_be(std::span<std::uint8_t const, 8>(hash.data(), 8));
}

unsigned item_number(std::string_view item, unsigned items) {
  unsigned number = 0;
  if (item.size() < 2 || item.front() != 'i' || item[1] == '0') return 0;
  auto const [end, error] = std::from_chars(item.data() + 1, item.data() + item.size(), number);
  if (error != std::errc() || end != item.data() + item.size()) return 0;
  return number <= items ? number : 0;
}

std::unordered_map<std::string_view, State::Handler> const& State::handlers() {
  static std::unordered_map<std::string_view, Handler> const table{
      {"genesis", &State::on_genesis},
      {"school", &State::on_school},
      {"room", &State::on_room},
      {"test", &State::on_test},
      {"sitting", &State::on_sitting},
      {"participant", &State::on_participant},
      {"sitting-opened", &State::on_sitting_opened},
      {"sitting-closed", &State::on_sitting_closed},
      {"attendance", &State::on_attendance},
      {"token", &State::on_token},
      {"gate", &State::on_gate},
      {"login", &State::on_login},
      {"logout", &State::on_logout},
      {"approval-refused", &State::on_approval_refused},
      {"reset", &State::on_reset},
      {"token-accepted", &State::on_token_accepted},
      {"attempt", &State::on_attempt},
      {"epoch", &State::on_epoch},
      {"epoch-restored", &State::on_epoch_restored},
      {"stage", &State::on_stage},
      {"items-sent", &State::on_items_sent},
      {"started", &State::on_started},
      {"event", &State::on_event},
      {"quarantine", &State::on_event},
      {"evidence", &State::on_evidence},
      {"credit", &State::on_credit},
      {"connection", &State::on_connection},
      {"finished", &State::on_finished},
      {"alive", &State::on_alive},
      {"parked", &State::on_alive},
  };
  return table;
}

Result<void> State::apply(NewEntry const& entry, TimeMs at_ms) {
  auto const found = handlers().find(entry.kind);
  if (found == handlers().end()) return {};
  auto done = (this->*found->second)(entry, at_ms);
  if (!done) return fail(Errc::journal_corrupt, entry.kind + " " + entry.subject + ": " + done.error().detail);
  return done;
}

Result<void> State::apply_all(NewEntries const& entries, TimeMs at_ms) {
  for (auto const& entry : entries) {
    if (auto done = apply(entry, at_ms); !done) return done;
  }
  return {};
}

Test const* State::test(std::string_view id) const { return find_in(tests_, id); }
Sitting const* State::sitting(std::string_view id) const { return find_in(sittings_, id); }

Participant const* State::participant(std::string_view nisn) const {
  auto const found = participants_.find(std::string(nisn));
  return found == participants_.end() ? nullptr : &found->second;
}

Participant* State::participant_mutable(std::string_view nisn) {
  auto const found = participants_.find(std::string(nisn));
  return found == participants_.end() ? nullptr : &found->second;
}

Participant const* State::participant_by_username(std::string_view username) const {
  auto const found = usernames_.find(std::string(username));
  return found == usernames_.end() ? nullptr : participant(found->second);
}

Attempt const* State::attempt(AttemptId const& id) const {
  auto const found = attempts_.find(id);
  return found == attempts_.end() ? nullptr : &found->second;
}

Attempt* State::attempt_mutable(AttemptId const& id) {
  auto const found = attempts_.find(id);
  return found == attempts_.end() ? nullptr : &found->second;
}

Attempt const* State::attempt_of(Participant const& who, std::string_view sitting, std::string_view test) const {
  auto const found = who.attempts.find({std::string(sitting), std::string(test)});
  return found == who.attempts.end() ? nullptr : attempt(found->second);
}

bool State::any_sitting_open() const {
  for (auto const& [id, sitting] : sittings_) {
    if (sitting.state == SittingState::open) return true;
  }
  return false;
}

std::unordered_set<std::string> State::take_changed() { return std::exchange(changed_, {}); }

}  // namespace proktor::core
