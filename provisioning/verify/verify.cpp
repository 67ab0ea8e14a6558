#include "provisioning/verify/verify.hpp"

#include "core/json_fields.hpp"
#include "journal/data_lock.hpp"
#include "journal/reader.hpp"
#include "provisioning/verify/medium_files.hpp"
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

std::vector<std::string> set_aside_in(fs::path const& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator(directory, error)) {
    auto name = entry.path().filename().string();
    if (name.find(".damaged-") != std::string::npos) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<RestoredFrom> restored_in(fs::path const& directory) {
  auto reader = journal::Reader::open(directory);
  std::vector<RestoredFrom> found;
  if (!reader) return found;
  (void)reader->read_acts([&found](journal::Entry const& entry) {
    if (entry.kind != "restored") return;
    core::JsonFields fields(entry.bytes);
    found.push_back({fields.text("from_stream"), fields.natural("lsn")});
  });
  return found;
}

JournalReport verify_one(fs::path const& data, std::string const& name, std::optional<ReceiptTrust> const& trust,
                         fs::path const& medium) {
  JournalReport out;
  out.name = name;
  out.set_aside = set_aside_in(data / name);
  auto report = journal::verify_journal(data / name);
  if (!report) {
    out.report.ok = false;
    out.report.findings.push_back({"database", 0, describe(report.error())});
    return out;
  }
  out.report = std::move(*report);
  out.restored = restored_in(data / name);
  check_receipt_files(data / name, trust, out);
  if (!medium.empty()) check_medium(data, medium, out);
  return out;
}

}  // namespace

Result<DataReport> verify_data(fs::path const& data, fs::path const& medium) {
  auto const names = journals_under(data);
  if (!names) return names.error();
  auto const lock = journal::DataLock::take(data);
  if (!lock) return lock.error();
  auto const trust = read_receipt_trust(data);
  if (!trust) return trust.error();
  DataReport out;
  for (auto const& name : *names) {
    out.journals.push_back(verify_one(data, name, *trust, medium));
    out.ok = out.ok && out.journals.back().report.ok;
  }
  return out;
}

}  // namespace proktor::verify
