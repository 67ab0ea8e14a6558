#include "provisioning/verify/medium_files.hpp"

#include "journal/reader.hpp"
#include "medium/entries.hpp"
#include "medium/keys.hpp"

#include <fmt/format.h>

#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace proktor::verify {
namespace {

constexpr std::uint64_t chunk_entries = 1'000;

// The log's hashes in order, read in chunks.
class LogHashes {
 public:
  explicit LogHashes(journal::Reader& reader) : reader_(reader) {}

  // Of an lsn not before the one asked last; nothing when the log does not reach so far.
  Result<std::optional<Bytes32>> at(std::uint64_t lsn) {
    while (true) {
      while (!waiting_.empty() && waiting_.front().first < lsn) waiting_.pop_front();
      if (!waiting_.empty()) break;
      auto const after = lsn - 1;
      auto const read = reader_.read_entries(after, chunk_entries, [this](journal::Entry const& entry) {
        waiting_.emplace_back(entry.lsn, entry.hash);
      });
      if (!read) return read.error();
      if (*read == 0) return std::optional<Bytes32>();
    }
    return waiting_.front().first == lsn ? std::optional(waiting_.front().second) : std::nullopt;
  }

 private:
  journal::Reader& reader_;
  std::deque<std::pair<std::uint64_t, Bytes32>> waiting_;
};

class MediumCheck {
 public:
  explicit MediumCheck(JournalReport& report) : report_(report) {}

  void run(std::filesystem::path const& data, std::filesystem::path const& medium) {
    report_.medium.emplace();
    auto const keys = medium::read_keys(data);
    if (!keys) return find(0, describe(keys.error()));
    medium::DirectFiles files(medium);
    auto const place = files.look();
    if (!place || !place->present) return find(0, "no second medium in " + medium.string());
    auto const folder = std::string(medium::top_folder) + "/" + keys->box + "/" + report_.name;
    medium::MediumEntries entries(files, medium::medium_path(folder, report_.report.stream),
                                  {keys->roots, keys->signer.key, keys->signer.certificate});
    if (!entries.stream()) return find(0, "the medium has no copy of this stream");
    if (*entries.stream() != report_.report.stream) return find(0, "the medium's file is of another stream");
    auto reader = journal::Reader::open(data / report_.name);
    if (!reader) return find(0, describe(reader.error()));
    compare(entries, *reader);
  }

 private:
  void find(std::uint64_t lsn, std::string text) {
    report_.report.ok = false;
    if (report_.report.findings.size() < journal::findings_max)
      report_.report.findings.push_back({"medium", lsn, std::move(text)});
  }

  void compare(medium::MediumEntries& entries, journal::Reader& reader) {
    LogHashes log(reader);
    auto& told = *report_.medium;
    bool ahead = false;
    while (auto const entry = entries.next()) {
      if (entry->lsn != told.last + 1)
        find(entry->lsn, fmt::format("the medium goes on here after lsn {}", told.last));
      told.last = entry->lsn;
      auto const hash = log.at(entry->lsn);
      if (!hash) return find(entry->lsn, describe(hash.error()));
      if (*hash && **hash != entry->hash) find(entry->lsn, "the medium's entry differs");
      if (!*hash && !std::exchange(ahead, true)) find(entry->lsn, "the medium has entries that the database lacks");
    }
    told.damaged_frames = entries.damaged_frames();
    if (told.damaged_frames > 0) find(told.last, fmt::format("{} damaged pieces on the medium", told.damaged_frames));
    if (entries.failure()) find(told.last, describe(*entries.failure()));
  }

  JournalReport& report_;
};

}  // namespace

void check_medium(std::filesystem::path const& data, std::filesystem::path const& medium, JournalReport& report) {
  MediumCheck(report).run(data, medium);
}

}  // namespace proktor::verify
