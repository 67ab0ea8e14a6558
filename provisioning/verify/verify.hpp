#pragma once
// The checks behind `proktor verify`, as values: DATA/box-journal and DATA/kegiatan/*, each by the journal's
// verifier, and the receipt files beside them by their signature. Reads only. Blocking; one thread.

#include "base/result.hpp"
#include "journal/verifier.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace proktor::verify {

struct MediumPart {
  std::uint64_t last = 0;  // the newest entry on the medium
  std::uint64_t damaged_frames = 0;
};

// What a `restored` entry says: the journal was made again as another stream.
struct RestoredFrom {
  std::string stream{};
  std::uint64_t lsn = 0;
};

struct JournalReport {
  std::string name;        // "box-journal", "kegiatan/latihan-an-2026"
  journal::Report report;  // findings of the receipt files are among its findings, part "receipt"
  std::uint64_t receipt_files = 0;
  std::uint64_t receipt_files_unchecked = 0;  // no receipt roots on this box: not enrolled
  std::vector<std::string> set_aside{};       // damaged files of before a rebuild, kept beside the new ones
  std::vector<RestoredFrom> restored{};       // oldest first
  std::optional<MediumPart> medium{};  // when it was asked for
};

struct DataReport {
  bool ok = true;
  std::vector<JournalReport> journals{};
};

// `medium`: the second medium's folder, compared as well; empty: not. A journal that cannot be read at all is a finding (part "database"); the others are still looked at.
// Errors: not_found (no journal here), locked (proktord runs), io_error.
Result<DataReport> verify_data(std::filesystem::path const& data, std::filesystem::path const& medium = {});

}  // namespace proktor::verify
