#include "provisioning/import/commands.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/file.hpp"
#include "provisioning/control/control.hpp"
#include "provisioning/import/event_directory.hpp"
#include "provisioning/import/import_json.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cstdio>
#include <string>
#include <utility>

namespace proktor::importing {
namespace {

namespace json = boost::json;

void print(json::value const& value) {
  fmt::print("{}\n", json::serialize(value));
}

int print_findings(Findings const& findings, bool as_json) {
  std::size_t const more = findings.count() - findings.list().size();
  if (as_json) {
    json::array list;
    for (auto const& finding : findings.list()) {
      list.push_back({{"file", finding.file},
                      {"line", finding.line},
                      {"field", finding.field},
                      {"code", id_of(finding.code)},
                      {"message", sentence_of(finding.code)},
                      {"detail", finding.detail}});
    }
    print({{"ok", false}, {"findings", std::move(list)}, {"more", more}});
    return control::exit_refused;
  }
  for (auto const& finding : findings.list()) fmt::print(stderr, "{}\n", line_of(finding));
  if (more > 0) fmt::print(stderr, "… dan {} kesalahan lain.\n", more);
  fmt::print(stderr, "Ditolak: {} kesalahan. Tidak ada yang dikirim.\n", findings.count());
  return control::exit_refused;
}

// The file is sent only as it was checked.
Result<void> send_package(ImportOptions const& options, PackageFile const& package) {
  auto bytes = read_file(options.directory / package.name, package_bytes_max);
  if (!bytes) return bytes.error();
  if (hex(sha256(*bytes)) != package.sha256) {
    return fail(Errc::package_invalid, package.name + " changed while it was read");
  }
  auto const answer = control::post(options.control, "/v1/packages", "application/zip", std::move(*bytes));
  if (!answer) return answer.error();
  if (control::text_in(*answer, "sha256") != package.sha256) {
    return fail(Errc::remote_refused, package.name + ": sha256");
  }
  return {};
}

Result<json::object> send_all(ImportOptions const& options, EventDirectory const& directory) {
  for (auto const& package : directory.packages) {
    auto const sent = send_package(options, package);
    if (!sent) return sent.error();
  }
  return control::post(options.control, "/v1/import", "application/json", import_json(directory.event));
}

int print_done(EventDirectory const& directory, json::object const& answer, bool as_json) {
  if (as_json) {
    json::object out = answer;
    out["ok"] = true;
    json::array packages;
    for (auto const& package : directory.packages) {
      packages.push_back({{"file", package.name}, {"sha256", package.sha256}, {"bytes", package.bytes}});
    }
    out["packages"] = std::move(packages);
    print(out);
    return control::exit_done;
  }
  auto const& event = directory.event;
  fmt::print("Kegiatan {} diimpor.\n", event.id);
  fmt::print("  {:>5} sekolah\n  {:>5} ruang\n  {:>5} sesi\n  {:>5} tes\n  {:>5} paket\n  {:>5} peserta\n",
             event.schools.size(), event.rooms.size(), event.sittings.size(), event.tests.size(),
             directory.packages.size(), event.participants.size());
  auto const* staff = answer.if_contains("staff");
  if (staff == nullptr || !staff->is_array() || staff->get_array().empty()) return control::exit_done;
  fmt::print("\nKata sandi pertama petugas. Catat sekarang: hanya ditampilkan sekali ini.\n");
  for (auto const& one : staff->get_array()) {
    if (!one.is_object()) continue;
    fmt::print("  {:<20} {}\n", control::text_in(one.get_object(), "username"),
               control::text_in(one.get_object(), "password"));
  }
  return control::exit_done;
}

}  // namespace

int run_import(ImportOptions const& options) {
  Findings findings;
  auto const directory = read_event_directory(options.directory, findings);
  if (!findings.empty()) return print_findings(findings, options.json);
  auto const answer = send_all(options, directory);
  if (!answer) return control::report_failure(answer.error(), options.json);
  return print_done(directory, *answer, options.json);
}

}  // namespace proktor::importing
