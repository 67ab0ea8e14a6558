#include "api/delivery.hpp"
#include "api/proctor.hpp"
#include "api/replies.hpp"
#include "core/attempt.hpp"
#include "core/time.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t history_rows_max = 200;
constexpr std::uint64_t sync_tail_entries_max = 256;

// What a line of a participant's history says; kinds that are not here are not shown.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> history_texts{{
    {"login", "Masuk"}, {"logout", "Keluar"},
    {"approval-asked", "Minta pindah komputer"},
    {"approval-refused", "Pindah komputer ditolak"},
    {"reset", "Login direset"},
    {"token-accepted", "Token benar"},
    {"attempt", "Soal dikirim"},
    {"started", "Mulai mengerjakan"},
    {"epoch", "Melanjutkan pengerjaan"},
    {"stage", "Bagian"},
    {"connection", "Sambungan"},
    {"credit", "Waktu diganti"},
    {"finished", "Selesai"},
}};

std::string history_text(journal::Entry const& entry) {
  auto const found = std::ranges::find(history_texts, std::string_view(entry.kind),
                                       &std::pair<std::string_view, std::string_view>::first);
  if (found == history_texts.end()) return {};
  core::JsonFields f(entry.bytes);
  std::string text(found->second);
  if (entry.kind == "login") {
    text += " dari " + f.text_or("address");
    if (f.text_or("how") == "approved") text += ", disetujui " + f.text_or("by");
  }
  if (entry.kind == "connection") text += f.text_or("state") == "lost" ? " terputus" : " kembali";
  if (entry.kind == "finished") text += ", kode bukti " + f.text_or("code");
  if (entry.kind == "credit" && f.integer("ms") < 1000) return {};
  if (entry.kind == "credit") text += " " + std::to_string(f.integer("ms") / 1000) + " detik";
  if (entry.kind == "stage") {
    auto const* closed = f.find("closed");
    if (closed == nullptr || !closed->is_object()) return {};
    text += " " + std::to_string(core::JsonFields(closed->as_object()).natural("number")) + " selesai";
  }
  return text;
}

Result<json::array> read_history(std::filesystem::path const& directory, std::string const& nisn,
                                 std::vector<std::string> const& attempts) {
  auto reader = journal::Reader::open(directory);
  if (!reader) return reader.error();
  json::array rows;
  auto const done = reader->read_acts([&](journal::Entry const& entry) {
    bool const mine = entry.subject == nisn || std::ranges::find(attempts, entry.subject) != attempts.end();
    std::string const text = mine && entry.kind != "participant" ? history_text(entry) : std::string();
    if (text.empty()) return;
    core::JsonFields f(entry.bytes);
    rows.push_back(json::object{{"at", entry.at_ms}, {"x", f.integer("x")}, {"kind", entry.kind}, {"text", text}});
  });
  if (!done) return done.error();
  if (rows.size() > history_rows_max) {
    rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(history_rows_max));
  }
  std::ranges::reverse(rows);
  return rows;
}

json::array tests_json(core::State const& state, core::Sitting const& sitting, core::Participant const& who,
                       core::Now now) {
  constexpr std::string_view names[] = {"locked", "ready", "running", "finished"};
  json::array tests;
  for (std::size_t i = 0; i < sitting.tests.size(); ++i) {
    auto const* model = state.test(sitting.tests[i].test);
    auto const* attempt = state.attempt_of(who, sitting.id, model->id);
    json::object test{{"id", model->id}, {"title", model->title}, {"items", model->items},
                      {"state", names[static_cast<std::size_t>(core::test_state(state, who, sitting, i, now))]},
                      {"answered", attempt == nullptr ? 0U : core::answered_count(*attempt)},
                      {"remaining_ms", attempt == nullptr ? model->duration_ms
                                                          : core::remaining_ms(*attempt, now.x_ms)}};
    if (attempt != nullptr && attempt->finish) test["code"] = attempt->finish->code;
    if (attempt != nullptr && !attempt->stages.empty()) test["stage"] = attempt->stages.size();
    tests.push_back(std::move(test));
  }
  return tests;
}

// Practice scores of finished tests, for staff alone.
asio::awaitable<void> add_scores(Call& call, Exam const& exam, std::string const& nisn, std::string const& sitting,
                                 json::array& tests) {
  for (auto& value : tests) {
    auto& test = value.as_object();
    std::string const id(test.at("id").as_string());
    auto const* who = exam.state.participant(nisn);
    auto const* attempt = who == nullptr ? nullptr : exam.state.attempt_of(*who, sitting, id);
    if (attempt == nullptr) continue;
    auto result = co_await practice_result(call, exam, *attempt, qti::ResultsFor::proctor);
    if (result.is_null()) continue;
    result.as_object().erase("items");
    test["score"] = std::move(result);
  }
}

// Whether the centre has all that matters: behind `received` there are only receipts and signs of life, which follow
// one another for ever.
Result<bool> nothing_missing(std::filesystem::path const& directory, std::uint64_t received) {
  auto reader = journal::Reader::open(directory);
  if (!reader) return reader.error();
  bool only_tail = true;
  auto const count = reader->read_entries(received, sync_tail_entries_max, [&](journal::Entry const& entry) {
    only_tail = only_tail && (entry.kind == "receipt" || entry.kind == "alive");
  });
  if (!count) return count.error();
  return only_tail && *count < sync_tail_entries_max;
}

json::object sync_row(Context const& context, Exam const& exam) {
  std::uint64_t received = 0;
  json::array receipts;
  for (auto const& receipt : exam.receipts) {
    received = std::max(received, receipt.contiguous);
    receipts.push_back(json::object{
        {"first", receipt.first}, {"last", receipt.last}, {"hash", receipt.hash}, {"at", receipt.at_ms}});
  }
  json::object row{{"event", exam.state.info().title}, {"stream", hex(exam.stream)},
                   {"last_lsn", context.writer.durable_lsn(exam.journal)}, {"received", received},
                   {"spooled", exam.spooled}, {"receipts", std::move(receipts)}, {"last_contact", nullptr},
                   {"error", nullptr}};
  if (context.sync.last_contact_ms) row["last_contact"] = *context.sync.last_contact_ms;
  if (!context.sync.error.empty()) row["error"] = context.sync.error;
  return row;
}

}  // namespace

asio::awaitable<http::Response> proctor_overview(Call& call) {
  json::array schools, rooms, tests, sittings;
  json::object event{{"id", ""}, {"title", ""}, {"mark", ""}, {"time_zone", "WIB"}, {"participant_noun", "murid"}};
  for (auto const& exam : call.context.exams.all()) {
    auto const& state = exam->state;
    auto const& info = state.info();
    event = {{"id", info.event}, {"title", info.title}, {"mark", info.mark}, {"time_zone", info.time_zone},
             {"participant_noun", info.participant_noun}};
    for (auto const& [npsn, school] : state.schools()) {
      schools.push_back(json::object{{"npsn", npsn}, {"name", school.name}, {"level", school.level}});
    }
    for (auto const& [id, room] : state.rooms()) {
      rooms.push_back(json::object{{"id", id}, {"name", room.name}, {"npsn", room.npsn}});
    }
    for (auto const& id : state.test_order()) {
      auto const* test = state.test(id);
      tests.push_back(json::object{{"id", id}, {"title", test->title}, {"instrument", test->instrument},
                                   {"items", test->items}, {"duration_ms", test->duration_ms}});
    }
    for (auto const& [id, sitting] : state.sittings()) sittings.push_back(board::sitting_of(state, sitting));
  }
  co_return ok({{"event", std::move(event)}, {"schools", std::move(schools)}, {"rooms", std::move(rooms)},
                {"tests", std::move(tests)}, {"sittings", std::move(sittings)},
                {"now", call.context.clock.wall_ms()}});
}

asio::awaitable<http::Response> proctor_roster(Call& call) {
  auto const where = call.context.exams.find_sitting(call.request.query_value("sitting"));
  if (where.exam == nullptr) co_return refuse(fail(Errc::bad_field, "sitting"));
  json::array participants;
  for (auto const& nisn : where.sitting->participants) {
    auto const& who = *where.exam->state.participant(nisn);
    participants.push_back(json::object{{"nisn", nisn}, {"username", who.username}, {"name", who.name},
                                        {"npsn", who.npsn}, {"room", who.room}, {"seat", who.seat},
                                        {"role", who.role}, {"absent", where.sitting->absent.contains(nisn)}});
  }
  co_return ok({{"participants", std::move(participants)}});
}

asio::awaitable<http::Response> proctor_participant(Call& call) {
  auto const where = call.context.exams.find_sitting(call.request.query_value("sitting"));
  if (where.exam == nullptr) co_return refuse(fail(Errc::bad_field, "sitting"));
  auto const& state = where.exam->state;
  auto const* who = state.participant(call.request.query_value("nisn"));
  if (who == nullptr) co_return refuse(fail(Errc::bad_field, "nisn"));
  auto const now = call.context.exams.now(*where.exam);
  json::object out{{"row", board::row_of(state, *where.sitting, *who, now)},
                   {"tests", tests_json(state, *where.sitting, *who, now)}};
  std::vector<std::string> attempts;
  std::uint64_t quarantined = 0;
  for (auto const& [key, id] : who->attempts) {
    attempts.push_back(hex(id));
    auto const& attempt = *state.attempt(id);
    for (auto const& [epoch, mark] : attempt.quarantine) quarantined += mark.hwm - attempt.marks.at(epoch).hwm;
  }
  out["quarantine"] = quarantined;
  std::string const nisn = who->nisn, sitting_id = where.sitting->id;
  std::function<Result<json::array>()> work = [directory = where.exam->directory, nisn, attempts] {
    return read_history(directory, nisn, attempts);
  };
  auto history = co_await run_on_pool<Result<json::array>>(call.context.pool, call.context.executor, std::move(work));
  if (!history) co_return refuse(history.error());
  out["history"] = std::move(*history);
  co_await add_scores(call, *where.exam, nisn, sitting_id, out["tests"].as_array());
  co_return ok(out);
}

asio::awaitable<http::Response> proctor_sync(Call& call) {
  json::array journals;
  auto const exams = call.context.exams.all();  // a copy: the list may grow while a tail is read
  for (auto const& exam : exams) {
    auto row = sync_row(call.context, *exam);
    std::function<Result<bool>()> work = [directory = exam->directory, received = row.at("received").as_uint64()] {
      return nothing_missing(directory, received);
    };
    auto const complete = co_await run_on_pool<Result<bool>>(call.context.pool, call.context.executor, std::move(work));
    row["complete"] = complete && *complete;
    journals.push_back(std::move(row));
  }
  co_return ok({{"journals", std::move(journals)}, {"state", call.context.sync.state}});
}

}  // namespace proktor::api
