#pragma once
// An event directory as values: what event.toml and participants.csv say, and which packages they need. Each
// value knows the line it came from, so that a check over the whole can name it. Values only; one thread.

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::importing {

constexpr std::string_view event_file = "event.toml";
constexpr std::string_view roster_file = "participants.csv";
constexpr std::string_view event_format = "proktor-event/1";

constexpr std::size_t event_file_bytes_max = 1024 * 1024;
constexpr std::size_t roster_file_bytes_max = 4 * 1024 * 1024;
constexpr std::size_t package_bytes_max = 256ULL * 1024 * 1024;  // docs/api.md, POST /v1/packages
constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t schools_max = 50;
constexpr std::size_t rooms_max = 50;
constexpr std::size_t tests_max = 50;
constexpr std::size_t sittings_max = 200;
constexpr std::size_t sitting_tests_max = 20;
constexpr std::size_t staff_max = 100;
constexpr std::size_t participants_max = 1'500;  // what one box is built for (DESIGN 13)
constexpr std::int64_t seat_max = 9'999;
constexpr std::int64_t duration_min_max = 600;
constexpr std::int64_t token_minutes_max = 240;
constexpr std::int64_t token_minutes_default = 15;
constexpr std::int64_t blocked_credit_min_max = 60;
constexpr std::int64_t blocked_credit_min_default = 10;
constexpr DurationMs minute_ms = 60'000;
constexpr DurationMs sitting_ms_max = 24 * 60 * minute_ms;

struct School {
  std::uint64_t line = 0;
  std::string npsn, name, level, city, province;
};

struct Room {
  std::uint64_t line = 0;
  std::string id, name, npsn;
};

struct Test {
  std::uint64_t line = 0;
  std::string id, title, instrument, package, qti_test;
  std::string package_sha256{};  // set when the package has been read
  DurationMs duration_ms = 0;
};

struct SittingTest {
  std::uint64_t line = 0;
  std::string id, gate;  // open, press, time
  std::optional<TimeMs> gate_at{};
};

struct Sitting {
  std::uint64_t line = 0;
  std::string id, name, room;
  TimeMs starts_at = 0, ends_at = 0;
  DurationMs token_ms = 0, blocked_credit_max_ms = 0;
  std::vector<SittingTest> tests;
};

struct Staff {
  std::uint64_t line = 0;
  std::string username, role, name;
};

struct Participant {
  std::uint64_t line = 0;
  std::string nisn, username, password, name, sex, birth_place, birth_date, level, grade, npsn, source, role,
      needs, room;
  std::int64_t seat = 0;
  std::vector<std::string> sittings;
};

struct EventData {
  std::string organiser_id, organiser_name;
  std::string id, title, mark, time_zone, participant_noun;
  std::vector<School> schools;
  std::vector<Room> rooms;
  std::vector<Test> tests;
  std::vector<Sitting> sittings;
  std::vector<Staff> staff;
  std::vector<Participant> participants;
};

}  // namespace proktor::importing
