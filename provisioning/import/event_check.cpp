#include "provisioning/import/event_check.hpp"

#include "provisioning/import/text_rules.hpp"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace proktor::importing {
namespace {

using Names = std::set<std::string, std::less<>>;

class EventCheck {
 public:
  EventCheck(EventData const& event, Findings& findings) : event_(event), findings_(findings) {}

  void run() {
    for (auto const& school : event_.schools)
      once(schools_, school.npsn, event_file, school.line, "school.npsn");
    for (auto const& room : event_.rooms) {
      once(rooms_, room.id, event_file, room.line, "room.id");
      resolve(schools_, room.npsn, event_file, room.line, "room.npsn");
    }
    for (auto const& test : event_.tests) once(tests_, test.id, event_file, test.line, "test.id");
    check_sittings();
    Names staff;
    for (auto const& person : event_.staff) {
      once(staff, capitals(person.username), event_file, person.line, "staff.username");
    }
    check_participants();
  }

 private:
  void wrong(FindingCode code, std::string_view file, std::uint64_t line, std::string_view field,
             std::string const& detail) {
    findings_.add({.code = code,
                   .file = std::string(file),
                   .line = line,
                   .field = std::string(field),
                   .detail = detail});
  }

  void once(Names& names, std::string const& name, std::string_view file, std::uint64_t line,
            std::string_view field) {
    if (!name.empty() && !names.insert(name).second) wrong(FindingCode::twice, file, line, field, name);
  }

  // An empty name has its own finding already.
  bool resolve(Names const& names, std::string const& name, std::string_view file, std::uint64_t line,
               std::string_view field) {
    if (name.empty() || names.contains(name)) return !name.empty();
    wrong(FindingCode::unresolved, file, line, field, name);
    return false;
  }

  void check_sittings() {
    for (auto const& sitting : event_.sittings) {
      once(sittings_, sitting.id, event_file, sitting.line, "sitting.id");
      resolve(rooms_, sitting.room, event_file, sitting.line, "sitting.room");
      Names tests;
      for (auto const& test : sitting.tests) {
        once(tests, test.id, event_file, test.line, "sitting.test.id");
        resolve(tests_, test.id, event_file, test.line, "sitting.test.id");
      }
      for (auto const& other : event_.sittings) {
        if (&other == &sitting) break;
        bool const overlap = sitting.starts_at < other.ends_at && other.starts_at < sitting.ends_at;
        if (overlap && sitting.room == other.room) {
          wrong(FindingCode::sitting_overlap, event_file, sitting.line, "sitting.starts_at",
                sitting.id + ", " + other.id);
        }
      }
      sitting_rooms_.emplace(sitting.id, sitting.room);
    }
  }

  void check_participants() {
    Names nisns, usernames;
    std::set<std::tuple<std::string, std::string, std::int64_t>> seats;  // room, sitting, seat
    for (auto const& person : event_.participants) {
      once(nisns, person.nisn, roster_file, person.line, "nisn");
      once(usernames, person.username, roster_file, person.line, "username");
      resolve(schools_, person.npsn, roster_file, person.line, "npsn");
      resolve(rooms_, person.room, roster_file, person.line, "room");
      bool seat_free = true;
      for (auto const& id : person.sittings) {
        if (!resolve(sittings_, id, roster_file, person.line, "sittings")) continue;
        if (sitting_rooms_.at(id) != person.room) {
          wrong(FindingCode::sitting_room, roster_file, person.line, "sittings", id + ", " + person.room);
        }
        seat_free = (person.seat == 0 || seats.emplace(person.room, id, person.seat).second) && seat_free;
      }
      if (!seat_free) {
        wrong(FindingCode::twice, roster_file, person.line, "seat",
              person.room + " " + std::to_string(person.seat));
      }
    }
  }

  EventData const& event_;
  Findings& findings_;
  Names schools_, rooms_, tests_, sittings_;
  std::map<std::string, std::string, std::less<>> sitting_rooms_;
};

}  // namespace

void check_event(EventData const& event, Findings& findings) {
  EventCheck(event, findings).run();
}

}  // namespace proktor::importing
