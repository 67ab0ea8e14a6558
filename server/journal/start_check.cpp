#include "journal/start_check.hpp"

#include "journal/projector.hpp"
#include "journal/schema.hpp"

#include <tuple>

namespace proktor::journal {
namespace {

struct Sums {
  bool hold = true;
  std::uint64_t entries = 0;  // acts, and lines by their marks
};

Bytes32 previous_hash(Statement const& row, int column, std::uint64_t lsn, Bytes16 const& stream) {
  if (lsn == 1) return genesis_hash(stream);
  Bytes32 out{};
  if (auto const hash = row.text(column); hash.size() == out.size()) std::copy(hash.begin(), hash.end(), out.begin());
  return out;
}

// The row's first nine columns are an entry, the next is the hash before it. A missing entry has lsn 0.
Result<Entry> chained_entry(Statement const& row, Bytes16 const& stream) {
  auto entry = entry_at(row);
  if (entry.lsn == 0 || entry_hash(previous_hash(row, 9, entry.lsn, stream), entry) != entry.hash) {
    return fail(Errc::chain_broken, "lsn " + std::to_string(entry.lsn));
  }
  return entry;
}

Result<void> check_acts(Database& database, Bytes16 const& stream, Sums& sums) {
  auto rows = database.prepare("SELECT " PROKTOR_ENTRY_COLUMNS
                               ", p.hash FROM entry e INDEXED BY act LEFT JOIN entry p ON p.lsn = e.lsn - 1"
                               " WHERE e.kind NOT IN ('event', 'quarantine') ORDER BY e.lsn");
  if (!rows) return rows.error();
  for (std::uint64_t last = 0;;) {
    auto const row = rows->step();
    if (!row) return row.error();
    if (!*row) return {};
    auto const entry = chained_entry(*rows, stream);
    if (!entry) return entry.error();
    bool const line = entry->kind == "event" || entry->kind == "quarantine";
    sums.hold = sums.hold && !line && entry->lsn > last;
    last = entry->lsn;
    ++sums.entries;
  }
}

Result<void> check_marks(Database& database, Sums& sums) {
  auto rows = database.prepare("SELECT " PROKTOR_MARK_COLUMNS " FROM mark ORDER BY attempt, term, n, quarantine");
  if (!rows) return rows.error();
  for (std::optional<Mark> last;;) {
    auto const row = rows->step();
    if (!row) return row.error();
    if (!*row) return {};
    auto const mark = mark_at(*rows);
    auto const key = [](Mark const& of) { return std::tie(of.attempt, of.epoch, of.quarantine); };
    sums.hold = sums.hold && mark && (!last || key(*last) < key(*mark));
    if (!sums.hold) return {};
    sums.entries += mark->events;
    last = *mark;
  }
}

Result<void> check_latest(Database& database, Bytes16 const& stream, Sums& sums) {
  auto rows = database.prepare("SELECT " PROKTOR_ENTRY_COLUMNS
                               ", p.hash, l.attempt, l.item, l.kind, l.lsn, l.row_check FROM latest l"
                               " LEFT JOIN entry e ON e.lsn = l.lsn LEFT JOIN entry p ON p.lsn = l.lsn - 1"
                               " ORDER BY l.attempt, l.item, l.kind");
  if (!rows) return rows.error();
  using Key = std::tuple<std::string, std::string, std::int64_t>;
  for (std::optional<Key> last;;) {
    auto const row = rows->step();
    if (!row) return row.error();
    if (!*row) return {};
    Key key{rows->text(10), rows->text(11), rows->number(12)};
    auto const check = latest_check(std::get<0>(key), std::get<1>(key), rows->number(12), rows->count(13));
    sums.hold = sums.hold && rows->number(14) == check && (!last || *last < key);
    if (!sums.hold) return {};
    if (auto const entry = chained_entry(*rows, stream); !entry) return entry.error();
    last = std::move(key);
  }
}

}  // namespace

Result<bool> projections_hold(Database& database, Bytes16 const& stream) {
  auto const head = read_head(database, stream);
  if (!head) return head.error();
  Sums sums;
  if (auto done = check_acts(database, stream, sums); !done) return done.error();
  if (auto done = check_marks(database, sums); !done) return done.error();
  if (!sums.hold || sums.entries != head->lsn) return false;
  if (auto done = check_latest(database, stream, sums); !done) return done.error();
  return sums.hold;
}

}  // namespace proktor::journal
