#pragma once
// A small kegiatan for the tests of the rules: one room, two tests, one sitting, three participants; and a driver that
// commits what the rules decide and keeps all of it, so that every test can also replay it.

#include "core/attempt.hpp"
#include "core/events.hpp"
#include "core/login.hpp"
#include "core/sitting.hpp"
#include "core/state.hpp"
#include "core/time.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace proktor::core::testing {

inline std::string const pc_a(32, 'a');
inline std::string const pc_b(32, 'b');
inline std::string const pc_c(32, 'c');

inline NewEntry participant_entry(std::string const& nisn, unsigned seat) {
  return {"participant", nisn,
          fmt::format(R"({{"nisn":"{0}","username":"U{0}","secret":"s{0}","name":"Murid {1}","sex":"L","birth_place":"X",)"
                      R"("birth_date":"2012-01-01","level":"SMP","grade":"8","npsn":"69900001","source":"Dapodik",)"
                      R"("role":"utama","needs":"","room":"R1","seat":{1},"sittings":["S1"]}})",
                      nisn, seat),
          "69900001"};
}

inline NewEntries packet() {
  return {
      {"genesis", "e1",
       R"({"organiser":"o","event":"e1","title":"E","mark":"LATIHAN","time_zone":"WIB","participant_noun":"murid","box":"b"})"},
      {"school", "69900001", R"({"npsn":"69900001","name":"SMP","level":"SMP"})"},
      {"room", "R1", R"({"id":"R1","name":"Ruang 1","npsn":"69900001"})"},
      {"test", "t1", R"({"id":"t1","title":"Satu","instrument":"latihan","package":"p","qti_test":"q","duration_ms":600000,"items":3})"},
      {"test", "t2", R"({"id":"t2","title":"Dua","instrument":"literasi","package":"p","qti_test":"q","duration_ms":600000,"items":5})"},
      {"sitting", "S1",
       R"({"id":"S1","name":"Sesi 1","room":"R1","starts_at":0,"ends_at":1,"token_ms":900000,"blocked_credit_max_ms":600000,)"
       R"("tests":[{"id":"t1","gate":"open"},{"id":"t2","gate":"press"}]})"},
      participant_entry("0000000001", 1),
      participant_entry("0000000002", 2),
      participant_entry("0000000003", 3),
  };
}

struct Exam {
  State state;
  NewEntries log;
  Now now{1'000'000, 5'000};
  SplitMix64 random{2026};
  EventLimits limits;

  Exam() { commit(packet()); }

  void commit(NewEntries const& entries) {
    REQUIRE(state.apply_all(entries, now.wall_ms).has_value());
    keep(entries);
  }
  void keep(NewEntries const& entries) { log.insert(log.end(), entries.begin(), entries.end()); }
  void wait(DurationMs ms) { now.wall_ms += ms, now.x_ms += ms; }

  void open_with_token(std::string const& token = "ABCDEF") {
    commit(*open_sitting(state, "S1", "p", now));
    commit(*release_token(state, "S1", token, "p", now));
  }

  Result<LoginOutcome> try_login(std::string const& nisn, std::string const& device) {
    auto outcome = login(state, {nisn, device, "10.0.0.1", "47"}, now);
    if (outcome) commit(outcome->entries);
    return outcome;
  }

  Session session_of(std::string const& nisn) const {
    auto const* who = state.participant(nisn);
    Session session{nisn, "S1", who->device, {0, who->n}, std::nullopt};
    for (auto const& [key, id] : who->attempts) {
      if (!state.attempt(id)->finish) session.attempt = id;
    }
    return session;
  }

  // Logged in, token typed, test t1 prepared and started.
  Session working(std::string const& nisn, std::string const& device = pc_a) {
    REQUIRE(try_login(nisn, device).has_value());
    commit(*accept_token(state, session_of(nisn), "ABCDEF", now));
    return begin(nisn, "t1");
  }

  Session begin(std::string const& nisn, std::string const& test) {
    auto session = session_of(nisn);
    auto outcome = prepare(state, session, test, random.bytes16(), 7, now);
    REQUIRE(outcome.has_value());
    commit(outcome->entries);
    session.attempt = outcome->attempt;
    commit(*start(state, session, 1'000, now));
    (void)take_heartbeat(state, session, 1'000, now);
    return session;
  }

  EventsOutcome send(Session const& session, std::string const& body, std::optional<DurationMs> t = std::nullopt) {
    auto outcome = take_events(state, session, body, t, now, limits);
    keep(outcome.entries);
    return outcome;
  }

  Attempt const& attempt(Session const& session) const { return *state.attempt(*session.attempt); }
};

inline std::string answer(std::uint64_t seq, unsigned item, std::string const& choice, DurationMs t = 1'000) {
  return fmt::format(R"({{"v":1,"seq":{},"kind":"answer","item":"i{}","value":{{"r1":"{}"}},"t":{}}})", seq, item,
                     choice, t);
}
inline std::string submit(std::uint64_t seq) { return fmt::format(R"({{"v":1,"seq":{},"kind":"submit","t":1}})", seq); }

}  // namespace proktor::core::testing
