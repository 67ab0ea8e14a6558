#include "provisioning/verify/verify.hpp"

#include "journal/data_lock.hpp"
#include "provisioning/verify/receipt_files.hpp"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

namespace proktor::verify {
namespace {

namespace fs = std::filesystem;

// The box's own journal first, then the events by name.
Result<std::vector<std::string>> journals_under(fs::path const& data) {
  std::error_code error;
  std::vector<std::string> names;
  auto const events = data / "kegiatan";
  if (fs::is_directory(events, error)) {
    for (auto const& entry : fs::directory_iterator(events, error)) {
      if (entry.is_directory(error)) names.push_back("kegiatan/" + entry.path().filename().string());
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return fail(Errc::io_error, events.string() + ": " + error.message());
  }
  std::sort(names.begin(), names.end());
  if (fs::is_directory(data / "box-journal", error)) names.insert(names.begin(), "box-journal");
  if (names.empty()) return fail(Errc::not_found, "no journal under " + data.string());
  return names;
}

JournalReport verify_one(fs::path const& data, std::string const& name,
                         std::optional<ReceiptTrust> const& trust) {
  JournalReport out{name, {}, 0, 0};
  auto report = journal::verify_journal(data / name);
  if (!report) {
    out.report.ok = false;
    out.report.findings.push_back({"database", 0, describe(report.error())});
    return out;
  }
  out.report = std::move(*report);
  check_receipt_files(data / name, trust, out);
  return out;
}

}  // namespace

Result<DataReport> verify_data(fs::path const& data) {
  auto const names = journals_under(data);
  if (!names) return names.error();
  auto const lock = journal::DataLock::take(data);
  if (!lock) return lock.error();
  auto const trust = read_receipt_trust(data);
  if (!trust) return trust.error();
  DataReport out;
  for (auto const& name : *names) {
    out.journals.push_back(verify_one(data, name, *trust));
    out.ok = out.ok && out.journals.back().report.ok;
  }
  return out;
}

}  // namespace proktor::verify
