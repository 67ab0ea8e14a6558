#include "sync/pusat/report.hpp"

#include "sync/pusat/report_data.hpp"

#include <boost/json.hpp>

namespace proktor::pusat {
namespace {

namespace json = boost::json;

json::object attempt_json(Report const& report, StreamPart const& part, std::string const& id,
                          AttemptReplay const& attempt) {
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
  if (report.is_older(part)) object["only_in_older_stream"] = true;
  return object;
}

json::array people_json(Report const& report, StreamPart const& part, std::string const& npsn) {
  json::array people;
  for (auto const& [nisn, person] : part.replay.people()) {
    if (person.npsn != npsn) continue;
    json::array attempts;
    for (auto const& [id, attempt] : part.replay.attempts())
      if (attempt.participant == nisn && report.tells(part, id))
        attempts.push_back(attempt_json(report, part, id, attempt));
    if (report.is_older(part) && attempts.empty()) continue;
    people.push_back({{"nisn", nisn}, {"name", person.name}, {"attempts", std::move(attempts)}});
  }
  return people;
}

// Where the stream stands in its line, and what an older one alone has.
void add_lineage(json::object& object, Report const& report, StreamPart const& part) {
  if (auto const* claim = report.lineage.continuation(part.row.stream)) {
    object["previous_stream"] = hex(claim->previous);
    object["continues_from"] = claim->lsn;
    object["continuation_problem"] = claim->problem;
  }
  auto const* const next = report.lineage.continued_by(part.row.stream);
  auto const* const leftover = report.lineage.leftover(part.row.stream);
  if (next == nullptr || leftover == nullptr) return;
  json::object lines;
  for (auto const& [attempt, count] : leftover->lines) lines[attempt] = count;
  object["continued_by"] = hex(*next);
  object["only_in_older_stream"] = {{"entries", leftover->entries}, {"lines", std::move(lines)},
                                    {"differences", json::value_from(leftover->differences)}};
}

std::string json_report(Report const& report) {
  json::array streams;
  for (StreamPart const& part : report.streams) {
    json::array schools;
    for (auto const& [npsn, name] : part.replay.schools())
      schools.push_back({{"npsn", npsn}, {"name", name}, {"participants", people_json(report, part, npsn)}});
    json::object stream{{"stream", hex(part.row.stream)},
                       {"box", part.row.box},
                       {"organiser", part.row.organiser},
                       {"event", part.row.event},
                       {"received", part.arrived.contiguous},
                       {"opened", part.row.opened},
                       {"segments", part.arrived.segments},
                       {"forks", part.arrived.forks},
                       {"problem", part.row.problem},
                       {"findings", json::value_from(part.replay.findings())},
                       {"schools", std::move(schools)}};
    add_lineage(stream, report, part);
    streams.push_back(std::move(stream));
  }
  json::object const object = {{"totals", totals_json(report)}, {"streams", std::move(streams)}};
  return json::serialize(object) + "\n";
}

}  // namespace

Result<std::string> make_report(ReportOptions const& options) {
  auto const report = read_report(options.data);
  if (!report) return report.error();
  return options.json ? json_report(*report) : text_report(*report);
}

}  // namespace proktor::pusat
