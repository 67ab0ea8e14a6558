#pragma once
// The checks behind `proktor verify`, as values: DATA/box-journal and DATA/kegiatan/*, each by the journal's
// verifier, and the receipt files beside them by their signature. Reads only. Blocking; one thread.

#include "base/result.hpp"
#include "journal/verifier.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::verify {

struct JournalReport {
  std::string name;        // "box-journal", "kegiatan/latihan-an-2026"
  journal::Report report;  // findings of the receipt files are among its findings, part "receipt"
  std::uint64_t receipt_files = 0;
  std::uint64_t receipt_files_unchecked = 0;  // no receipt roots on this box: not enrolled
};

struct DataReport {
  bool ok = true;
  std::vector<JournalReport> journals{};
};

// A journal that cannot be read at all is a finding (part "database"); the others are still looked at.
// Errors: not_found (no journal here), locked (proktord runs), io_error.
Result<DataReport> verify_data(std::filesystem::path const& data);

}  // namespace proktor::verify
