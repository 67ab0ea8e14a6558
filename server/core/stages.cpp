#include "core/stages.hpp"

#include "core/attempt.hpp"
#include "core/json_fields.hpp"

#include <boost/json.hpp>

namespace proktor::core {
namespace {

namespace json = boost::json;

json::object next_json(std::size_t number, unsigned first, StagePart const& what) {
  json::object next{{"number", number}, {"part", what.part}, {"first", first},
                    {"items", json::array(what.items.begin(), what.items.end())}};
  if (what.last) next["last"] = true;
  return next;
}

NewEntry entry(AttemptId const& attempt, Epoch epoch, std::string const& npsn, json::value closed, json::value next,
               Now now) {
  json::object const bytes{{"term", epoch.term}, {"n", epoch.n}, {"closed", std::move(closed)},
                           {"next", std::move(next)}, {"x", now.x_ms}};
  return {"stage", hex(attempt), json::serialize(bytes), npsn};
}

Error corrupt(std::string_view what) { return fail(Errc::journal_corrupt, std::string(what)); }

Result<StageClose> read_close(json::value const& value, Stage const& open, std::size_t number) {
  if (!value.is_object()) return corrupt("closed");
  JsonFields f(value.as_object());
  StageClose close;
  close.seq = f.natural("seq");
  auto const head = unhex32(f.text("head"));
  auto const* outcomes = f.find("outcomes");
  bool const same = f.natural("number") == number && f.text("part") == open.what.part;
  if (!f.ok() || !head || !same || outcomes == nullptr || !outcomes->is_object()) return corrupt("closed");
  close.head = *head;
  close.outcomes = json::serialize(*outcomes);
  return close;
}

Result<Stage> read_next(json::value const& value, std::size_t number, unsigned first) {
  if (!value.is_object()) return corrupt("next");
  JsonFields f(value.as_object());
  bool const last = f.find("last") != nullptr && f.boolean("last");
  Stage stage{{f.text("part"), f.texts("items"), last}, first, std::nullopt};
  bool const follows = f.natural("number") == number && f.natural("first") == first;
  if (!f.ok() || !follows || stage.what.items.empty()) return corrupt("next");
  return stage;
}

}  // namespace

bool route_is_over(Attempt const& attempt) { return !attempt.stages.empty() && attempt.stages.back().closed; }

unsigned first_open_item(Attempt const& attempt) {
  if (attempt.stages.empty()) return 1;
  return route_is_over(attempt) ? attempt.items + 1 : attempt.stages.back().first;
}

NewEntry first_stage(AttemptId const& attempt, Epoch epoch, std::string const& npsn, StagePart const& what, Now now) {
  return entry(attempt, epoch, npsn, nullptr, next_json(1, 1, what), now);
}

Result<StageStep> check_stage(State const& state, Session const& session, std::uint64_t number, std::uint64_t seq,
                              Bytes32 const& head) {
  auto const found = own_attempt(state, session);
  if (!found) return found.error();
  auto const& attempt = **found;
  if (attempt.stages.empty() || number == 0 || number > attempt.stages.size()) return fail(Errc::bad_field, "stage");
  if (attempt.finish) return fail(Errc::attempt_finished);
  if (attempt.stages.at(number - 1).closed) return StageStep::repeat;
  if (attempt.submitted) return fail(Errc::attempt_finished);
  auto const* sitting = state.sitting(attempt.sitting);
  if (sitting == nullptr || sitting->state != SittingState::open) return fail(Errc::sitting_closed);
  auto const mark = attempt.marks.find(session.epoch);
  if (mark == attempt.marks.end() || mark->second.hwm != seq || mark->second.head != head) {
    return fail(Errc::head_mismatch);
  }
  return StageStep::close;
}

NewEntry close_stage(Attempt const& attempt, Epoch epoch, std::string const& npsn, StageDecision const& decision,
                     Now now) {
  auto const& mark = attempt.marks.at(epoch);
  json::object closed{{"number", attempt.stages.size()}, {"part", attempt.stages.back().what.part},
                      {"seq", mark.hwm}, {"head", hex(mark.head)}, {"outcomes", json::parse(decision.outcomes)}};
  json::value next = nullptr;
  if (decision.next) next = next_json(attempt.stages.size() + 1, attempt.items + 1, *decision.next);
  return entry(attempt.id, epoch, npsn, std::move(closed), std::move(next), now);
}

Result<void> State::on_stage(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  auto* attempt = attempt_of_subject(entry.subject);
  auto const x = f.integer("x");
  auto const* closed = f.find("closed");
  auto const* next = f.find("next");
  if (attempt == nullptr || closed == nullptr || next == nullptr || !f.ok()) return corrupt(f.wrong());
  auto& stages = attempt->stages;
  if (closed->is_null() != stages.empty() || route_is_over(*attempt)) return corrupt("closed");
  if (!closed->is_null()) {
    auto close = read_close(*closed, stages.back(), stages.size());
    if (!close) return close.error();
    stages.back().closed = std::move(*close);
  }
  if (!next->is_null()) {
    auto stage = read_next(*next, stages.size() + 1, stages.empty() ? 1 : attempt->items + 1);
    if (!stage) return stage.error();
    attempt->items = stage->first - 1 + static_cast<unsigned>(stage->what.items.size());
    stages.push_back(std::move(*stage));
  } else if (stages.empty()) {
    return corrupt("next");
  }
  saw_x(x);
  touch(attempt->participant);
  return {};
}

}  // namespace proktor::core
