#include "school.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <map>

namespace proktor::fault {
namespace {

[[noreturn]] void impossible(std::string const& what) {
  fmt::print(stderr, "the model itself is wrong: {}\n", what);
  std::abort();
}

core::NewEntries packet() {
  return {
      {"genesis", "e1", R"({"organiser":"o","event":"e1","title":"E","mark":"LATIHAN","time_zone":"WIB","participant_noun":"murid","box":"b"})"},
      {"school", "69900001", R"({"npsn":"69900001","name":"SMP","level":"SMP"})"},
      {"room", "R1", R"({"id":"R1","name":"Ruang 1","npsn":"69900001"})"},
      {"test", "t1",
       fmt::format(R"({{"id":"t1","title":"T","instrument":"i","package":"p","qti_test":"q","duration_ms":{},"items":9}})",
                   duration_ms)},
      {"sitting", "S1",
       fmt::format(R"({{"id":"S1","name":"S","room":"R1","starts_at":0,"ends_at":1,"token_ms":999000000,)"
                   R"("blocked_credit_max_ms":{},"tests":[{{"id":"t1","gate":"open"}}]}})",
                   credit_cap_ms)},
      {"participant", "0000000001",
       R"({"nisn":"0000000001","username":"U1","secret":"s","name":"M","sex":"L","birth_place":"X",)"
       R"("birth_date":"2012-01-01","level":"SMP","grade":"8","npsn":"69900001","source":"D","role":"utama","needs":"",)"
       R"("room":"R1","seat":1,"sittings":["S1"]})",
       "69900001"},
  };
}

}  // namespace

BoxModel::BoxModel(std::uint64_t seed) : random_(seed) {
  limits_.rate = {100'000, 0.001};
  commit(packet());
  commit(*core::open_sitting(state_, "S1", "p", now()));
  commit(*core::release_token(state_, "S1", "ABCDEF", "p", now()));
}

void BoxModel::commit(core::NewEntries const& entries) {
  if (auto done = state_.apply_all(entries, now().wall_ms); !done) impossible(done.error().detail);
  log_.insert(log_.end(), entries.begin(), entries.end());
}

void BoxModel::pass(DurationMs ms) {
  if (!runs()) return;
  x_ms_ += ms;
  if (x_ms_ - alive_x_ms_ >= alive_every_ms) {
    alive_x_ms_ = x_ms_;
    commit({core::alive(now())});
    auto const lost = core::mark_lost(state_, now(), core::lost_after_ms);
    log_.insert(log_.end(), lost.begin(), lost.end());
  }
}

void BoxModel::cut_power() {
  up_ = false;
  asleep_ = false;
}

void BoxModel::start_again() {
  core::State fresh;
  if (auto done = fresh.apply_all(log_, 0); !done) impossible(done.error().detail);
  // Of what only a process knows nothing is left; of the lines those are read that the journal's projections point at.
  for (auto const& [id, attempt] : fresh.attempts()) {
    auto& forgetful = *fresh.attempt_mutable(id);
    forgetful.last_contact.reset();
    forgetful.event_rate = {};
  }
  std::map<std::string, core::NewEntry const*> newest;
  for (auto const& entry : log_) {
    if (entry.kind != "event") continue;
    auto const subject = core::parse_subject(entry.subject);
    auto const line = core::parse_event_line(entry.bytes);
    if (line->kind == core::EventKind::answer && subject->flags.empty()) newest[std::string(line->item)] = &entry;
  }
  for (auto const& [item, entry] : newest) {
    fresh.load_contact(*core::parse_subject(entry->subject), *core::parse_event_line(entry->bytes));
  }
  fresh.carry_over(core::State());
  state_ = std::move(fresh);
  x_ms_ = alive_x_ms_ = state_.x_max_ms();
  up_ = true;
}

core::Session BoxModel::login(std::string const& device) {
  std::string const nisn = "0000000001";
  auto const* who = state_.participant(nisn);
  bool const other = who->n > 0 && who->device != device;
  auto outcome = core::login(state_, {nisn, device, "10.0.0.1", "47"}, now());
  if (!outcome) impossible("login " + describe(outcome.error()));
  commit(outcome->entries);
  if (other) {
    auto approved = core::approve(state_, nisn, "47", "p", now());
    if (!approved) impossible("approve " + describe(approved.error()));
    commit(*approved);
  }
  who = state_.participant(nisn);
  core::Session session{nisn, "S1", who->device, {0, who->n}, std::nullopt};
  if (!who->token_accepted.contains("S1")) commit(*core::accept_token(state_, session, "ABCDEF", now()));
  return session;
}

core::AttemptId BoxModel::prepare(core::Session& session) {
  auto outcome = core::prepare(state_, session, "t1", random_.bytes16(), 7, now());
  if (!outcome) impossible("prepare " + describe(outcome.error()));
  commit(outcome->entries);
  session.attempt = attempt_ = outcome->attempt;
  return attempt_;
}

void BoxModel::start(core::Session const& session, DurationMs t_ms) {
  auto entries = core::start(state_, session, t_ms, now());
  if (!entries) impossible("start " + describe(entries.error()));
  commit(*entries);
  auto const beat = core::take_contact(state_, session, t_ms, now());
  log_.insert(log_.end(), beat.entries.begin(), beat.entries.end());
}

core::EventsOutcome BoxModel::events(core::Session const& session, std::string const& body, DurationMs t_ms) {
  auto outcome = core::take_events(state_, session, body, t_ms, now(), limits_);
  log_.insert(log_.end(), outcome.entries.begin(), outcome.entries.end());
  return outcome;
}

}  // namespace proktor::fault
