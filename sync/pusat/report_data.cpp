#include "sync/pusat/report_data.hpp"

#include "sync/pusat/segment_store.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace proktor::pusat {
namespace {

// Newest streams first, each attempt and each participant of a line of streams belongs to the first that has it.
void share_out(Report& report, std::vector<StreamRow> const& rows) {
  std::map<Bytes16, std::set<std::string>> attempts;  // by the newest stream of the line
  std::map<Bytes16, std::set<std::string>> people;
  for (std::size_t const place : report.lineage.newest_first()) {
    Bytes16 const stream = rows[place].stream;
    Bytes16 newest = stream;
    for (auto const* next = report.lineage.continued_by(newest); next != nullptr;
         next = report.lineage.continued_by(newest))
      newest = *next;
    auto const part = std::ranges::find(report.streams, stream, [](auto const& one) { return one.row.stream; });
    for (auto const& [id, attempt] : part->replay.attempts())
      if (!attempts[newest].insert(id).second) report.told_elsewhere.emplace(stream, id);
    for (auto const& [nisn, person] : part->replay.people())
      report.participants += people[newest].insert(nisn).second ? 1U : 0U;
  }
}

Result<std::map<std::string, Arrived>> read_arrived(std::filesystem::path const& data) {
  std::map<std::string, Arrived> arrived;
  auto database = SegmentStore::read_only(data);
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

}  // namespace

Result<Report> read_report(std::filesystem::path const& data) {
  auto arrived = read_arrived(data);
  if (!arrived) return arrived.error();
  Report report;
  auto store = CentreStore::open_read_only(data);
  if (!store && !(store.error() == Errc::not_found)) return store.error();
  if (store) {
    auto rows = store->streams();
    if (!rows) return rows.error();
    auto lineage = Lineage::read(*store, *rows);
    if (!lineage) return lineage.error();
    report.lineage = std::move(*lineage);
    for (StreamRow const& row : *rows) {
      StreamPart part;
      part.row = row;
      auto const read =
          store->each_entry(part.row.stream, [&](auto const& entry) { part.replay.take(entry); });
      if (!read) return read.error();
      report.streams.push_back(std::move(part));
    }
    share_out(report, *rows);
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

boost::json::object totals_json(Report const& report) {
  std::map<std::string_view, std::uint64_t> count;
  std::uint64_t attempts = 0, events = 0, quarantine = 0, answered = 0, only_older = 0;
  for (StreamPart const& part : report.streams) {
    if (auto const* leftover = report.lineage.leftover(part.row.stream)) only_older += leftover->line_count();
    for (auto const& [id, attempt] : part.replay.attempts()) {
      if (!report.tells(part, id)) continue;
      ++attempts;
      ++count[name_of(attempt.verdict())];
      events += attempt.events;
      answered += attempt.answered_count();
      quarantine += attempt.quarantined();
    }
  }
  return {{"participants", report.participants},
          {"attempts", attempts},
          {"matches", count["matches"]},
          {"differs", count["differs"]},
          {"without_code", count["without_code"]},
          {"open", count["open"]},
          {"events", events},
          {"answered", answered},
          {"quarantine", quarantine},
          {"only_in_older_stream", only_older}};
}

}  // namespace proktor::pusat
