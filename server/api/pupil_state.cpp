#include "api/pupil.hpp"
#include "api/replies.hpp"
#include "core/attempt.hpp"

namespace proktor::api {
namespace {

namespace json = boost::json;

std::string_view name_of(core::TestState state) {
  constexpr std::string_view names[] = {"locked", "ready", "running", "finished"};
  return names[static_cast<std::size_t>(state)];
}

std::string_view name_of(core::Gate gate) {
  constexpr std::string_view names[] = {"open", "press", "time"};
  return names[static_cast<std::size_t>(gate)];
}

json::object participant_json(core::State const& state, core::Participant const& who) {
  auto const school = state.schools().find(who.npsn);
  auto const room = state.rooms().find(who.room);
  return {{"nisn", who.nisn}, {"username", who.username}, {"name", who.name}, {"level", who.level},
          {"grade", who.grade}, {"school", school == state.schools().end() ? "" : school->second.name},
          {"room", room == state.rooms().end() ? "" : room->second.name}, {"seat", who.seat}, {"photo", nullptr}};
}

json::object attempt_json(Context const& context, Exam const& exam, core::Attempt const& attempt,
                          core::Session const& session, core::Now now) {
  EventTicket const ticket{exam.id(),
                           {attempt.id, session.epoch, attempt.parent, attempt.participant, attempt.sitting,
                            attempt.test, session.device}};
  return {{"attempt", hex(attempt.id)}, {"test", attempt.test}, {"term", session.epoch.term},
          {"n", session.epoch.n}, {"ticket", context.statements.ticket(ticket, now.wall_ms)},
          {"started", attempt.started_x_ms.has_value()}};
}

}  // namespace

json::object state_of(Context const& context, Exam const& exam, core::Session const& session) {
  auto const& state = exam.state;
  auto const now = context.exams.now(exam);
  auto const& who = *state.participant(session.participant);
  auto const* sitting = state.sitting(session.sitting);
  json::object out{{"participant", participant_json(state, who)}, {"n", session.epoch.n}, {"now", now.wall_ms},
                   {"mark", state.info().mark}, {"attempt", nullptr}, {"tests", json::array{}}};
  if (sitting == nullptr) return out;
  out["sitting"] = json::object{{"id", sitting->id}, {"name", sitting->name}, {"starts_at", sitting->starts_at_ms},
                                {"ends_at", sitting->ends_at_ms}, {"time_zone", state.info().time_zone},
                                {"state", sitting->state == core::SittingState::open ? "open" : "closed"}};
  out["token"] = who.token_accepted.contains(sitting->id) ? "accepted" : "needed";
  json::array tests;
  for (std::size_t i = 0; i < sitting->tests.size(); ++i) {
    auto const* model = state.test(sitting->tests[i].test);
    auto const where = core::test_state(state, who, *sitting, i, now);
    json::object test{{"id", model->id}, {"title", model->title}, {"instrument", model->instrument},
                      {"items", model->items}, {"duration_ms", model->duration_ms}, {"state", name_of(where)},
                      {"gate", name_of(sitting->tests[i].gate)}};
    auto const* attempt = state.attempt_of(who, sitting->id, model->id);
    if (attempt != nullptr && attempt->finish) {
      test["code"] = attempt->finish->code;
      test["answered"] = attempt->finish->answered;
    }
    if (where == core::TestState::running) out["attempt"] = attempt_json(context, exam, *attempt, session, now);
    tests.push_back(std::move(test));
  }
  out["tests"] = std::move(tests);
  return out;
}

}  // namespace proktor::api
