// What a packet brings: event, schools, rooms, tests, sittings, participants.

#include "core/json_fields.hpp"
#include "core/state.hpp"

#include <algorithm>

namespace proktor::core {
namespace {

Result<void> done_or(JsonFields const& fields) {
  if (!fields.ok()) return fields.error(Errc::journal_corrupt);
  return {};
}

Gate gate_of(std::string const& text) {
  return text == "press" ? Gate::press : text == "time" ? Gate::time : Gate::open;
}

}  // namespace

Result<void> State::on_genesis(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  info_ = ExamInfo{f.text("organiser"), f.text("event"),           f.text("title"), f.text("mark"),
                   f.text("time_zone"), f.text("participant_noun"), f.text("box"),   f.text_or("packet")};
  return done_or(f);
}

Result<void> State::on_school(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  School school{f.text("npsn"), f.text("name"), f.text("level"), f.text_or("city"), f.text_or("province")};
  if (f.ok()) schools_[school.npsn] = std::move(school);
  return done_or(f);
}

Result<void> State::on_room(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  Room room{f.text("id"), f.text("name"), f.text("npsn")};
  if (f.ok()) rooms_[room.id] = std::move(room);
  return done_or(f);
}

Result<void> State::on_test(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  Test test{f.text("id"),       f.text("title"),          f.text("instrument"),
            f.text("package"),  f.text("qti_test"),       f.integer("duration_ms"),
            static_cast<unsigned>(f.natural("items"))};
  if (!f.ok()) return done_or(f);
  if (!tests_.contains(test.id)) test_order_.push_back(test.id);
  tests_[test.id] = std::move(test);
  return {};
}

Result<void> State::on_sitting(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  Sitting sitting;
  sitting.id = f.text("id");
  sitting.name = f.text("name");
  sitting.room = f.text("room");
  sitting.starts_at_ms = f.integer("starts_at");
  sitting.ends_at_ms = f.integer("ends_at");
  sitting.token_ms = f.integer("token_ms");
  sitting.blocked_credit_max_ms = f.integer("blocked_credit_max_ms");
  for (auto const& value : f.array("tests")) {
    if (!value.is_object()) return fail(Errc::journal_corrupt, "tests");
    JsonFields t(value.as_object());
    SittingTest test{t.text("id"), gate_of(t.text("gate")), 0};
    if (test.gate == Gate::time) test.gate_at_ms = t.integer("gate_at");
    if (!t.ok()) return done_or(t);
    sitting.tests.push_back(std::move(test));
  }
  if (f.ok()) sittings_[sitting.id] = std::move(sitting);
  return done_or(f);
}

Result<void> State::on_participant(NewEntry const& entry, TimeMs) {
  JsonFields f(entry.bytes);
  Participant who;
  who.nisn = f.text("nisn");
  who.username = f.text("username");
  who.secret = f.text("secret");
  who.name = f.text("name");
  who.sex = f.text("sex");
  who.birth_place = f.text("birth_place");
  who.birth_date = f.text("birth_date");
  who.level = f.text("level");
  who.grade = f.text("grade");
  who.npsn = f.text("npsn");
  who.source = f.text("source");
  who.role = f.text("role");
  who.needs = f.text("needs");
  who.room = f.text("room");
  who.seat = static_cast<unsigned>(f.natural("seat"));
  who.sittings = f.texts("sittings");
  if (!f.ok()) return done_or(f);
  usernames_[who.username] = who.nisn;
  auto const seat_before = [this](std::string const& a, std::string const& b) {
    return participants_.at(a).seat < participants_.at(b).seat;
  };
  std::string const nisn = who.nisn;
  auto const& stored = participants_[nisn] = std::move(who);
  for (auto const& id : stored.sittings) {
    auto const sitting = sittings_.find(id);
    if (sitting == sittings_.end()) return fail(Errc::journal_corrupt, "sittings");
    auto& list = sitting->second.participants;
    list.insert(std::upper_bound(list.begin(), list.end(), nisn, seat_before), nisn);
  }
  return {};
}

}  // namespace proktor::core
