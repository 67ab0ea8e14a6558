#include "journal/verifier_database.hpp"

namespace proktor::journal {
namespace {

using Report = std::function<void(std::string)>;

Result<std::string> text_of_schema(Database& database) {
  auto rows = database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name, type");
  if (!rows) return rows.error();
  for (std::string out;;) {
    auto const row = rows->step();
    if (!row) return row.error();
    if (!*row) return out;
    for (int column = 0; column < 4; ++column) out.append(rows->text(column)).push_back('\n');
  }
}

Result<void> quick_check(Database& database, std::string const& of, Report const& report) {
  auto rows = database.prepare("PRAGMA quick_check" + of);
  if (!rows) return rows.error();
  for (;;) {
    auto const row = rows->step();
    if (!row) return row.error();
    if (!*row) return {};
    if (rows->text(0) != "ok") report(std::string(rows->text(0)));
  }
}

}  // namespace

// Table by table, in short reads. Only where there are free pages all at once: one of them could be a table's too.
Result<void> check_pages(Database& database, Report const& report) {
  auto const free = database.query_number("PRAGMA freelist_count");
  if (!free) return free.error();
  if (*free > 0) return quick_check(database, "", report);
  for (char const* table : {"(sqlite_schema)", "(entry)", "(event_index)", "(latest)", "(mark)", "(meta)"}) {
    if (auto done = quick_check(database, table, report); !done) return done;
  }
  return {};
}

Result<void> check_database(Database& journal, Database& expected, Report const& report) {
  auto const wanted = text_of_schema(expected);
  if (!wanted) return wanted.error();
  auto const found = text_of_schema(journal);
  if (!found) return found.error();
  if (*found != *wanted) report("the schema is not that of a journal");
  return check_pages(journal, report);
}

}  // namespace proktor::journal
