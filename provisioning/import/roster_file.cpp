#include "provisioning/import/roster_file.hpp"

#include "provisioning/import/csv.hpp"
#include "provisioning/import/text_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string>
#include <utility>

namespace proktor::importing {
namespace {

struct Column {
  std::string_view name;
  bool required;
};

constexpr std::array<Column, 16> columns = {{{"nisn", true},
                                             {"username", true},
                                             {"password", true},
                                             {"name", true},
                                             {"sex", true},
                                             {"birth_place", false},
                                             {"birth_date", false},
                                             {"level", true},
                                             {"grade", true},
                                             {"npsn", true},
                                             {"source", false},
                                             {"role", true},
                                             {"needs", false},
                                             {"room", true},
                                             {"seat", true},
                                             {"sittings", true}}};
constexpr std::array<std::string_view, 4> roles = {"utama", "cadangan", "pendidik", "kepala"};

// "  Birth Place* " and "birth_place" are one name.
std::string normal_name(std::string_view text) {
  std::string out;
  for (char const c : trimmed(text)) {
    if (c == '*' || c == '.') continue;
    out += c == ' ' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

using Positions = std::map<std::string, std::size_t, std::less<>>;

Positions positions_of(std::vector<std::string> const& header, Findings& findings) {
  Positions positions;
  auto const refuse = [&findings](FindingCode code, std::string_view name) {
    findings.add({.code = code, .file = std::string(roster_file), .line = 1, .field = std::string(name)});
  };
  for (std::size_t i = 0; i < header.size(); ++i) {
    auto const name = normal_name(header[i]);
    bool const known =
        std::any_of(columns.begin(), columns.end(), [&name](Column const& c) { return c.name == name; });
    if (!known) {
      refuse(FindingCode::column_unknown, header[i]);
    } else if (!positions.emplace(name, i).second) {
      refuse(FindingCode::twice, name);
    }
  }
  for (auto const& column : columns) {
    if (column.required && !positions.contains(column.name)) refuse(FindingCode::column_missing, column.name);
  }
  return positions;
}

// One row: takes cells by name and reports by name.
class RosterRow {
 public:
  RosterRow(CsvRow const& row, Positions const& positions, Findings& findings)
      : row_(row), positions_(positions), findings_(findings) {}

  Participant read() {
    Participant out;
    out.line = row_.line;
    out.nisn = nisn();
    out.username = capitals(cell("username"));
    if (!is_username(out.username)) wrong(FindingCode::username_form, "username", out.username);
    out.password = trimmed(raw("password"));
    if (!is_password(out.password)) wrong(FindingCode::password_form, "password");
    out.name = required("name");
    out.sex = capitals(required("sex"));
    if (!out.sex.empty() && out.sex != "L" && out.sex != "P") wrong(FindingCode::sex_unknown, "sex", out.sex);
    out.birth_place = cell("birth_place");
    out.birth_date = birth_date();
    out.level = required("level");
    out.grade = required("grade");
    out.npsn = required("npsn");
    if (!out.npsn.empty() && !is_npsn(out.npsn)) wrong(FindingCode::npsn_form, "npsn", out.npsn);
    out.source = cell("source");
    out.role = required("role");
    if (!out.role.empty() && std::find(roles.begin(), roles.end(), out.role) == roles.end()) {
      wrong(FindingCode::participant_role_unknown, "role", out.role);
    }
    out.needs = cell("needs");
    out.room = required("room");
    out.seat = seat();
    out.sittings = sittings();
    return out;
  }

 private:
  void wrong(FindingCode code, std::string_view field, std::string detail = {}) {
    findings_.add({.code = code,
                   .file = std::string(roster_file),
                   .line = row_.line,
                   .field = std::string(field),
                   .detail = std::move(detail)});
  }

  std::string_view raw(std::string_view name) const {
    auto const position = positions_.find(name);
    return position == positions_.end() ? std::string_view{} : std::string_view(row_.cells[position->second]);
  }

  // A cell that people read. Spreadsheets mark text by a leading apostrophe, which is not part of it.
  std::string cell(std::string_view name) {
    auto text = trimmed(raw(name));
    if (text.starts_with('\'')) text = trimmed(text.substr(1));
    if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) {
      wrong(FindingCode::formula_cell, name, std::string(text));
    }
    if (!is_clean(text)) wrong(FindingCode::control_character, name, std::string(text));
    if (text.size() > name_bytes_max) wrong(FindingCode::text_too_long, name);
    return std::string(text);
  }

  std::string required(std::string_view name) {
    auto text = cell(name);
    if (text.empty()) wrong(FindingCode::text_empty, name);
    return text;
  }

  std::string nisn() {
    auto text = cell("nisn");
    if (is_scientific(text)) {
      wrong(FindingCode::nisn_number, "nisn", text);
    } else if (!is_nisn(text)) {
      wrong(FindingCode::nisn_form, "nisn", text);
    }
    return text;
  }

  std::string birth_date() {
    auto const text = cell("birth_date");
    if (text.empty()) return {};
    auto date = iso_date(text);
    if (!date) wrong(FindingCode::date_form, "birth_date", text);
    return date.value_or("");
  }

  std::int64_t seat() {
    auto const text = required("seat");
    std::int64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool const whole = error == std::errc() && end == text.data() + text.size();
    if (!text.empty() && (!whole || value < 1 || value > seat_max)) {
      wrong(FindingCode::number_range, "seat", text + "; 1 .. " + std::to_string(seat_max));
      return 0;
    }
    return value;
  }

  std::vector<std::string> sittings() {
    std::vector<std::string> out;
    std::string const text = required("sittings");
    std::string_view rest = text;
    while (!rest.empty()) {
      auto const end = std::min(rest.find_first_of(";,| "), rest.size());
      std::string const id(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (id.empty()) continue;
      if (std::find(out.begin(), out.end(), id) != out.end()) wrong(FindingCode::twice, "sittings", id);
      out.push_back(id);
    }
    return out;
  }

  CsvRow const& row_;
  Positions const& positions_;
  Findings& findings_;
};

}  // namespace

std::vector<Participant> read_roster_file(std::string_view text, Findings& findings) {
  std::vector<Participant> out;
  auto const before = findings.count();
  auto const table = read_csv(text, std::string(roster_file), participants_max, findings);
  if (table.header.empty()) return out;
  auto const header_before = findings.count();
  auto const positions = positions_of(table.header, findings);
  if (findings.count() > header_before) return out;
  out.reserve(table.rows.size());
  for (auto const& row : table.rows) out.push_back(RosterRow(row, positions, findings).read());
  if (out.empty() && findings.count() == before) {
    findings.add({.code = FindingCode::none_given, .file = std::string(roster_file)});
  }
  return out;
}

}  // namespace proktor::importing
