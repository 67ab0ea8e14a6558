#include "provisioning/import/csv.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace proktor::importing;

namespace {

struct Read {
  CsvTable table;
  Findings findings;
};

Read read(std::string_view text, std::size_t rows_max = 100) {
  Read out;
  out.table = read_csv(text, "x.csv", rows_max, out.findings);
  return out;
}

std::vector<std::string> cells(std::string_view text) {
  auto const out = read(text);
  REQUIRE(out.findings.empty());
  REQUIRE(out.table.rows.size() == 1);
  return out.table.rows[0].cells;
}

void check_refused(std::string_view text, FindingCode code, std::uint64_t line) {
  INFO(text);
  auto const out = read(text);
  REQUIRE(out.findings.count() == 1);
  CHECK(id_of(out.findings.list()[0].code) == id_of(code));
  CHECK(out.findings.list()[0].line == line);
}

}  // namespace

TEST_CASE("separators, line ends, BOM and quotes of common spreadsheets give the same cells") {
  std::vector<std::string> const expected = {"1", "a;b,c", "say \"ya\"", ""};
  CHECK(cells("n,x,y,z\n1,\"a;b,c\",\"say \"\"ya\"\"\",\n") == expected);
  CHECK(cells("n;x;y;z\r\n1;\"a;b,c\";\"say \"\"ya\"\"\";\r\n") == expected);
  CHECK(cells("\xEF\xBB\xBFn\tx\ty\tz\r\n1\t\"a;b,c\"\t\"say \"\"ya\"\"\"\t") == expected);
  CHECK(cells("n,x\n\n1,\"two\nlines\"\n , \n") == std::vector<std::string>{"1", "two\nlines"});
  CHECK(cells("\"a;b\",x\n1,2") == std::vector<std::string>{"1", "2"});
}

TEST_CASE("a CSV that breaks the rules is refused at its line, the other rows are still read") {
  check_refused("", FindingCode::file_empty, 0);
  check_refused("\xEF\xBB\xBF", FindingCode::file_empty, 0);
  check_refused("a,b\n1,2\n3,\xC3\x28\n", FindingCode::encoding, 3);
  check_refused("a,b\n1,x\"y\n3,4\n", FindingCode::csv_quote, 2);
  check_refused("a,b\n1,\"x\"y\n3,4\n", FindingCode::csv_quote, 2);
  check_refused("a,b\n1,2\n3,\"cut\n5,6\n", FindingCode::csv_unterminated, 3);
  check_refused("a,b\n1,2\n3\n", FindingCode::csv_cells, 3);
  check_refused("a,b\n1,2,3\n4,5\n", FindingCode::csv_cells, 2);
  check_refused("a,b\n1," + std::string(csv_cell_bytes_max + 1, 'x') + "\n", FindingCode::text_too_long, 2);
  auto const out = read("a,b\n1,\"x\ny\"\n3\n5,6\n");
  REQUIRE(out.table.rows.size() == 2);
  CHECK(out.table.rows[1].line == 5);
  CHECK(out.findings.list()[0].line == 4);
}

TEST_CASE("more rows than allowed end the reading with one finding") {
  std::string text = "a\n";
  for (int i = 0; i < 50; ++i) text += "1\n";
  auto const out = read(text, 10);
  CHECK(out.table.rows.size() == 10);
  REQUIRE(out.findings.count() == 1);
  CHECK(out.findings.list()[0].code == FindingCode::too_many);
}

TEST_CASE("random bytes never break the reader, and every row it gives has the header's width") {
  unsigned const seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  std::string const alphabet = "ab,;\t\"\r\n'= \xC3\xA9\xE2";
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (auto length = random() % 60; length > 0; --length) text += alphabet[random() % alphabet.size()];
    auto const out = read(text);
    for (auto const& row : out.table.rows) REQUIRE(row.cells.size() == out.table.header.size());
    if (out.table.header.empty()) REQUIRE_FALSE(out.findings.empty());
  }
}
