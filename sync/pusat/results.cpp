// `proktor-pusat results`: the results of all that was opened.

#include "base/file.hpp"
#include "core/results.hpp"
#include "qti/package/zip_gate.hpp"
#include "sync/pusat/centre_store.hpp"
#include "sync/pusat/commands.hpp"
#include "sync/pusat/owners.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <system_error>

namespace proktor::pusat {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

Result<core::ScoringPackages> read_packages(std::vector<fs::path> const& paths) {
  core::ScoringPackages packages;
  for (auto const& path : paths) {
    auto const bytes = read_file(path, qti::zip_max_bytes);
    if (!bytes) return bytes.error();
    if (auto done = packages.add(*bytes); !done) {
      return fail(done.error().code, path.string() + ": " + done.error().detail);
    }
  }
  return packages;
}

Result<core::AttemptLog> read_log(CentreStore& store, Bytes16 const& stream) {
  core::AttemptLog log;
  Result<void> taken;
  auto const read = store.each_entry(stream, [&](journal::Entry const& entry) {
    if (taken) taken = log.take({entry.kind, entry.subject, entry.bytes, entry.npsn}, entry.at_ms);
  });
  if (!read) return read.error();
  if (!taken) return taken.error();
  return log;
}

Result<core::ResultsReport> write_all(ResultsOptions const& options) {
  auto const packages = read_packages(options.packages);
  if (!packages) return packages.error();
  auto store = CentreStore::open_read_only(options.data);
  if (!store) return store.error();
  auto streams = store->streams();
  if (!streams) return streams.error();
  std::erase_if(*streams, [&](StreamRow const& row) { return !options.event.empty() && row.event != options.event; });
  auto const lineage = Lineage::read(*store, *streams);
  if (!lineage) return lineage.error();
  auto const owners = find_owners(*store, *streams, *lineage);
  if (!owners) return owners.error();
  std::error_code error;
  fs::create_directories(options.out, error);
  if (error) return fail(Errc::io_error, options.out.string() + ": " + error.message());
  auto const sink = [&](std::string const& file, std::string const& xml) {
    return write_file(options.out / file, xml);
  };
  core::ResultsReport report;
  report.split = owners->split;
  for (auto const& stream : *streams) {
    auto const log = read_log(*store, stream.stream);
    if (!log) return log.error();
    auto const wanted = [&](core::AttemptId const& attempt) {
      auto const owner = owners->streams.find(hex(attempt));
      return owner != owners->streams.end() && owner->second == stream.stream;
    };
    if (auto done = core::write_results(*log, *packages, sink, report, wanted); !done) return done.error();
  }
  return report;
}

}  // namespace

int run_results(ResultsOptions const& options) {
  auto const report = write_all(options);
  if (report) {
    fmt::print("{}", options.json ? core::report_json(*report) : core::report_text(*report));
    return report->holds() ? 0 : 1;
  }
  auto const& error = report.error();
  if (options.json) {
    json::object const out{
        {"ok", false}, {"error", {{"code", id_of(error.code)}, {"message", sentence_of(error.code)},
                                  {"detail", error.detail}}}};
    fmt::print("{}\n", json::serialize(out));
  } else {
    fmt::print(stderr, "{}\n  {}: {}\n", sentence_of(error.code), id_of(error.code), error.detail);
  }
  return 2;
}

}  // namespace proktor::pusat
