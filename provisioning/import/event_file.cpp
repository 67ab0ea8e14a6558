#include "provisioning/import/event_file.hpp"

#include "base/bytes.hpp"
#include "provisioning/import/text_rules.hpp"
#include "provisioning/import/toml_fields.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proktor::importing {
namespace {

template <std::size_t n>
bool is_one_of(std::string_view text, std::array<std::string_view, n> const& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

constexpr std::array<std::string_view, 2> marks = {"LATIHAN", "SIMULASI"};
constexpr std::array<std::string_view, 3> time_zones = {"WIB", "WITA", "WIT"};
constexpr std::array<std::string_view, 3> gates = {"open", "press", "time"};
constexpr std::array<std::string_view, 4> staff_roles = {"proktor", "pengawas", "teknisi", "kepala"};

std::string npsn(TomlFields& fields) {
  auto value = fields.text("npsn");
  if (!value.empty() && !is_npsn(value)) fields.wrong(FindingCode::npsn_form, "npsn", value);
  return value;
}

School school(TomlFields& fields) {
  School out;
  out.line = fields.line();
  out.npsn = npsn(fields);
  out.name = fields.text("name");
  out.level = fields.text("level");
  out.city = fields.text_or("city", "");
  out.province = fields.text_or("province", "");
  return out;
}

Room room(TomlFields& fields) {
  Room out;
  out.line = fields.line();
  out.id = fields.id("id");
  out.name = fields.text("name");
  out.npsn = npsn(fields);
  return out;
}

Test test(TomlFields& fields) {
  Test out;
  out.line = fields.line();
  out.id = fields.id("id");
  out.title = fields.text("title");
  out.instrument = fields.id("instrument");
  out.package = fields.text("package");
  if (!out.package.empty() && !is_package_name(out.package)) {
    fields.wrong(FindingCode::package_name, "package", out.package);
  }
  out.qti_test = fields.text("qti_test");
  out.duration_ms = fields.number("duration_min", 1, duration_min_max) * minute_ms;
  return out;
}

SittingTest sitting_test(TomlFields& fields) {
  SittingTest out;
  out.line = fields.line();
  out.id = fields.id("id");
  out.gate = fields.text_or("gate", "open");
  out.gate_at = fields.time_if("gate_at");
  if (!is_one_of(out.gate, gates) || (out.gate == "time") != out.gate_at.has_value()) {
    fields.wrong(FindingCode::gate_unknown, "gate", out.gate);
  }
  return out;
}

Staff staff(TomlFields& fields) {
  Staff out;
  out.line = fields.line();
  out.username = fields.text("username");
  if (!out.username.empty() && !is_username(out.username)) {
    fields.wrong(FindingCode::username_form, "username", out.username);
  }
  out.role = fields.text("role");
  if (!out.role.empty() && !is_one_of(out.role, staff_roles)) {
    fields.wrong(FindingCode::staff_role_unknown, "role", out.role);
  }
  out.name = fields.text("name");
  return out;
}

// Reads each table of a list with `read` and refuses its unknown keys.
template <class T, class Read>
std::vector<T> read_list(toml::array const* list, std::string const& where, Findings& findings, Read read) {
  std::vector<T> out;
  if (list == nullptr) return out;
  for (auto const& node : *list) {
    TomlFields fields(node.as_table(), where, node.source().begin.line, findings);
    out.push_back(read(fields));
    fields.finish();
  }
  return out;
}

Sitting sitting(TomlFields& fields, Findings& findings) {
  Sitting out;
  out.line = fields.line();
  out.id = fields.id("id");
  out.name = fields.text("name");
  out.room = fields.id("room");
  auto const count = findings.count();
  out.starts_at = fields.time("starts_at");
  out.ends_at = fields.time("ends_at");
  bool const both_read = findings.count() == count;
  if (both_read && (out.ends_at <= out.starts_at || out.ends_at - out.starts_at > sitting_ms_max)) {
    fields.wrong(FindingCode::time_order, "ends_at");
  }
  out.token_ms = fields.number_or("token_minutes", 1, token_minutes_max, token_minutes_default) * minute_ms;
  out.blocked_credit_max_ms =
      fields.number_or("blocked_credit_max_min", 0, blocked_credit_min_max, blocked_credit_min_default) *
      minute_ms;
  out.tests = read_list<SittingTest>(fields.tables("test", sitting_tests_max, false), "sitting.test",
                                     findings, sitting_test);
  return out;
}

void read_heads(TomlFields& root, EventData& event, Findings& findings) {
  auto const* organiser_table = root.table("organiser");
  TomlFields organiser(organiser_table, "organiser", root.line(), findings);
  if (organiser_table != nullptr) {
    event.organiser_id = organiser.id("id");
    event.organiser_name = organiser.text("name");
    organiser.finish();
  }
  auto const* event_table = root.table("event");
  if (event_table == nullptr) return;
  TomlFields fields(event_table, "event", event_table->source().begin.line, findings);
  event.id = fields.id("id");
  event.title = fields.text("title");
  event.mark = fields.text("mark");
  if (!event.mark.empty() && !is_one_of(event.mark, marks)) {
    fields.wrong(FindingCode::mark_unknown, "mark", event.mark);
  }
  event.time_zone = fields.text("time_zone");
  if (!event.time_zone.empty() && !is_one_of(event.time_zone, time_zones)) {
    fields.wrong(FindingCode::time_zone_unknown, "time_zone", event.time_zone);
  }
  event.participant_noun = fields.text_or("participant_noun", "peserta");
  fields.finish();
}

void read_root(toml::table const& table, EventData& event, Findings& findings) {
  TomlFields root(&table, "", 1, findings);
  auto const format = root.text("format");
  if (!format.empty() && format != event_format) root.wrong(FindingCode::format_unknown, "format", format);
  read_heads(root, event, findings);
  event.schools = read_list<School>(root.tables("school", schools_max, false), "school", findings, school);
  event.rooms = read_list<Room>(root.tables("room", rooms_max, false), "room", findings, room);
  event.tests = read_list<Test>(root.tables("test", tests_max, false), "test", findings, test);
  event.sittings = read_list<Sitting>(root.tables("sitting", sittings_max, false), "sitting", findings,
                                      [&findings](TomlFields& fields) { return sitting(fields, findings); });
  event.staff = read_list<Staff>(root.tables("staff", staff_max, true), "staff", findings, staff);
  root.finish();
}

}  // namespace

void read_event_file(std::string_view text, EventData& event, Findings& findings) {
  Finding const whole{.file = std::string(event_file)};
  auto const refuse = [&](FindingCode code, std::uint64_t line, std::string detail) {
    Finding finding = whole;
    finding.code = code;
    finding.line = line;
    finding.detail = std::move(detail);
    findings.add(std::move(finding));
  };
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return refuse(FindingCode::file_empty, 0, {});
  if (!is_utf8(text)) return refuse(FindingCode::encoding, 0, {});
  try {
    read_root(toml::parse(text), event, findings);
  } catch (toml::parse_error const& error) {
    refuse(FindingCode::toml_syntax, error.source().begin.line, std::string(error.description()));
  }
}

}  // namespace proktor::importing
