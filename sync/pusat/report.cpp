#include "sync/pusat/report.hpp"

#include "sync/pusat/centre_store.hpp"
#include "sync/pusat/segment_store.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

namespace proktor::pusat {
namespace {

namespace json = boost::json;

// What the gateway has of a stream, opened or not.
struct Arrived {
  std::string box{};
  std::string event{};
  std::uint64_t segments = 0;
  std::uint64_t forks = 0;
  std::uint64_t contiguous = 0;
};

struct StreamPart {
  StreamRow row{};
  Arrived arrived{};
  Replay replay{};
};

struct Report {
  std::vector<StreamPart> streams;
};

Result<std::map<std::string, Arrived>> read_arrived(std::filesystem::path const& data) {
  std::map<std::string, Arrived> arrived;
  auto database = Database::open_read_only(data / "gateway.db", gateway_schema_version);
  if (!database)
    return database.error() == Errc::not_found ? Result<std::map<std::string, Arrived>>(arrived)
                                               : database.error();
  auto query =
      database->prepare("SELECT stream, box, event, first, last, fork FROM segment ORDER BY stream, first");
  if (!query) return query.error();
  for (;;) {
    auto const row = query->step();
    if (!row) return row.error();
    if (!*row) return arrived;
    Arrived& one = arrived[query->text(0)];
    one.box = query->text(1);
    one.event = query->text(2);
    ++one.segments;
    bool const fork = query->integer(5) != 0;
    one.forks += fork ? 1U : 0U;
    if (!fork && query->natural(3) == one.contiguous + 1) one.contiguous = query->natural(4);
  }
}

Result<Report> read_report(std::filesystem::path const& data) {
  auto arrived = read_arrived(data);
  if (!arrived) return arrived.error();
  Report report;
  auto store = CentreStore::open_read_only(data);
  if (!store && !(store.error() == Errc::not_found)) return store.error();
  if (store) {
    auto rows = store->streams();
    if (!rows) return rows.error();
    for (StreamRow& row : *rows) {
      StreamPart part;
      part.row = std::move(row);
      auto const read =
          store->each_entry(part.row.stream, [&](auto const& entry) { part.replay.take(entry); });
      if (!read) return read.error();
      report.streams.push_back(std::move(part));
    }
  }
  for (auto const& [stream, one] : *arrived) {
    auto const id = unhex16(stream);
    if (!id) return fail(Errc::storage_failed, "stream id");
    auto found = std::find_if(report.streams.begin(), report.streams.end(),
                              [&](StreamPart const& part) { return part.row.stream == *id; });
    if (found == report.streams.end()) {
      report.streams.emplace_back();
      found = std::prev(report.streams.end());
      found->row.stream = *id;
      found->row.box = one.box;
      found->row.event = one.event;
    }
    found->arrived = one;
  }
  return report;
}

json::object attempt_json(StreamPart const& part, std::string const& id, AttemptReplay const& attempt) {
  json::array epochs;
  for (auto const& [epoch, state] : attempt.epochs)
    epochs.push_back({{"term", epoch.term},
                      {"n", epoch.n},
                      {"seq", state.seq},
                      {"head", hex(state.head)},
                      {"quarantine", state.quarantined}});
  auto const test = part.replay.tests().find(attempt.test);
  json::object object = {{"attempt", id},
                         {"test", attempt.test},
                         {"sesi", attempt.sitting},
                         {"events", attempt.events},
                         {"answered", attempt.answered_count()},
                         {"items", test == part.replay.tests().end() ? 0 : test->second.items},
                         {"finished", attempt.finished.has_value()},
                         {"code", attempt.finished ? attempt.finished->code : std::string()},
                         {"verdict", name_of(attempt.verdict())},
                         {"quarantine", attempt.quarantined()},
                         {"epochs", std::move(epochs)}};
  return object;
}

json::array people_json(StreamPart const& part, std::string const& npsn) {
  json::array people;
  for (auto const& [nisn, person] : part.replay.people()) {
    if (person.npsn != npsn) continue;
    json::array attempts;
    for (auto const& [id, attempt] : part.replay.attempts())
      if (attempt.participant == nisn) attempts.push_back(attempt_json(part, id, attempt));
    people.push_back({{"nisn", nisn}, {"name", person.name}, {"attempts", std::move(attempts)}});
  }
  return people;
}

json::object totals_json(Report const& report) {
  std::map<std::string_view, std::uint64_t> count;
  std::uint64_t people = 0, attempts = 0, events = 0, quarantine = 0, answered = 0;
  for (StreamPart const& part : report.streams) {
    people += part.replay.people().size();
    for (auto const& [id, attempt] : part.replay.attempts()) {
      ++attempts;
      ++count[name_of(attempt.verdict())];
      events += attempt.events;
      answered += attempt.answered_count();
      quarantine += attempt.quarantined();
    }
  }
  return {{"participants", people},
          {"attempts", attempts},
          {"matches", count["matches"]},
          {"differs", count["differs"]},
          {"without_code", count["without_code"]},
          {"open", count["open"]},
          {"events", events},
          {"answered", answered},
          {"quarantine", quarantine}};
}

std::string json_report(Report const& report) {
  json::array streams;
  for (StreamPart const& part : report.streams) {
    json::array schools;
    for (auto const& [npsn, name] : part.replay.schools())
      schools.push_back({{"npsn", npsn}, {"name", name}, {"participants", people_json(part, npsn)}});
    streams.push_back({{"stream", hex(part.row.stream)},
                       {"box", part.row.box},
                       {"organiser", part.row.organiser},
                       {"event", part.row.event},
                       {"received", part.arrived.contiguous},
                       {"opened", part.row.opened},
                       {"segments", part.arrived.segments},
                       {"forks", part.arrived.forks},
                       {"problem", part.row.problem},
                       {"findings", json::value_from(part.replay.findings())},
                       {"schools", std::move(schools)}});
  }
  json::object const object = {{"totals", totals_json(report)}, {"streams", std::move(streams)}};
  return json::serialize(object) + "\n";
}

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::open:
      return "belum selesai";
    case Verdict::matches:
      return "cocok";
    case Verdict::without_code:
      return "tanpa kode";
    case Verdict::differs:
      return "BERBEDA";
  }
  return "";
}

void write_person(std::string& out, StreamPart const& part, std::string const& nisn,
                  PersonReplay const& person) {
  bool any = false;
  for (auto const& [id, attempt] : part.replay.attempts()) {
    if (attempt.participant != nisn) continue;
    auto const test = part.replay.tests().find(attempt.test);
    std::uint64_t const items = test == part.replay.tests().end() ? 0 : test->second.items;
    out += fmt::format("    {:<12}{:<28}{:<14}{:>6} kejadian  {:>3}/{:<3} terjawab  {:<14}{}{}\n",
                       any ? "" : nisn, any ? "" : person.name, attempt.test, attempt.events,
                       attempt.answered_count(), items, word_of(attempt.verdict()),
                       attempt.finished ? attempt.finished->code : "",
                       attempt.quarantined() > 0 ? fmt::format("  karantina {}", attempt.quarantined()) : "");
    any = true;
  }
  if (!any) out += fmt::format("    {:<12}{:<28}belum ada pengerjaan\n", nisn, person.name);
}

std::string text_report(Report const& report) {
  if (report.streams.empty()) return "Belum ada yang diterima.\n";
  std::string out;
  for (StreamPart const& part : report.streams) {
    out += fmt::format("{}  {}  aliran {}\n", part.row.box, part.row.event, hex(part.row.stream));
    out += fmt::format("  diterima lengkap sampai {}, dibuka sampai {}, {} segmen\n", part.arrived.contiguous,
                       part.row.opened, part.arrived.segments);
    if (part.arrived.forks > 0)
      out += fmt::format("  PERIKSA KOTAK INI: {} segmen untuk rentang yang sama, tanpa tanda terima\n",
                         part.arrived.forks);
    if (!part.row.problem.empty()) out += fmt::format("  TERHENTI: {}\n", part.row.problem);
    for (std::string const& finding : part.replay.findings()) out += fmt::format("  temuan: {}\n", finding);
    for (auto const& [npsn, name] : part.replay.schools()) {
      out += fmt::format("  {} {}\n", npsn, name);
      for (auto const& [nisn, person] : part.replay.people())
        if (person.npsn == npsn) write_person(out, part, nisn, person);
    }
  }
  json::object const totals = totals_json(report);
  out += fmt::format(
      "Jumlah: {} pengerjaan, {} cocok, {} berbeda, {} tanpa kode, {} belum selesai, {} kejadian\n",
      totals.at("attempts").as_uint64(), totals.at("matches").as_uint64(), totals.at("differs").as_uint64(),
      totals.at("without_code").as_uint64(), totals.at("open").as_uint64(), totals.at("events").as_uint64());
  return out;
}

}  // namespace

Result<std::string> make_report(ReportOptions const& options) {
  auto const report = read_report(options.data);
  if (!report) return report.error();
  return options.json ? json_report(*report) : text_report(*report);
}

}  // namespace proktor::pusat
