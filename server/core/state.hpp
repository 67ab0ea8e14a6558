#pragma once
// The state of one kegiatan, made from its journal entries by apply(). Owned by the I/O thread: no locks. The rules
// (login.hpp, attempt.hpp, events.hpp, sitting.hpp) read it and give entries; only apply() changes what is in the
// journal, so a restart that applies the same entries gives the same state.

#include "base/result.hpp"
#include "core/entry.hpp"
#include "core/event_line.hpp"
#include "core/model.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace proktor::core {

class State {
 public:
  // Applies one entry, new or from the journal. Unknown kinds are kept by the journal and ignored here.
  // Errors: journal_corrupt when a known kind does not read; the state is then not to be used any more.
  Result<void> apply(NewEntry const& entry, TimeMs at_ms);
  Result<void> apply_all(NewEntries const& entries, TimeMs at_ms);

  // For a quick start: acts are applied as above, events come as marks and latest answers instead.
  void load_mark(AttemptId const& attempt, Epoch epoch, bool quarantine, Mark mark, std::uint64_t events);
  void load_answer(AttemptId const& attempt, EventLine const& line);
  void load_submit(AttemptId const& attempt);
  void load_late(AttemptId const& attempt);
  // The page's clock beside the box's, from a line of the newest epoch: tells after the deadline what was in time.
  void load_contact(EventSubject const& subject, EventLine const& line);
  // Takes over what is not in the journal from the state that this one replaces: who was heard when, who waits.
  void carry_over(State const& before);

  ExamInfo const& info() const { return info_; }
  std::map<std::string, School, std::less<>> const& schools() const { return schools_; }
  std::map<std::string, Room, std::less<>> const& rooms() const { return rooms_; }
  std::vector<std::string> const& test_order() const { return test_order_; }
  Test const* test(std::string_view id) const;
  std::map<std::string, Sitting, std::less<>> const& sittings() const { return sittings_; }
  Sitting const* sitting(std::string_view id) const;
  Participant const* participant(std::string_view nisn) const;
  Participant const* participant_by_username(std::string_view username) const;  // capitals
  Attempt const* attempt(AttemptId const& id) const;
  Attempt const* attempt_of(Participant const& who, std::string_view sitting, std::string_view test) const;
  std::unordered_map<AttemptId, Attempt, AttemptHash> const& attempts() const { return attempts_; }
  std::unordered_map<std::string, Participant> const& participants() const { return participants_; }
  bool known_device(std::string const& device) const { return devices_.contains(device); }
  DurationMs x_max_ms() const { return x_max_ms_; }  // greatest exam time in the journal
  bool any_sitting_open() const;

  // For the rules and the server's own bookkeeping of what is not in the journal.
  Participant* participant_mutable(std::string_view nisn);
  Attempt* attempt_mutable(AttemptId const& id);

  // Stores one event line in an attempt that exists: marks, chain, answers. Used by apply() and by take_events(), so
  // that a line counts the same live and replayed.
  void store_event(Attempt& attempt, EventSubject const& subject, EventLine const& event, std::string_view line,
                   bool quarantine);

  // The mark of a superseded epoch's later lines: it goes on from the epoch's own mark.
  static Mark& quarantine_mark(Attempt& attempt, Epoch epoch);

  void touch(std::string const& nisn) { changed_.insert(nisn); }
  // NISNs whose row on the board may have changed since the last call.
  std::unordered_set<std::string> take_changed();

 private:
  using Handler = Result<void> (State::*)(NewEntry const&, TimeMs);
  static std::unordered_map<std::string_view, Handler> const& handlers();

  Result<void> on_genesis(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_school(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_room(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_test(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_sitting(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_participant(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_sitting_opened(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_sitting_closed(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_attendance(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_token(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_gate(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_login(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_logout(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_approval_refused(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_reset(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_token_accepted(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_attempt(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_epoch(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_epoch_restored(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_stage(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_items_sent(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_started(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_event(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_credit(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_connection(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_finished(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_evidence(NewEntry const& entry, TimeMs at_ms);
  Result<void> on_alive(NewEntry const& entry, TimeMs at_ms);

  Attempt* attempt_of_subject(std::string_view subject);
  void begin_epoch(Attempt& attempt, Epoch epoch, Bytes32 const& parent, DurationMs x_ms);
  void saw_x(DurationMs x_ms) { x_max_ms_ = std::max(x_max_ms_, x_ms); }

  ExamInfo info_;
  std::map<std::string, School, std::less<>> schools_;
  std::map<std::string, Room, std::less<>> rooms_;
  std::map<std::string, Test, std::less<>> tests_;
  std::vector<std::string> test_order_;
  std::map<std::string, Sitting, std::less<>> sittings_;
  std::unordered_map<std::string, Participant> participants_;
  std::unordered_map<std::string, std::string> usernames_;
  std::unordered_map<AttemptId, Attempt, AttemptHash> attempts_;
  std::unordered_set<std::string> devices_;
  std::unordered_set<std::string> changed_;
  DurationMs x_max_ms_ = 0;
};

// 8 bytes of a line's hash; compares lines, proves nothing.
std::uint64_t fingerprint(std::string_view line);

// The number of an opaque item id ("i12" -> 12); 0 when it is not one or not of this attempt.
unsigned item_number(std::string_view item, unsigned items);

}  // namespace proktor::core
