#pragma once
// The on-disk form of one journal: a directory with `journal.db` (SQLite: the entry log and its projections),
// `journal.copy` (the same log as a plain file), `journal.mark` (how far it was acknowledged), `spool/` (sealed segments), `receipts/`. DESIGN 4.
// Names and plain types only; who writes is writer.hpp, who reads is reader.hpp.

#include "base/bytes.hpp"
#include "core/chain.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace proktor::journal {

inline std::filesystem::path database_path(std::filesystem::path const& directory) {
  return directory / "journal.db";
}
inline std::filesystem::path copy_path(std::filesystem::path const& directory) {
  return directory / "journal.copy";
}
inline std::filesystem::path mark_path(std::filesystem::path const& directory) {
  return directory / "journal.mark";
}
inline std::filesystem::path spool_path(std::filesystem::path const& directory) {
  return directory / "spool";
}
inline std::filesystem::path receipts_path(std::filesystem::path const& directory) {
  return directory / "receipts";
}

constexpr std::size_t journals_max = 64;  // open at once in one process

// Names an open journal of one Writer; never reused while that writer lives.
struct JournalId {
  std::size_t index = 0;
  auto operator<=>(JournalId const&) const = default;
};

// The end of a log: the last entry's lsn and hash; lsn 0 and the genesis hash when it is empty.
struct Head {
  std::uint64_t lsn = 0;
  Bytes32 hash{};
  bool operator==(Head const&) const = default;
};

// What opening a journal found. A value above zero is an alarm for a person, but for `copy_filled`.
struct JournalHandle {
  JournalId id{};
  Bytes16 stream{};
  Head head{};                       // an empty log (lsn 0) is one whose creation was cut short
  std::uint64_t recovered = 0;       // entries that the copy had and the database had lost
  std::uint64_t copy_repaired = 0;   // damaged records of the copy, written again from the database
  std::uint64_t copy_cut_bytes = 0;  // a torn tail of the copy
  std::uint64_t copy_filled = 0;     // entries that the copy lacked (usual after a power cut)
  std::uint64_t lost = 0;            // acknowledged entries that neither has: browsers and followers may
  bool projections_rebuilt = false;
};

// Where an attempt's epoch stands. The quarantine of a superseded epoch has a mark of its own, which goes on
// from the epoch's.
struct Mark {
  core::AttemptId attempt{};
  core::Epoch epoch{};
  bool quarantine = false;
  std::uint64_t hwm = 0;
  Bytes32 head{};
  std::uint64_t bytes = 0;  // of the lines stored under this mark
  std::uint64_t events = 0;
  std::uint64_t last_lsn = 0;  // of the entry that moved or made it

  bool operator==(Mark const&) const = default;
};

// Which newest line of an attempt a row of `latest` points at. Lines of the quarantine never count. `answer`,
// `flag` and `visit` leave out lines with any flag but `time`, as the exam's state does. The item is empty
// for the last three.
enum class LatestKind : std::uint8_t {
  answer = 0,  // `answer` or `clear`, per item
  flag = 1,    // `flag`, per item
  visit = 2,   // the last `visit`
  submit = 3,  // the `submit` line, however flagged
  late = 4,    // the last line flagged `late`
};

}  // namespace proktor::journal
