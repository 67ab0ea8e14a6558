#include "provisioning/import/import_json.hpp"

#include <boost/json.hpp>

#include <utility>

namespace proktor::importing {
namespace {

namespace json = boost::json;

template <class T, class Write>
json::array list_of(std::vector<T> const& list, Write write) {
  json::array out;
  out.reserve(list.size());
  for (auto const& one : list) out.push_back(write(one));
  return out;
}

json::value school(School const& s) {
  return {{"npsn", s.npsn}, {"name", s.name}, {"level", s.level}, {"city", s.city}, {"province", s.province}};
}

json::value room(Room const& r) {
  return {{"id", r.id}, {"name", r.name}, {"npsn", r.npsn}};
}

json::value test(Test const& t) {
  return {{"id", t.id},
          {"title", t.title},
          {"instrument", t.instrument},
          {"package", t.package_sha256},
          {"qti_test", t.qti_test},
          {"duration_ms", t.duration_ms}};
}

json::value sitting_test(SittingTest const& t) {
  json::object out{{"id", t.id}, {"gate", t.gate}};
  if (t.gate_at) out["gate_at"] = *t.gate_at;
  return out;
}

json::value sitting(Sitting const& s) {
  return json::object{{"id", s.id},
                      {"name", s.name},
                      {"room", s.room},
                      {"starts_at", s.starts_at},
                      {"ends_at", s.ends_at},
                      {"token_ms", s.token_ms},
                      {"blocked_credit_max_ms", s.blocked_credit_max_ms},
                      {"tests", list_of(s.tests, sitting_test)}};
}

json::value participant(Participant const& p) {
  return json::object{{"nisn", p.nisn},
                      {"username", p.username},
                      {"password", p.password},
                      {"name", p.name},
                      {"sex", p.sex},
                      {"birth_place", p.birth_place},
                      {"birth_date", p.birth_date},
                      {"level", p.level},
                      {"grade", p.grade},
                      {"npsn", p.npsn},
                      {"source", p.source},
                      {"role", p.role},
                      {"needs", p.needs},
                      {"room", p.room},
                      {"seat", p.seat},
                      {"sittings", json::array(p.sittings.begin(), p.sittings.end())}};
}

json::value staff(Staff const& s) {
  return {{"username", s.username}, {"role", s.role}, {"name", s.name}};
}

}  // namespace

std::string import_json(EventData const& e) {
  return json::serialize(json::object{{"organiser", {{"id", e.organiser_id}, {"name", e.organiser_name}}},
                                      {"event",
                                       {{"id", e.id},
                                        {"title", e.title},
                                        {"mark", e.mark},
                                        {"time_zone", e.time_zone},
                                        {"participant_noun", e.participant_noun}}},
                                      {"schools", list_of(e.schools, school)},
                                      {"rooms", list_of(e.rooms, room)},
                                      {"tests", list_of(e.tests, test)},
                                      {"sittings", list_of(e.sittings, sitting)},
                                      {"participants", list_of(e.participants, participant)},
                                      {"staff", list_of(e.staff, staff)}});
}

}  // namespace proktor::importing
