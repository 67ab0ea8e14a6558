// All results of a kegiatan, one file each, and what is said of them.

#include "core/results.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace proktor::core {
namespace {

namespace json = boost::json;

void add_items(ItemCounts const& from, ItemCounts& to) {
  to.scored += from.scored;
  to.pending += from.pending;
  to.not_answered += from.not_answered;
  to.not_reached += from.not_reached;
}

}  // namespace

Result<void> write_results(AttemptLog const& log, ScoringPackages const& packages, ResultSink const& sink,
                           ResultsReport& report, AttemptFilter const& wanted) {
  std::vector<Attempt const*> attempts;
  for (auto const& [id, attempt] : log.state().attempts()) {
    if (!wanted || wanted(id)) attempts.push_back(&attempt);
  }
  std::ranges::sort(attempts, {}, &Attempt::id);
  for (auto const* attempt : attempts) {
    ++report.attempts;
    report.finished += attempt->finish ? 1U : 0U;
    auto const* test = log.state().test(attempt->test);
    auto const package = test == nullptr ? nullptr : packages.of(*test);
    if (!package) {
      ++report.without_package[attempt->test];
      continue;
    }
    auto const result = result_of(log, *attempt, *package);
    if (!result) {
      report.refused.push_back(hex(attempt->id) + ": " + describe(result.error()));
      continue;
    }
    if (auto done = sink(result->file, result->xml); !done) return done;
    ++report.written;
    add_items(result->items, report.items);
    for (auto const& problem : result->route_problems) {
      report.route_problems.push_back(hex(attempt->id) + ": " + problem);
    }
  }
  return {};
}

std::string report_json(ResultsReport const& report) {
  json::object without;
  for (auto const& [test, count] : report.without_package) without[test] = count;
  json::object const out{
      {"ok", report.holds()}, {"attempts", report.attempts}, {"finished", report.finished},
      {"written", report.written},
      {"items", {{"scored", report.items.scored}, {"pending", report.items.pending},
                 {"not_answered", report.items.not_answered}, {"not_reached", report.items.not_reached}}},
      {"without_package", std::move(without)},
      {"refused", json::array(report.refused.begin(), report.refused.end())},
      {"route_problems", json::array(report.route_problems.begin(), report.route_problems.end())},
      {"split", json::array(report.split.begin(), report.split.end())}};
  return json::serialize(out) + "\n";
}

std::string report_text(ResultsReport const& report) {
  std::string out = fmt::format("{} pengerjaan, {} selesai; {} berkas hasil ditulis\n", report.attempts,
                                report.finished, report.written);
  auto const to = std::back_inserter(out);
  fmt::format_to(to, "Butir: {} dinilai, {} menunggu penilai, {} tidak dijawab, {} tidak dicapai\n",
                 report.items.scored, report.items.pending, report.items.not_answered, report.items.not_reached);
  for (auto const& [test, count] : report.without_package) {
    fmt::format_to(to, "Tanpa paket penilaian: tes {}, {} pengerjaan\n", test, count);
  }
  for (auto const& line : report.refused) fmt::format_to(to, "TIDAK DITULIS {}\n", line);
  for (auto const& line : report.route_problems) fmt::format_to(to, "RUTE BERBEDA {}\n", line);
  for (auto const& line : report.split) fmt::format_to(to, "TERBAGI {}\n", line);
  return out;
}

}  // namespace proktor::core
