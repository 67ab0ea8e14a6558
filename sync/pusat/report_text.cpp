// The report as text, in Indonesian, for a person at the centre.

#include "sync/pusat/report_data.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <string_view>

namespace proktor::pusat {
namespace {

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

void write_person(std::string& out, Report const& report, StreamPart const& part, std::string const& nisn,
                  PersonReplay const& person) {
  bool any = false;
  for (auto const& [id, attempt] : part.replay.attempts()) {
    if (attempt.participant != nisn || !report.tells(part, id)) continue;
    auto const test = part.replay.tests().find(attempt.test);
    std::uint64_t const items = test == part.replay.tests().end() ? 0 : test->second.items;
    out += fmt::format("    {:<12}{:<28}{:<14}{:>6} kejadian  {:>3}/{:<3} terjawab  {:<14}{}{}\n",
                       any ? "" : nisn, any ? "" : person.name, attempt.test, attempt.events,
                       attempt.answered_count(), items, word_of(attempt.verdict()),
                       attempt.finished ? attempt.finished->code : "",
                       attempt.quarantined() > 0 ? fmt::format("  karantina {}", attempt.quarantined()) : "");
    any = true;
  }
  if (!any && !report.is_older(part)) out += fmt::format("    {:<12}{:<28}belum ada pengerjaan\n", nisn, person.name);
}

void write_lineage(std::string& out, Report const& report, StreamPart const& part) {
  if (auto const* claim = report.lineage.continuation(part.row.stream)) {
    out += fmt::format("  lanjutan aliran {} dari catatan {}{}\n", hex(claim->previous), claim->lsn,
                       claim->problem.empty() ? "" : ", TIDAK DIPERCAYA: " + claim->problem);
  }
  auto const* const next = report.lineage.continued_by(part.row.stream);
  auto const* const leftover = report.lineage.leftover(part.row.stream);
  if (next == nullptr || leftover == nullptr) return;
  out += fmt::format("  dilanjutkan aliran {}; sesudahnya hanya di sini {} catatan, {} di antaranya baris jawaban\n",
                     hex(*next), leftover->entries, leftover->line_count());
  for (auto const& [attempt, count] : leftover->lines)
    out += fmt::format("  hanya di aliran lama: pengerjaan {}, {} baris\n", attempt, count);
  for (auto const& place : leftover->differences) out += fmt::format("  BERBEDA di kedua aliran: {}\n", place);
}

}  // namespace

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
    write_lineage(out, report, part);
    for (std::string const& finding : part.replay.findings()) out += fmt::format("  temuan: {}\n", finding);
    for (auto const& [npsn, name] : part.replay.schools()) {
      out += fmt::format("  {} {}\n", npsn, name);
      for (auto const& [nisn, person] : part.replay.people())
        if (person.npsn == npsn) write_person(out, report, part, nisn, person);
    }
  }
  boost::json::object const totals = totals_json(report);
  out += fmt::format(
      "Jumlah: {} pengerjaan, {} cocok, {} berbeda, {} tanpa kode, {} belum selesai, {} kejadian\n",
      totals.at("attempts").as_uint64(), totals.at("matches").as_uint64(), totals.at("differs").as_uint64(),
      totals.at("without_code").as_uint64(), totals.at("open").as_uint64(), totals.at("events").as_uint64());
  return out;
}

}  // namespace proktor::pusat
