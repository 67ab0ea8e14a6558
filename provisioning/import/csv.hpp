#pragma once
// A small strict reader of RFC 4180: separator `,` `;` or tab (found in the first line), CRLF or LF, an UTF-8
// BOM is dropped, quoted cells with doubled quotes. Anything else is a finding, never a guess. Pure; any
// thread.

#include "provisioning/import/finding.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::importing {

constexpr std::size_t csv_cell_bytes_max = 4 * 1024;
constexpr std::size_t csv_columns_max = 100;

struct CsvRow {
  std::uint64_t line = 0;  // where the row begins
  std::vector<std::string> cells{};
};

struct CsvTable {
  std::vector<std::string> header{};
  std::vector<CsvRow> rows{};  // each with as many cells as the header; blank lines are left out
};

// Findings: file_empty, encoding, csv_quote, csv_unterminated, csv_cells, text_too_long, too_many. A row with
// a finding is not in the table; at most `rows_max` rows are read.
CsvTable read_csv(std::string_view text, std::string const& file, std::size_t rows_max, Findings& findings);

}  // namespace proktor::importing
