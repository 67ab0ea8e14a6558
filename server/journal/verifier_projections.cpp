#include "journal/verifier_projections.hpp"

#include "base/bytes.hpp"

#include <array>
#include <optional>

namespace proktor::journal {
namespace {

constexpr std::uint64_t chunk_rows = 2'000;

// Keys first, then values; the last value is the lsn of the entry that made the row what it is.
struct Table {
  char const* name;
  char const* expected_sql;
  char const* lookup_sql;
  char const* count_sql;
  int keys;
  int values;
  bool moves;  // a later entry may make the row another one
};

constexpr std::array tables = {
    Table{"event_index", "SELECT attempt, term, n, quarantine, seq, lsn FROM event_index",
          "SELECT lsn FROM event_index WHERE attempt=? AND term=? AND n=? AND quarantine=? AND seq=?",
          "SELECT count(*) FROM event_index WHERE lsn <= ?", 5, 1, false},
    Table{"latest", "SELECT attempt, item, kind, row_check, lsn FROM latest",
          "SELECT row_check, lsn FROM latest WHERE attempt=? AND item=? AND kind=?",
          "SELECT count(*) FROM latest WHERE lsn <= ?", 3, 2, true},
    Table{"mark", "SELECT attempt, term, n, quarantine, hwm, head, bytes, events, row_check, last_lsn FROM mark",
          "SELECT hwm, head, bytes, events, row_check, last_lsn FROM mark WHERE attempt=? AND term=? AND n=? AND "
          "quarantine=?",
          "SELECT count(*) FROM mark WHERE last_lsn <= ?", 4, 6, true}};

std::string name_of(Table const& table, Statement const& row) {
  return std::string(table.name) + ": the row of attempt " + hex(bytes_of(row.text(0))) + " with lsn " +
         std::string(row.text(table.keys + table.values - 1));
}

// True: the row is there and right, or has moved on past `head_lsn` since, to an entry that the log has by now.
Result<bool> holds(Table const& table, Statement& lookup, Statement const& row, std::uint64_t head_lsn,
                   std::uint64_t newest_lsn) {
  for (int key = 0; key < table.keys; ++key) lookup.bind_column(key + 1, row, key);
  auto const found = lookup.step();
  if (!found) return found.error();
  if (!*found) return false;
  bool same = true;
  for (int value = 0; value < table.values; ++value) {
    same = same && lookup.text(value) == row.text(table.keys + value);
  }
  auto const lsn = lookup.count(table.values - 1);
  bool const moved_on = table.moves && lsn > head_lsn && lsn <= newest_lsn;
  lookup.reset();
  return same || moved_on;
}

Result<void> compare_table(Database& journal, Database& expected, Table const& table, std::uint64_t head_lsn,
                           std::function<void(std::string)> const& report) {
  auto rows = expected.prepare(table.expected_sql);
  if (!rows) return rows.error();
  auto lookup = journal.prepare(table.lookup_sql);
  if (!lookup) return lookup.error();
  std::optional<Transaction> snapshot;
  std::uint64_t count = 0;
  std::uint64_t newest_lsn = head_lsn;
  for (;; ++count) {
    auto const row = rows->step();
    if (!row) return row.error();
    if (!*row) break;
    if (count % chunk_rows == 0) {
      snapshot.reset();
      auto begun = Transaction::begin(journal, false);
      if (!begun) return begun.error();
      snapshot.emplace(std::move(*begun));
      auto const newest = journal.query_number("SELECT max(lsn) FROM entry");
      if (!newest) return newest.error();
      newest_lsn = static_cast<std::uint64_t>(*newest);
    }
    auto const right = holds(table, *lookup, *rows, head_lsn, newest_lsn);
    if (!right) return right.error();
    if (!*right) report(name_of(table, *rows) + " is missing or differs");
  }
  snapshot.reset();
  // Rows leave the set of those up to the head when they move on, and never join it.
  auto total = journal.prepare(table.count_sql);
  if (!total) return total.error();
  auto const row = total->bind(1, head_lsn).step();
  if (!row) return row.error();
  if (total->count(0) > count) {
    report(std::string(table.name) + ": " + std::to_string(total->count(0) - count) +
           " rows without an entry");
  }
  return {};
}

}  // namespace

Result<void> compare_projections(Database& journal, Database& expected, std::uint64_t head_lsn,
                                 std::function<void(std::string)> const& report) {
  for (auto const& table : tables) {
    if (auto done = compare_table(journal, expected, table, head_lsn, report); !done) return done;
  }
  return {};
}

}  // namespace proktor::journal
