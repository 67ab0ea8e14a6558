#include "board/board.hpp"

#include "core/time.hpp"

#include <algorithm>

namespace proktor::board {
namespace {

namespace json = boost::json;

// The attempt that matters now: the running one, else the last finished.
core::Attempt const* current_attempt(core::State const& state, core::Sitting const& sitting,
                                     core::Participant const& who) {
  core::Attempt const* last = nullptr;
  for (auto const& test : sitting.tests) {
    auto const* attempt = state.attempt_of(who, sitting.id, test.test);
    if (attempt == nullptr) break;
    last = attempt;
    if (!attempt->finish) break;
  }
  return last;
}

unsigned finished_tests(core::State const& state, core::Sitting const& sitting, core::Participant const& who) {
  return static_cast<unsigned>(std::ranges::count_if(sitting.tests, [&](core::SittingTest const& test) {
    auto const* attempt = state.attempt_of(who, sitting.id, test.test);
    return attempt != nullptr && attempt->finish;
  }));
}

bool is_lost(core::Attempt const& attempt, core::Now now) {
  if (attempt.lost) return true;
  return attempt.last_contact && now.x_ms - attempt.last_contact->x_ms >= silent_ms;
}

std::string_view state_of(core::Sitting const& sitting, core::Participant const& who, core::Attempt const* attempt,
                          unsigned done, core::Now now) {
  if (sitting.absent.contains(who.nisn)) return "tidak_hadir";
  if (who.pending) return "komputer_kedua";
  if (who.n == 0 || who.sitting != sitting.id) return "belum_login";
  if (done == sitting.tests.size()) return "selesai";
  if (!who.token_accepted.contains(sitting.id)) return "menunggu_token";
  if (attempt == nullptr || attempt->finish) return "siap";
  return is_lost(*attempt, now) ? "terputus" : "mengerjakan";
}

json::array flags_of(core::Attempt const& attempt) {
  json::array flags;
  if (attempt.late) flags.emplace_back("late");
  if (!attempt.quarantine.empty()) flags.emplace_back("quarantine");
  if (attempt.conflict) flags.emplace_back("conflict");
  return flags;
}

json::object pending_row(core::Participant const& who) {
  return {{"nisn", who.nisn}, {"device", who.pending->device}, {"address", who.pending->address},
          {"since", who.pending->since_ms}};
}

}  // namespace

json::object row_of(core::State const& state, core::Sitting const& sitting, core::Participant const& who,
                    core::Now now) {
  auto const* attempt = current_attempt(state, sitting, who);
  unsigned const done = finished_tests(state, sitting, who);
  json::object row{{"nisn", who.nisn}, {"username", who.username}, {"name", who.name}, {"seat", who.seat},
                   {"room", who.room}, {"role", who.role},
                   {"state", state_of(sitting, who, attempt, done, now)},
                   {"tests_done", done}, {"tests_total", sitting.tests.size()}};
  row["answered"] = attempt == nullptr ? 0U : core::answered_count(*attempt);
  row["items"] = attempt == nullptr ? 0U : attempt->items;
  row["running"] = attempt != nullptr && !attempt->finish && core::start_x_ms(*attempt, now.x_ms).has_value();
  row["remaining_ms"] = attempt == nullptr ? 0 : core::remaining_ms(*attempt, now.x_ms);
  row["last_activity"] = nullptr;
  row["connection"] = "none";
  row["flags"] = json::array{};
  if (attempt != nullptr) {
    auto const* test = state.test(attempt->test);
    row["test"] = attempt->test;
    row["test_title"] = test == nullptr ? "" : test->title;
    if (attempt->last_activity_ms > 0) row["last_activity"] = attempt->last_activity_ms;
    row["connection"] = is_lost(*attempt, now) ? "lost" : "ok";
    row["flags"] = flags_of(*attempt);
    if (attempt->finish) row["code"] = attempt->finish->code;
  }
  if (who.pending) row["pending"] = pending_row(who);
  return row;
}

json::object token_of(core::Sitting const& sitting, core::Now now) {
  bool const released = !sitting.token.text.empty();
  return {{"token", sitting.token.text},
          {"until_ms", released ? std::max<DurationMs>(0, sitting.token.until_x_ms - now.x_ms) : 0},
          {"released", released}};
}

json::array pending_of(core::State const& state, core::Sitting const& sitting) {
  json::array pending;
  for (auto const& nisn : sitting.participants) {
    auto const* who = state.participant(nisn);
    if (who != nullptr && who->pending && who->pending->sitting == sitting.id) pending.push_back(pending_row(*who));
  }
  return pending;
}

json::object sitting_of(core::State const& state, core::Sitting const& sitting) {
  json::array tests;
  for (auto const& test : sitting.tests) {
    auto const* model = state.test(test.test);
    json::object row{
        {"id", test.test}, {"title", model == nullptr ? "" : model->title},
        {"gate", test.gate == core::Gate::open ? "open" : test.gate == core::Gate::press ? "press" : "time"},
        {"gate_open", test.gate == core::Gate::open || sitting.gates_pressed.contains(test.test)}};
    if (test.gate == core::Gate::time) row["gate_at"] = test.gate_at_ms;
    tests.push_back(std::move(row));
  }
  constexpr std::string_view states[] = {"scheduled", "open", "closed"};
  return {{"id", state.info().event + ":" + sitting.id}, {"name", sitting.name}, {"room", sitting.room},
          {"starts_at", sitting.starts_at_ms}, {"ends_at", sitting.ends_at_ms},
          {"state", states[static_cast<std::size_t>(sitting.state)]},
          {"participants", sitting.participants.size()}, {"absent", sitting.absent.size()},
          {"token_ms", sitting.token_ms},
          {"tests", std::move(tests)}};
}

json::array Board::snapshot(core::State const& state, core::Sitting const& sitting, core::Now now) {
  json::array rows;
  for (auto const& nisn : sitting.participants) {
    rows.push_back(row_of(state, sitting, *state.participant(nisn), now));
  }
  return rows;
}

json::array Board::changed(core::State const& state, core::Sitting const& sitting,
                           std::unordered_set<std::string> const& touched, core::Now now) {
  json::array rows;
  auto& sent = sent_[sitting.id];
  for (auto const& nisn : touched) {
    auto const* who = state.participant(nisn);
    if (who == nullptr || std::ranges::find(who->sittings, sitting.id) == who->sittings.end()) continue;
    auto row = row_of(state, sitting, *who, now);
    auto key = row;
    key.erase("remaining_ms");
    std::string text = json::serialize(key);
    if (sent[nisn] == text) continue;
    sent[nisn] = std::move(text);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace proktor::board
