#pragma once
// What a kegiatan is made of: event, schools, rooms, tests, sittings, participants, attempts. Values of the exam's
// state; each comes from journal entries of the kind with its name (docs/protocol.md, "Kinds"). Fields under
// "not in the journal" are what the running process knows besides; they are lost at a restart without harm.

#include "base/clock.hpp"
#include "core/chain.hpp"
#include "core/throttle.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace proktor::core {

// Both clocks at one moment: wall time for people, exam time `x_ms` for every duration.
struct Now {
  TimeMs wall_ms = 0;
  DurationMs x_ms = 0;
};

struct ExamInfo {
  std::string organiser, event, title, mark, time_zone, participant_noun, box;
  std::string packet;  // SHA-256 of what was imported, hex
};

struct School {
  std::string npsn, name, level, city, province;
};

struct Room {
  std::string id, name, npsn;
};

struct Test {
  std::string id, title, instrument, package, qti_test;
  DurationMs duration_ms = 0;
  unsigned items = 0;
};

// When a test of a sitting may start, besides the one before it being finished.
enum class Gate : std::uint8_t { open, press, time };

struct SittingTest {
  std::string test;
  Gate gate = Gate::open;
  TimeMs gate_at_ms = 0;
};

enum class SittingState : std::uint8_t { scheduled, open, closed };

struct Token {
  std::string text{};
  DurationMs until_x_ms = 0;
};

struct Sitting {
  std::string id, name, room;
  TimeMs starts_at_ms = 0, ends_at_ms = 0;
  DurationMs token_ms = 0, blocked_credit_max_ms = 0;
  std::vector<SittingTest> tests;

  SittingState state = SittingState::scheduled;
  Token token, previous_token;
  std::set<std::string, std::less<>> gates_pressed;
  std::set<std::string, std::less<>> absent;
  std::vector<std::string> participants;  // NISN, in the order of the seats
};

// A login on a second PC that waits for the proctor.
struct PendingLogin {
  std::string device, address, digits, sitting;
  TimeMs since_ms = 0;
};

struct Participant {
  std::string nisn, username, secret, name, sex, birth_place, birth_date, level, grade, npsn, source, role, needs, room;
  unsigned seat = 0;
  std::vector<std::string> sittings;

  std::uint64_t n = 0;  // approved logins so far
  std::string device, address, sitting;  // of the newest login
  bool logged_out = false;
  bool reset_granted = false;
  std::set<std::string, std::less<>> token_accepted;                       // sittings
  std::map<std::pair<std::string, std::string>, AttemptId> attempts;       // (sitting, test)
  std::map<std::string, DurationMs, std::less<>> muted_devices_until_x_ms;  // refused by the proctor

  // Not in the journal.
  std::optional<PendingLogin> pending;
  Throttle token_tries, logins;
};

struct Mark {
  std::uint64_t hwm = 0;
  Bytes32 head{};
  std::uint64_t bytes = 0;
  // Fingerprints tell a repeat from a conflict: of the lines after `unread`, and of those before that were looked up
  // in the journal since the start (events.hpp, repeated_lines).
  std::vector<std::uint64_t> fingerprints{};
  std::uint64_t unread = 0;
  std::map<std::uint64_t, std::uint64_t> looked_up{};
};

struct Answer {
  std::string value{};  // raw JSON of the newest `answer`; empty: not answered
  bool flagged = false;
};

struct Finish {
  Epoch epoch{};
  std::uint64_t seq = 0;
  Bytes32 head{};
  std::string code{};
  unsigned answered = 0;
  DurationMs x_ms = 0;
};

// One part of a test in stages, as it was handed out (docs/protocol.md, "Stages").
struct StagePart {
  std::string part{};
  std::vector<std::string> items{};  // references, in the order of delivery
  bool last = false;                 // certainly no part follows

  bool operator==(StagePart const&) const = default;
};

struct StageClose {
  std::uint64_t seq = 0;
  Bytes32 head{};
  std::string outcomes{};  // JSON object

  bool operator==(StageClose const&) const = default;
};

struct Stage {
  StagePart what{};
  unsigned first = 1;  // number of its first item
  std::optional<StageClose> closed{};

  bool operator==(Stage const&) const = default;
};

// The page's clock beside the box's, at one request.
struct Contact {
  DurationMs x_ms = 0;
  DurationMs t_ms = 0;
};

// A stretch in which the page was not heard, on both clocks; what of it was credited already. Without the page's times:
// any of them.
struct Silence {
  DurationMs from_x_ms = 0, to_x_ms = 0;
  std::optional<DurationMs> from_t_ms{}, to_t_ms{};
  DurationMs credited_ms = 0, credited_unseen_ms = 0;
  bool read = true;  // known from the journal, or without the page's clock: how much of it was credited is not known
};

struct Attempt {
  AttemptId id{};
  std::string participant, sitting, test;
  std::uint64_t seed = 0;
  DurationMs duration_ms = 0;
  unsigned items = 0;         // handed out so far
  std::vector<Stage> stages;  // empty: not a test in stages

  Epoch epoch{};      // that may write
  Bytes32 parent{};   // of that epoch
  std::map<Epoch, Mark> marks, quarantine;
  std::optional<DurationMs> items_sent_x_ms, started_x_ms;
  DurationMs credit_ms = 0;
  bool submitted = false;
  std::optional<Finish> finish;
  std::map<unsigned, Answer> answers;
  std::uint64_t events_count = 0, events_bytes = 0;
  bool late = false, conflict = false;
  bool lost = false;  // no contact for a while, as told to the journal

  // Not in the journal.
  Throttle event_rate;
  DurationMs last_forced_x_ms = 0;
  std::optional<Contact> last_contact;
  Contact contact_in_time;            // the newest before the deadline, at first the epoch's beginning
  DurationMs heard_x_ms = 0;          // when any page of this attempt spoke last; after a restart at least then
  std::vector<Silence> silences;      // the newest ones, for intervals of blocked time that are told later
  DurationMs blocked_until_t_ms = 0;  // of the page's clock: what lies before was told already
  std::optional<DurationMs> handed_over_x_ms;  // the first contact after the deadline that brought nothing
  TimeMs last_activity_ms = 0;
  unsigned current_item = 0;
};

unsigned answered_count(Attempt const& attempt);

// The number of the first item whose answers still count: that of the open stage; beyond all items when the route is
// over; 1 in a test without stages.
unsigned first_open_item(Attempt const& attempt);

}  // namespace proktor::core
