// Whole event directories, each wrong in its own way: every fault is found, with its code, file and line.

#include "support.hpp"

#include "provisioning/import/event_directory.hpp"
#include "provisioning/import/text_rules.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace proktor;
using namespace proktor::importing;
using test::replaced;

namespace {

class DemoEvent {
 public:
  DemoEvent() { test::make_demo_event(dir_ / "event"); }

  std::filesystem::path file(std::string_view name) const { return dir_ / "event" / name; }
  DemoEvent& edit(std::string_view name, std::string_view from, std::string_view to) {
    test::write(file(name), replaced(test::read(file(name)), from, to));
    return *this;
  }
  DemoEvent& toml(std::string_view from, std::string_view to) { return edit("event.toml", from, to); }
  DemoEvent& csv(std::string_view from, std::string_view to) { return edit("participants.csv", from, to); }

  // "code file:line field" of each finding.
  std::multiset<std::string> findings() {
    Findings found;
    read_event_directory(dir_ / "event", found);
    std::multiset<std::string> out;
    for (auto const& finding : found.list()) {
      UNSCOPED_INFO(line_of(finding));
      CHECK_FALSE(sentence_of(finding.code).empty());
      out.insert(std::string(id_of(finding.code)) + " " + finding.file + ":" + std::to_string(finding.line) +
                 " " + finding.field);
    }
    return out;
  }

 private:
  test::TempDir dir_;
};

using Expected = std::multiset<std::string>;

}  // namespace

TEST_CASE("the demo event is taken without a finding, every field in its place") {
  DemoEvent demo;
  Findings findings;
  auto const read = read_event_directory(demo.file(""), findings);
  REQUIRE(findings.empty());
  auto const& event = read.event;
  CHECK(event.participants.size() == 50);
  CHECK(event.tests.size() == 5);
  CHECK(read.packages.size() == 5);
  CHECK(event.tests[0].package_sha256 == read.packages[0].sha256);
  CHECK(event.sittings[0].starts_at == 1'795'393'800'000);  // 2026-11-23 00:30 UTC
  CHECK(event.sittings[0].token_ms == 15 * minute_ms);
  auto const& first = event.participants[0];
  CHECK(first.nisn == "0129900001");
  CHECK(first.password == "323328*");
  CHECK(first.seat == 1);
  CHECK(first.sittings == std::vector<std::string>{"S1", "S2"});
  CHECK(event.staff[0].username == "proktor1");
}

TEST_CASE("a roster from a spreadsheet with semicolons, BOM, CRLF and other dates is the same roster") {
  DemoEvent demo;
  auto text = test::read(demo.file("participants.csv"));
  std::string converted = "\xEF\xBB\xBF";
  for (char const c : text)
    converted += c == ';'    ? std::string("|")
                 : c == ','  ? std::string(";")
                 : c == '\n' ? std::string("\r\n")
                             : std::string(1, c);
  converted = replaced(converted, "birth_place", "Birth Place*");
  converted = replaced(converted, ";2012-09-26;", ";26/09/2012;");
  test::write(demo.file("participants.csv"), converted);
  Findings findings;
  auto const read = read_event_directory(demo.file(""), findings);
  for (auto const& finding : findings.list()) UNSCOPED_INFO(line_of(finding));
  REQUIRE(findings.empty());
  CHECK(read.event.participants.size() == 50);
  CHECK(read.event.participants[0].birth_date == "2012-09-26");
  CHECK(read.event.participants[0].sittings.size() == 2);
}

TEST_CASE("all faults of a roster are found in one go, each at its line and field") {
  DemoEvent demo;
  demo.csv("0139900002,", "8.1E+07,")
      .csv("0129900003,", "129900003,")
      .csv("0129900004,", "0129900001,")
      .csv("P9901004200049", "p9901004200013")
      .csv(",323328*,", ",*,")
      .csv("Agustina Rambu Lodji", "Agus\xE2\x80\xAEtina")
      .csv("Ahmad Zulfan Tarihoran", "=HYPERLINK(1)")
      .csv("2012-10-03", "03/31/2012")
      .csv("R1,45,", "R9,45,")
      .csv("cadangan,,R1,46,S1;S2", "tamu,,R1,45,S1;S7")
      .csv(",L,Tegal,", ",X,Tegal,");
  std::string const file = "participants.csv";
  CHECK(demo.findings() ==
        Expected{"nisn_number " + file + ":3 nisn", "nisn_form " + file + ":4 nisn",
                 "twice " + file + ":5 nisn", "twice " + file + ":5 username",
                 "password_form " + file + ":2 password", "control_character " + file + ":3 name",
                 "formula_cell " + file + ":4 name", "date_form " + file + ":5 birth_date",
                 "unresolved " + file + ":46 room", "sitting_room " + file + ":46 sittings",
                 "sitting_room " + file + ":46 sittings", "participant_role_unknown " + file + ":47 role",
                 "unresolved " + file + ":47 sittings", "sex_unknown " + file + ":47 sex"});
}

TEST_CASE("a seat serves another participant in another sitting, but not twice in one") {
  DemoEvent demo;
  demo.csv("R1,1,S1;S2", "R1,7,S1").csv("R1,2,S1;S2", "R1,7,S2").csv("R1,7,S1;S2", "R1,1,S1;S2");
  CHECK(demo.findings() == Expected{});
  demo.csv("R1,3,S1;S2", "R1,4,S2");
  CHECK(demo.findings() == Expected{"twice participants.csv:5 seat"});
}

TEST_CASE("a column nobody asked for, above all a NIK, is refused, and so is a missing one") {
  DemoEvent demo;
  demo.csv("nisn,username", "NIK,username");
  CHECK(demo.findings() ==
        Expected{"column_unknown participants.csv:1 NIK", "column_missing participants.csv:1 nisn"});
}

TEST_CASE("all faults of event.toml are found in one go, each at its line and field") {
  DemoEvent demo;
  demo.toml("mark = \"LATIHAN\"", "mark = \"UTAMA\"")
      .toml("time_zone = \"WIB\"", "time_zone = \"CET\"\ncolour = \"red\"")
      .toml("npsn = \"69900001\"\nname = \"SMP", "npsn = \"6990000\"\nname = \"SMP")
      .toml("qti_test = \"LITERASI-SMP\"", "qti_test = \"LITERASI-SD\"")
      .toml("package = \"numerasi.paket\"", "package = \"../numerasi.paket\"")
      .toml("package = \"survei.paket\"", "package = \"lain.paket\"")
      .toml("duration_min = 10", "duration_min = 0")
      .toml("starts_at = \"2026-11-23T07:30:00+07:00\"", "starts_at = \"2026-11-23T07:30:00\"")
      .toml("starts_at = \"2026-11-23T13:00:00+07:00\"", "starts_at = 2026-11-23T15:30:00+07:00")
      .toml("id = \"numerasi\"\n  gate = \"open\"", "id = \"fisika\"\n  gate = \"time\"")
      .toml("role = \"teknisi\"", "role = \"admin\"")
      .toml("username = \"teknisi1\"", "username = \"PROKTOR1\"")
      .toml("id = \"R1\"", "id = \"R 1\"");
  auto const found = demo.findings();
  auto const has = [&found](std::string const& code, std::string const& field) {
    INFO(code << " " << field);
    bool any = false;
    for (auto const& one : found)
      any = any || (one.starts_with(code + " event.toml:") && one.ends_with(" " + field));
    CHECK(any);
  };
  has("mark_unknown", "event.mark");
  has("time_zone_unknown", "event.time_zone");
  has("key_unknown", "event.colour");
  has("npsn_form", "school.npsn");
  has("qti_test_unknown", "test.qti_test");
  has("package_name", "test.package");
  has("file_missing", "test.package");
  has("number_range", "test.duration_min");
  has("time_form", "sitting.starts_at");
  has("time_order", "sitting.ends_at");
  has("gate_unknown", "sitting.test.gate");
  has("staff_role_unknown", "staff.role");
  has("id_form", "room.id");
  CHECK(found.count("key_unknown event.toml:14 event.colour") == 1);
  CHECK(found.size() == 13);  // what points elsewhere is looked at once the file itself is right
}

TEST_CASE("what points nowhere, is named twice or overlaps in event.toml is found") {
  DemoEvent demo;
  demo.toml("id = \"numerasi\"\n  gate", "id = \"fisika\"\n  gate")
      .toml("name = \"Ruang 1\"\nnpsn = \"69900001\"", "name = \"Ruang 1\"\nnpsn = \"69900002\"")
      .toml("username = \"teknisi1\"", "username = \"PROKTOR1\"")
      .toml("starts_at = \"2026-11-23T13:00", "starts_at = \"2026-11-23T09:00")
      .toml("id = \"survei\"\ntitle", "id = \"latihan\"\ntitle");
  std::set<std::string> codes;
  for (auto const& one : demo.findings())
    codes.insert(one.substr(0, one.find(' ')) + one.substr(one.rfind(' ')));
  CHECK(codes == std::set<std::string>{"unresolved sitting.test.id", "unresolved room.npsn",
                                       "twice staff.username", "sitting_overlap sitting.starts_at",
                                       "twice test.id"});
}

TEST_CASE("broken, hostile and absent files are findings of their own") {
  DemoEvent demo;
  auto const toml = test::read(demo.file("event.toml"));
  auto const check_toml = [&](std::string const& text, std::string const& code) {
    test::write(demo.file("event.toml"), text);
    auto const found = demo.findings();
    INFO(code);
    CHECK_FALSE(found.empty());
    CHECK(found.begin()->starts_with(code + " event.toml"));
  };
  check_toml("", "file_empty");
  check_toml(toml.substr(0, toml.find("mark") + 9), "toml_syntax");
  check_toml("format = \"proktor-event/1\"\nformat = \"x\"\n", "toml_syntax");
  check_toml(toml + "\n# \xFF\n", "encoding");
  check_toml("x = " + std::string(5'000, '['), "toml_syntax");
  check_toml(toml + std::string(event_file_bytes_max, '#'), "file_too_large");
  std::filesystem::remove(demo.file("event.toml"));
  CHECK(demo.findings() == Expected{"file_missing event.toml:0 "});
  test::write(demo.file("event.toml"), toml);

  test::write(demo.file("participants.csv"), "");
  CHECK(demo.findings() == Expected{"file_empty participants.csv:0 "});
  test::write(demo.file("literasi.paket"), test::read(demo.file("literasi.paket")).substr(0, 9'000));
  CHECK(demo.findings().count("file_empty participants.csv:0 ") == 1);
  CHECK(demo.findings().size() == 2);  // and package_invalid
}

TEST_CASE("times need a zone and a day of the calendar") {
  CHECK(time_with_zone("2026-11-23T07:30:00+07:00") == 1'795'393'800'000);
  CHECK(time_with_zone("2026-11-23T00:30Z") == 1'795'393'800'000);
  CHECK(time_with_zone("2026-11-22T20:30:00-04:00") == 1'795'393'800'000);
  for (auto const* wrong :
       {"", "2026-11-23", "2026-11-23T07:30:00", "2026-11-31T07:30:00+07:00", "2026-11-23T24:00Z",
        "2026-11-23T07:30:00+7:00", "2026-11-23T07:30:00+07:00 ", "23/11/2026 07:30+07:00"}) {
    INFO(wrong);
    CHECK_FALSE(time_with_zone(wrong));
  }
}

TEST_CASE("a finding quotes hostile text without its control characters") {
  CHECK(shown("a\x1b[31mb\xE2\x80\xAE"
              "c") == "a\\u{1b}[31mb\\u{202e}c");
  CHECK(shown("\xFF\n") == "\\xff\\x0a");
  CHECK(shown(std::string(1'000, 'x')).size() < 100);
}
