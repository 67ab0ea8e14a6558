#include "provisioning/package/commands.hpp"

#include "base/file.hpp"
#include "provisioning/package/build.hpp"
#include "provisioning/package/report.hpp"
#include "qti/package/zip_gate.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace proktor::package {
namespace {

namespace json = boost::json;

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_refused = 2;

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// One line: an object with the code, for scripts, or a sentence on stderr.
int report_error(Error const& error, bool as_json) {
  if (as_json) {
    json::object out;
    out["error"] = {{"code", id_of(error.code)},
                    {"message", error.detail.empty() ? std::string(sentence_of(error.code)) : error.detail},
                    {"line", 0}};
    print(json::serialize(out) + "\n");
  } else {
    std::fputs((describe(error) + "\n").c_str(), stderr);
  }
  bool const cannot = error.code == Errc::io_error || error.code == Errc::storage_full;
  return cannot ? exit_failed : exit_refused;
}

// Builds are reproducible: the date is SOURCE_DATE_EPOCH, or the first day a zip knows.
std::string created_from_environment() {
  auto const* text = std::getenv("SOURCE_DATE_EPOCH");
  constexpr std::time_t first_day = 315'532'800;  // 1980-01-01T00:00:00Z
  char* end = nullptr;
  long long const seconds = text == nullptr ? first_day : std::strtoll(text, &end, 10);
  bool const valid =
      text == nullptr || (end != text && *end == '\0' && seconds >= first_day && seconds < 253'402'300'800);
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                     fmt::gmtime(valid ? static_cast<std::time_t>(seconds) : first_day));
}

json::array left_out_json(std::vector<LeftOut> const& left_out) {
  json::array out;
  for (auto const& item : left_out) {
    out.push_back({{"file", item.file}, {"id", item.identifier}, {"reason", finding_json(item.reason)}});
  }
  return out;
}

int refuse_build(Import const& content, Error const& error, PackageBuildOptions const& options) {
  if (!options.json) {
    for (auto const& finding : content.all_findings()) {
      if (finding.severity == qti::Severity::error) std::fputs((to_text(finding) + "\n").c_str(), stderr);
    }
    return report_error(error, false);
  }
  json::object out = report_json(content);
  out["written"] = false;
  out["error"] = {{"code", id_of(error.code)}, {"message", error.detail}, {"line", 0}};
  print(json::serialize(out) + "\n");
  return exit_refused;
}

Result<BuildSettings> settings_of(PackageBuildOptions const& options) {
  BuildSettings settings;
  settings.mark = options.mark;
  settings.title = options.title;
  settings.version = options.version;
  settings.serial = options.serial;
  settings.created = created_from_environment();
  settings.only_playable = options.only_playable;
  for (auto const known : {qti::ResultsFor::nobody, qti::ResultsFor::proctor, qti::ResultsFor::pupil}) {
    if (options.results != qti::name(known)) continue;
    settings.results = known;
    return settings;
  }
  return fail(Errc::bad_field, "results " + options.results);
}

void say_built(Import const& content, Built const& built, PackageBuildOptions const& options) {
  if (options.json) {
    json::object out = report_json(content);
    out["written"] = true;
    out["out"] = options.out.string();
    if (!options.scoring_out.empty()) out["scoring_out"] = options.scoring_out.string();
    out["packed"] = {{"tests", built.tests}, {"items", built.items}, {"bytes", built.bytes.size()}};
    out["left_out"] = left_out_json(built.left_out);
    print(json::serialize(out) + "\n");
    return;
  }
  for (auto const& item : built.left_out)
    print(fmt::format("ditinggalkan {}: {}\n", item.file, to_text(item.reason)));
  print(fmt::format("{}: {} tes, {} butir, {} bita\n", options.out.string(), built.tests, built.items,
                    built.bytes.size()));
  if (!options.scoring_out.empty()) {
    print(fmt::format("{}: salinan untuk penilaian di pusat; jangan dikirim ke sekolah\n",
                      options.scoring_out.string()));
  }
}

// A zip that is not let in is a report with one finding, so that scripts read one form.
int refuse_source(Error const& error, PackageInspectOptions const& options) {
  if (error.code != Errc::package_invalid && error.code != Errc::too_large)
    return report_error(error, options.json);
  Import nothing;
  nothing.findings.push_back({qti::Severity::error, std::string(id_of(error.code)),
                              error.detail.empty() ? std::string(sentence_of(error.code)) : error.detail,
                              options.source.filename().string(), 0});
  json::object report = report_json(nothing);
  if (!options.json) {
    print(report_table(report, ""));
    return exit_refused;
  }
  auto const& finding = nothing.findings.front();
  report["error"] = {{"code", finding.code}, {"message", finding.message}, {"line", 0}};
  print(json::serialize(report) + "\n");
  return exit_refused;
}

bool is_paket(qti::Files const& files) {
  return files.contains("manifest.json") && !files.contains("imsmanifest.xml");
}

}  // namespace

int run_package_build(PackageBuildOptions const& options) {
  auto files = read_content(options.source);
  if (!files) return report_error(files.error(), options.json);
  auto const content = import_content(std::move(*files));
  auto settings = settings_of(options);
  if (!settings) return report_error(settings.error(), options.json);
  auto const built = build_package(content, *settings);
  if (!built) return refuse_build(content, built.error(), options);
  // What the box will refuse must not be written.
  if (auto const checked = qti::read_package(built->bytes); !checked)
    return refuse_build(content, checked.error(), options);
  if (!options.scoring_out.empty()) {
    settings->for_scoring = true;
    auto const scoring = build_package(content, *settings);
    if (!scoring) return refuse_build(content, scoring.error(), options);
    if (auto const checked = qti::read_scoring_package(scoring->bytes); !checked)
      return refuse_build(content, checked.error(), options);
    if (auto done = write_file(options.scoring_out, scoring->bytes, 0600); !done)
      return report_error(done.error(), options.json);
  }
  if (auto done = write_file(options.out, built->bytes, 0644); !done)
    return report_error(done.error(), options.json);
  say_built(content, *built, options);
  return exit_done;
}

int run_package_inspect(PackageInspectOptions const& options) {
  auto files = read_content(options.source);
  if (!files) return refuse_source(files.error(), options);
  json::object report;
  std::string panels;
  if (is_paket(*files)) {
    auto const bytes = read_file(options.source, qti::zip_max_bytes);
    if (!bytes) return report_error(bytes.error(), options.json);
    auto package = qti::read_package(*bytes);
    bool const centre = !package && files->at("manifest.json").find(qti::scoring_format) != std::string::npos;
    if (centre) package = qti::read_scoring_package(*bytes);
    if (!package) return refuse_source(package.error(), options);
    report = report_json(*package);
    if (centre) report["format"] = qti::scoring_format;
    if (!options.json) panels = panels_text(*package);
  } else {
    auto const content = import_content(std::move(*files));
    report = report_json(content);
    panels = panels_text(content);
  }
  print(options.json ? json::serialize(report) + "\n" : report_table(report, panels));
  return report.at("errors").as_array().empty() ? exit_done : exit_refused;
}

}  // namespace proktor::package
