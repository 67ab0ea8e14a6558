#include "provisioning/import/csv.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace proktor::importing {
namespace {

constexpr std::string_view utf8_bom = "\xEF\xBB\xBF";

// The separator that the first line uses most outside quotes; a comma when there is none.
char separator_of(std::string_view text) {
  std::size_t commas = 0, semicolons = 0, tabs = 0;
  bool quoted = false;
  for (char const c : text) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n') break;
    commas += c == ',';
    semicolons += c == ';';
    tabs += c == '\t';
  }
  if (tabs > commas && tabs > semicolons) return '\t';
  return semicolons > commas ? ';' : ',';
}

class CsvReader {
 public:
  CsvReader(std::string_view text, std::string const& file, Findings& findings)
      : rest_(text), file_(file), findings_(findings), separator_(separator_of(text)) {}

  bool at_end() const { return rest_.empty(); }

  // The next row. False when the row has a finding (added once); reading goes on with the next line.
  bool next(CsvRow& row) {
    row.line = line_;
    row.cells.clear();
    for (;;) {
      std::string cell;
      auto const wrong = rest_.starts_with('"') ? quoted_cell(cell) : plain_cell(cell);
      if (wrong) return refuse(*wrong, row);
      if (cell.size() > csv_cell_bytes_max) return refuse(FindingCode::text_too_long, row);
      if (row.cells.size() >= csv_columns_max) return refuse(FindingCode::csv_cells, row);
      row.cells.push_back(std::move(cell));
      if (take(separator_)) continue;
      end_line();
      return true;
    }
  }

 private:
  using Wrong = std::optional<FindingCode>;

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool at_line_end() const { return rest_.empty() || rest_[0] == '\n' || rest_.starts_with("\r\n"); }

  void end_line() {
    take('\r');
    if (take('\n')) ++line_;
  }

  Wrong plain_cell(std::string& cell) {
    auto const end = rest_.find_first_of(std::string{separator_, '\n', '"'});
    auto length = std::min(end, rest_.size());
    if (length < rest_.size() && rest_[length] == '"') return FindingCode::csv_quote;
    if (length > 0 && rest_[length - 1] == '\r' && (length == rest_.size() || rest_[length] == '\n'))
      --length;
    cell = rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (rest_ == "\r") rest_ = {};
    return std::nullopt;
  }

  Wrong quoted_cell(std::string& cell) {
    rest_.remove_prefix(1);
    for (;;) {
      auto const end = rest_.find('"');
      if (end == std::string_view::npos) return FindingCode::csv_unterminated;
      auto const part = rest_.substr(0, end);
      line_ += static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\n'));
      cell += part;
      rest_.remove_prefix(end + 1);
      if (!take('"')) break;
      cell += '"';
    }
    if (!at_line_end() && rest_[0] != separator_) return FindingCode::csv_quote;
    return std::nullopt;
  }

  bool refuse(FindingCode code, CsvRow const& row) {
    findings_.add({.code = code, .file = file_, .line = row.line});
    auto const end = code == FindingCode::csv_unterminated ? std::string_view::npos : rest_.find('\n');
    rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    ++line_;
    return false;
  }

  std::string_view rest_;
  std::string const& file_;
  Findings& findings_;
  char separator_;
  std::uint64_t line_ = 1;
};

bool is_blank(CsvRow const& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](std::string const& cell) {
    return cell.find_first_not_of(' ') == std::string::npos;
  });
}

}  // namespace

CsvTable read_csv(std::string_view text, std::string const& file, std::size_t rows_max, Findings& findings) {
  CsvTable table;
  if (text.starts_with(utf8_bom)) text.remove_prefix(utf8_bom.size());
  if (text.empty()) {
    findings.add({.code = FindingCode::file_empty, .file = file});
    return table;
  }
  if (!is_utf8(text)) {
    std::uint64_t line = 1;
    // A multi-byte character never spans a line feed, so the first bad line can be named.
    for (auto rest = text; !rest.empty(); ++line) {
      auto const end = rest.find('\n');
      if (!is_utf8(rest.substr(0, end))) break;
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
    findings.add({.code = FindingCode::encoding, .file = file, .line = line});
    return table;
  }
  CsvReader reader(text, file, findings);
  CsvRow row;
  if (!reader.next(row)) return table;
  table.header = std::move(row.cells);
  while (!reader.at_end()) {
    row = {};
    if (!reader.next(row) || is_blank(row)) continue;
    if (table.rows.size() >= rows_max) {
      findings.add({.code = FindingCode::too_many,
                    .file = file,
                    .line = row.line,
                    .detail = "> " + std::to_string(rows_max)});
      break;
    }
    if (row.cells.size() != table.header.size()) {
      findings.add({.code = FindingCode::csv_cells, .file = file, .line = row.line});
      continue;
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace proktor::importing
