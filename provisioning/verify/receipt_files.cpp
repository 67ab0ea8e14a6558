#include "provisioning/verify/receipt_files.hpp"

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "core/json_fields.hpp"
#include "journal/reader.hpp"
#include "seal/role.hpp"
#include "seal/signed_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

namespace proktor::verify {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t receipt_bytes_max = 64 * 1024;
constexpr std::size_t roots_bytes_max = 1024 * 1024;
constexpr std::size_t enrolment_bytes_max = 64 * 1024;

std::vector<fs::path> receipt_files(fs::path const& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator(journal::receipts_path(directory), error)) {
    if (entry.path().extension() == ".receipt" && entry.is_regular_file(error)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class ReceiptCheck {
 public:
  ReceiptCheck(journal::Reader& reader, ReceiptTrust const& trust, JournalReport& report)
      : reader_(reader), trust_(trust), restored_(report.restored), report_(report.report) {}

  void check(fs::path const& file) {
    auto const name = file.filename().string();
    auto const bytes = read_file(file, receipt_bytes_max);
    if (!bytes) return find(0, name + ": " + describe(bytes.error()));
    auto const verified =
        seal::verify(*bytes, trust_.roots_pem, seal::Role::receipt, seal::build_time_floor_s);
    if (!verified) return find(0, name + ": " + std::string(id_of(verified.error().code)));
    check_content(name, core::JsonFields(verified->content));
  }

  // The file is written before the entry: an entry whose file is gone has lost its proof.
  void check_entries() {
    for (auto const& range : report_.receipts) {
      if (!proven_.contains({range.first, range.last, hex(range.hash)})) {
        find(range.last, fmt::format("the receipt for {} to {} has no sound file", range.first, range.last));
      }
    }
  }

 private:
  void find(std::uint64_t lsn, std::string text) {
    report_.ok = false;
    if (report_.findings.size() < journal::findings_max) {
      report_.findings.push_back({"receipt", lsn, std::move(text)});
    }
  }

  void check_content(std::string const& name, core::JsonFields fields) {
    bool const form = fields.text("type") == "receipt" && fields.natural("v") == 1;
    auto const box = fields.text("box");
    auto const stream = fields.text("stream");
    auto const first = fields.natural("first");
    auto const last = fields.natural("last");
    auto const hash = fields.text("hash");
    if (!fields.ok() || !form || first == 0 || first > last) return find(0, name + ": is no receipt");
    if (box != trust_.box) return find(last, name + ": for box " + box);
    if (stream != hex(report_.stream)) {
      // From before the journal was made again: it speaks of hashes that this log no longer has.
      auto const is_older = std::ranges::find(restored_, stream, &RestoredFrom::stream) != restored_.end();
      if (!is_older) return find(last, name + ": for stream " + stream);
      proven_.insert({first, last, hash});
      return;
    }
    if (hash != hash_at(last)) return find(last, name + ": the log has another hash here");
    proven_.insert({first, last, hash});
  }

  // Empty when the log does not reach so far.
  std::string hash_at(std::uint64_t lsn) {
    std::string found;
    auto const read = reader_.read_entries(lsn - 1, 1, [&found, lsn](journal::Entry const& entry) {
      if (entry.lsn == lsn) found = hex(entry.hash);
    });
    return read ? found : std::string();
  }

  journal::Reader& reader_;
  ReceiptTrust const& trust_;
  std::vector<RestoredFrom> const& restored_;
  journal::Report& report_;
  std::set<std::tuple<std::uint64_t, std::uint64_t, std::string>> proven_;  // first, last, hash
};

}  // namespace

Result<std::optional<ReceiptTrust>> read_receipt_trust(fs::path const& data) {
  auto roots = read_file(data / "box" / "receipt_roots.pem", roots_bytes_max);
  if (!roots && roots.error() == Errc::not_found) return std::optional<ReceiptTrust>();
  if (!roots) return roots.error();
  auto const enrolment = read_file(data / "box" / "enrolment.json", enrolment_bytes_max);
  if (!enrolment) return enrolment.error();
  core::JsonFields fields(*enrolment);
  auto box = fields.text("box");
  if (!fields.ok()) return fields.error(Errc::bad_json);
  return std::optional<ReceiptTrust>(ReceiptTrust{std::move(*roots), std::move(box)});
}

void check_receipt_files(fs::path const& directory, std::optional<ReceiptTrust> const& trust,
                         JournalReport& report) {
  auto const files = receipt_files(directory);
  report.receipt_files = files.size();
  if (!trust) report.receipt_files_unchecked = files.size();
  if (!trust || (files.empty() && report.report.receipts.empty())) return;
  auto reader = journal::Reader::open(directory);
  if (!reader) {
    report.report.ok = false;
    report.report.findings.push_back({"database", 0, describe(reader.error())});
    return;
  }
  ReceiptCheck check(*reader, *trust, report);
  for (auto const& file : files) check.check(file);
  check.check_entries();
}

}  // namespace proktor::verify
