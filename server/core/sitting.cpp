#include "core/sitting.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace proktor::core {
namespace {

namespace json = boost::json;

NewEntry act(std::string kind, std::string_view sitting, json::object bytes) {
  return {std::move(kind), std::string(sitting), json::serialize(bytes)};
}

Result<Sitting const*> find_open(State const& state, std::string_view id) {
  auto const* sitting = state.sitting(id);
  if (sitting == nullptr) return fail(Errc::bad_field, "sitting");
  if (sitting->state != SittingState::open) return fail(Errc::no_sitting_open);
  return sitting;
}

}  // namespace

std::string draw_token(Random& random) {
  std::string token;
  for (std::size_t i = 0; i < token_length; ++i) token.push_back(token_letters[random.below(token_letters.size())]);
  return token;
}

Result<NewEntries> open_sitting(State const& state, std::string_view id, std::string_view by, Now now) {
  auto const* sitting = state.sitting(id);
  if (sitting == nullptr) return fail(Errc::bad_field, "sitting");
  if (sitting->state == SittingState::open) return NewEntries{};
  if (sitting->state == SittingState::closed) return fail(Errc::sitting_closed);
  for (auto const& [other_id, other] : state.sittings()) {
    if (other.room == sitting->room && other.state == SittingState::open) return fail(Errc::sitting_open, other_id);
  }
  return NewEntries{act("sitting-opened", id, {{"by", by}, {"x", now.x_ms}})};
}

Result<NewEntries> close_sitting(State const& state, std::string_view id, std::string_view by, Now now) {
  if (auto sitting = find_open(state, id); !sitting) return sitting.error();
  return NewEntries{act("sitting-closed", id, {{"by", by}, {"x", now.x_ms}})};
}

Result<NewEntries> set_attendance(State const& state, std::string_view id, std::vector<std::string> const& absent,
                                  std::vector<std::string> const& present, std::string_view by, Now now) {
  auto const* sitting = state.sitting(id);
  if (sitting == nullptr) return fail(Errc::bad_field, "sitting");
  if (sitting->state == SittingState::closed) return fail(Errc::sitting_closed);
  json::array now_absent, now_present;
  auto const listed = [&](std::string const& nisn) {
    return std::ranges::find(sitting->participants, nisn) != sitting->participants.end();
  };
  for (auto const& nisn : absent) {
    auto const* who = state.participant(nisn);
    if (!listed(nisn) || who == nullptr || (who->n > 0 && who->sitting == sitting->id)) {
      return fail(Errc::bad_field, "absent");
    }
    if (!sitting->absent.contains(nisn)) now_absent.emplace_back(nisn);
  }
  for (auto const& nisn : present) {
    if (!listed(nisn)) return fail(Errc::bad_field, "present");
    if (sitting->absent.contains(nisn)) now_present.emplace_back(nisn);
  }
  if (now_absent.empty() && now_present.empty()) return NewEntries{};
  return NewEntries{act("attendance", id, {{"by", by}, {"absent", now_absent}, {"present", now_present},
                                           {"x", now.x_ms}})};
}

Result<NewEntries> release_token(State const& state, std::string_view id, std::string_view token, std::string_view by,
                                 Now now) {
  auto const sitting = find_open(state, id);
  if (!sitting) return sitting.error();
  return NewEntries{act("token", id, {{"token", token}, {"by", by}, {"x", now.x_ms},
                                      {"until_x", now.x_ms + (*sitting)->token_ms}})};
}

Result<NewEntries> press_gate(State const& state, std::string_view id, std::string_view test, std::string_view by,
                              Now now) {
  auto const sitting = find_open(state, id);
  if (!sitting) return sitting.error();
  bool const listed = std::ranges::any_of((*sitting)->tests, [&](SittingTest const& t) { return t.test == test; });
  if (!listed) return fail(Errc::bad_field, "test");
  if ((*sitting)->gates_pressed.contains(test)) return NewEntries{};
  return NewEntries{act("gate", id, {{"test", test}, {"by", by}, {"x", now.x_ms}})};
}

std::vector<std::string> tokens_due(State const& state, Now now) {
  std::vector<std::string> due;
  for (auto const& [id, sitting] : state.sittings()) {
    bool const released = sitting.state == SittingState::open && !sitting.token.text.empty();
    if (released && now.x_ms >= sitting.token.until_x_ms) due.push_back(id);
  }
  return due;
}

NewEntry parked(Now now) { return {"parked", "", json::serialize(json::object{{"x", now.x_ms}})}; }
NewEntry alive(Now now) { return {"alive", "", json::serialize(json::object{{"x", now.x_ms}})}; }

}  // namespace proktor::core
