#include "provisioning/results/commands.hpp"

#include "base/file.hpp"
#include "core/results.hpp"
#include "journal/data_lock.hpp"
#include "journal/reader.hpp"
#include "qti/package/zip_gate.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <system_error>
#include <utility>

namespace proktor::results {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int exit_holds = 0, exit_does_not = 1, exit_refused = 2;

Result<core::ScoringPackages> read_packages(ResultsOptions const& options) {
  core::ScoringPackages packages;
  for (auto const& path : options.packages) {
    auto bytes = read_file(path, qti::zip_max_bytes);
    if (!bytes) return bytes.error();
    if (auto done = packages.add(*bytes); !done) {
      return fail(done.error().code, path.string() + ": " + done.error().detail);
    }
  }
  return packages;
}

// The box's own copies: those that score are good for results, the others are for delivery alone.
void add_own(fs::path const& data, core::ScoringPackages& packages) {
  std::error_code error;
  for (fs::directory_iterator entry(data / "packages", error), end; !error && entry != end; entry.increment(error)) {
    auto const bytes = read_file(entry->path(), qti::zip_max_bytes);
    if (bytes) (void)packages.add(*bytes);
  }
}

Result<std::vector<fs::path>> journals_under(ResultsOptions const& options) {
  std::vector<fs::path> out;
  std::error_code error;
  auto const events = options.data / "kegiatan";
  for (fs::directory_iterator entry(events, error), end; !error && entry != end; entry.increment(error)) {
    if (options.event.empty() || entry->path().filename() == options.event) out.push_back(entry->path());
  }
  if (out.empty()) return fail(Errc::not_found, "no kegiatan under " + events.string());
  std::ranges::sort(out);
  return out;
}

Result<core::AttemptLog> read_log(fs::path const& directory) {
  auto reader = journal::Reader::open(directory);
  if (!reader) return reader.error();
  core::AttemptLog log;
  Result<void> taken;
  auto const count = reader->read_entries(0, std::numeric_limits<std::int64_t>::max(), [&](journal::Entry const& entry) {
    if (taken) taken = log.take({entry.kind, entry.subject, entry.bytes, entry.npsn}, entry.at_ms);
  });
  if (!count) return count.error();
  if (!taken) return taken.error();
  return log;
}

Result<core::ResultsReport> write_all_results(ResultsOptions const& options) {
  auto const journals = journals_under(options);
  if (!journals) return journals.error();
  auto packages = read_packages(options);
  if (!packages) return packages.error();
  auto const lock = journal::DataLock::take(options.data);
  if (!lock) return lock.error();
  add_own(options.data, *packages);
  std::error_code error;
  fs::create_directories(options.out, error);
  if (error) return fail(Errc::io_error, options.out.string() + ": " + error.message());
  core::ResultsReport report;
  for (auto const& journal : *journals) {
    auto const log = read_log(journal);
    if (!log) return log.error();
    auto const sink = [&](std::string const& file, std::string const& xml) {
      return write_file(options.out / file, xml);
    };
    if (auto done = core::write_results(*log, *packages, sink, report); !done) return done.error();
  }
  return report;
}

void print_error(Error const& error, bool as_json) {
  if (!as_json) {
    fmt::print(stderr, "{}\n  {}: {}\n", sentence_of(error.code), id_of(error.code), error.detail);
    return;
  }
  json::object const out{{"ok", false},
                         {"error", {{"code", id_of(error.code)}, {"message", sentence_of(error.code)},
                                    {"detail", error.detail}}}};
  fmt::print("{}\n", json::serialize(out));
}

}  // namespace

int run_results(ResultsOptions const& options) {
  auto const report = write_all_results(options);
  if (!report) {
    print_error(report.error(), options.json);
    return exit_refused;
  }
  fmt::print("{}", options.json ? core::report_json(*report) : core::report_text(*report));
  return report->holds() ? exit_holds : exit_does_not;
}

}  // namespace proktor::results
