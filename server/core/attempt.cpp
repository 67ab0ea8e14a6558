#include "core/attempt.hpp"

#include "core/login.hpp"
#include "core/stages.hpp"

#include <boost/json.hpp>

namespace proktor::core {
namespace {

namespace json = boost::json;

constexpr TimeMs gate_open_ms = 24LL * 3'600'000;  // after its hour; later than that the press decides

NewEntry act(std::string kind, AttemptId const& id, Participant const* who, json::object bytes) {
  return {std::move(kind), hex(id), json::serialize(bytes), who == nullptr ? std::string() : who->npsn};
}

bool gate_open(Sitting const& sitting, SittingTest const& test, Now now) {
  switch (test.gate) {
    case Gate::open: return true;
    case Gate::press: return sitting.gates_pressed.contains(test.test);
    // A clock alone opens nothing: the sesi was opened by a person, a clock that is years off counts for nothing, and
    // the press also opens a gate that waits for an hour.
    case Gate::time: {
      bool const due = now.wall_ms >= test.gate_at_ms && now.wall_ms < test.gate_at_ms + gate_open_ms;
      return due || sitting.gates_pressed.contains(test.test);
    }
  }
  return false;
}

}  // namespace

Result<Attempt const*> own_attempt(State const& state, Session const& session) {
  auto const* attempt = session.attempt ? state.attempt(*session.attempt) : nullptr;
  if (attempt == nullptr || attempt->participant != session.participant) return fail(Errc::attempt_unknown);
  if (session.epoch < attempt->epoch) return fail(Errc::epoch_superseded);
  return attempt;
}

TestState test_state(State const& state, Participant const& who, Sitting const& sitting, std::size_t index, Now now) {
  auto const& test = sitting.tests.at(index);
  if (auto const* attempt = state.attempt_of(who, sitting.id, test.test)) {
    return attempt->finish ? TestState::finished : TestState::running;
  }
  if (index > 0 && test_state(state, who, sitting, index - 1, now) != TestState::finished) return TestState::locked;
  return gate_open(sitting, test, now) ? TestState::ready : TestState::locked;
}

Result<PrepareOutcome> prepare(State const& state, Session const& session, std::string_view test,
                               AttemptId const& id, std::uint64_t seed, Now now,
                               std::optional<StagePart> const& first) {
  if (auto live = check_session(state, session); !live) return live.error();
  auto const* who = state.participant(session.participant);
  auto const* sitting = state.sitting(session.sitting);
  if (sitting == nullptr || sitting->state != SittingState::open) return fail(Errc::sitting_closed);
  if (!who->token_accepted.contains(sitting->id)) return fail(Errc::token_required);
  for (std::size_t i = 0; i < sitting->tests.size(); ++i) {
    if (sitting->tests[i].test != test) continue;
    auto const where = test_state(state, *who, *sitting, i, now);
    if (where == TestState::locked) return fail(Errc::test_locked);
    if (where == TestState::finished) return fail(Errc::attempt_finished);
    if (where == TestState::running) {
      auto const& attempt = *state.attempt_of(*who, sitting->id, test);
      PrepareOutcome outcome{{}, attempt.id};
      // An attempt that a ticket restored on this box has no stage yet.
      if (first && attempt.stages.empty()) {
        outcome.entries.push_back(first_stage(attempt.id, session.epoch, who->npsn, *first, now));
      }
      return outcome;
    }
    auto const* model = state.test(test);
    if (model == nullptr) break;
    PrepareOutcome outcome{{}, id};
    outcome.entries.push_back(act("attempt", id, who,
                                  {{"participant", who->nisn}, {"sesi", sitting->id}, {"test", model->id},
                                   {"seed", std::to_string(seed)}, {"term", session.epoch.term},
                                   {"n", session.epoch.n}, {"device", session.device},
                                   {"duration_ms", model->duration_ms}, {"x", now.x_ms}}));
    if (first) outcome.entries.push_back(first_stage(id, session.epoch, who->npsn, *first, now));
    outcome.entries.push_back(act("items-sent", id, who, {{"n", session.epoch.n}, {"x", now.x_ms}}));
    return outcome;
  }
  return fail(Errc::bad_field, "test");
}

Result<NewEntries> start(State const& state, Session const& session, DurationMs t_ms, Now now) {
  auto const attempt = own_attempt(state, session);
  if (!attempt) return attempt.error();
  if ((*attempt)->finish) return fail(Errc::attempt_finished);
  if ((*attempt)->started_x_ms) return NewEntries{};
  return NewEntries{act("started", (*attempt)->id, state.participant(session.participant),
                        {{"t", t_ms}, {"x", now.x_ms}})};
}

Result<NewEntries> finish(State const& state, Session const& session, std::uint64_t seq, Bytes32 const& head,
                          Now now) {
  auto const found = own_attempt(state, session);
  if (!found) return found.error();
  auto const& attempt = **found;
  if (attempt.finish) return NewEntries{};
  auto const mark = attempt.marks.find(session.epoch);
  if (mark == attempt.marks.end() || !attempt.submitted || mark->second.hwm != seq || mark->second.head != head) {
    return fail(Errc::head_mismatch);
  }
  return NewEntries{act("finished", attempt.id, state.participant(session.participant),
                        {{"term", session.epoch.term}, {"n", session.epoch.n}, {"seq", seq}, {"head", hex(head)},
                         {"code", closing_code(head)}, {"answered", answered_count(attempt)}, {"x", now.x_ms}})};
}

}  // namespace proktor::core
