#include "journal/recovery.hpp"

#include "base/deliberate_fault.hpp"

#include <vector>

namespace proktor::journal {
namespace {

constexpr std::size_t recovery_batch_entries = 512;
constexpr std::size_t copy_write_bytes = std::size_t{1} << 20U;
constexpr char const* select_after_sql =
    "SELECT " PROKTOR_ENTRY_COLUMNS " FROM entry e WHERE lsn > ? ORDER BY lsn";

std::string at(std::uint64_t lsn) {
  return "lsn " + std::to_string(lsn);
}

// What the comparison found; nothing has been changed by then.
struct Comparison {
  Head head{};
  std::uint64_t copy_end = 0;          // where the record after the head of the database belongs
  std::optional<Checked> first_bad{};  // before the first record that is missing or damaged
  std::uint64_t damaged = 0;
  std::uint64_t missing = 0;
  std::uint64_t torn_bytes = 0;
};

Error diverged(std::uint64_t lsn) {
  return fail(Errc::journal_corrupt, "journal.copy and journal.db differ at " + at(lsn));
}

Result<void> compare_record(CopyScan& scan, CopyFile const& copy, Entry const& entry,
                            std::string const& record, Checked const& before, Comparison& out) {
  auto const offset = before.copy_bytes;
  if (offset >= copy.size_bytes()) {
    ++out.missing;
  } else {
    // Records have one form, so equal entries are equal bytes and each record's place follows from the log.
    if (scan.offset() != offset) scan = CopyScan(copy, offset);
    auto const same = scan.skip(record);
    if (!same) return same.error();
    if (*same) return {};
    auto const other = scan.next();
    if (!other) return other.error();
    if (*other) return diverged(entry.lsn);
    if (offset + record.size() >= copy.size_bytes()) {
      out.torn_bytes = copy.size_bytes() - offset;
      ++out.missing;
    } else {
      ++out.damaged;
    }
  }
  if (!out.first_bad) out.first_bad = before;
  return {};
}

Result<Comparison> compare(Database& database, CopyFile const& copy, Checked const& start) {
  Comparison out{start.head, start.copy_bytes};
  CopyScan scan(copy, start.copy_bytes);
  auto select = database.prepare(select_after_sql);
  if (!select) return select.error();
  select->bind(1, start.head.lsn);
  for (;;) {
    auto const row = select->step();
    if (!row) return row.error();
    if (!*row) return out;
    auto const entry = entry_at(*select);
    if (entry.lsn != out.head.lsn + 1 || entry_hash(out.head.hash, entry) != entry.hash) {
      return fail(Errc::chain_broken, at(entry.lsn));
    }
    std::string record;
    append_copy_record(record, entry);
    if (auto done = compare_record(scan, copy, entry, record, {out.head, out.copy_end}, out); !done) {
      return done.error();
    }
    out.head = {entry.lsn, entry.hash};
    out.copy_end += record.size();
  }
}

// The records behind the database's head. Errors: journal_corrupt when a sound record does not go on from it.
Result<std::vector<Entry>> read_ahead(CopyScan& scan, Head head, std::size_t max) {
  std::vector<Entry> out;
  while (out.size() < max) {
    auto entry = scan.next();
    if (!entry) return entry.error();
    if (!*entry) break;
    if ((*entry)->lsn != head.lsn + 1 || entry_hash(head.hash, **entry) != (*entry)->hash)
      return diverged(head.lsn + 1);
    head = {(*entry)->lsn, (*entry)->hash};
    out.push_back(std::move(**entry));
  }
  return out;
}

// The mark's own entry must still be there, or the database lost more than a tail.
Result<Checked> trusted_start(Database& database, CopyFile const& copy, Bytes16 const& stream) {
  auto checked = read_checked(database, stream);
  if (!checked || checked->head.lsn == 0) return checked;
  auto select = database.prepare("SELECT " PROKTOR_ENTRY_COLUMNS " FROM entry e WHERE lsn = ?");
  if (!select) return select.error();
  auto const row = select->bind(1, checked->head.lsn).step();
  if (!row) return row.error();
  if (!*row || entry_at(*select).hash != checked->head.hash)
    return fail(Errc::chain_broken, at(checked->head.lsn));
  select->reset();
  if (copy.size_bytes() < checked->copy_bytes) return Checked{{0, genesis_hash(stream)}, copy_header_bytes};
  return checked;
}

}  // namespace

Result<void> append_recovered(Database& database, Projector& projector, std::vector<Entry> const& entries) {
  auto insert = database.prepare(insert_entry_sql);
  if (!insert) return insert.error();
  auto transaction = Transaction::begin(database, true);
  if (!transaction) return transaction.error();
  for (auto const& entry : entries) {
    bind_entry(*insert, entry);
    if (auto done = insert->run(); !done) return done;
    if (auto done = projector.add(entry); !done) return done;
  }
  if (auto done = projector.flush(); !done) return done;
  return transaction->commit();
}

Result<std::uint64_t> write_copy_from(Database& database, CopyFile& copy, std::uint64_t after,
                                      std::uint64_t offset) {
  auto select = database.prepare(select_after_sql);
  if (!select) return select.error();
  select->bind(1, after);
  std::string records;
  for (std::uint64_t count = 0;; ++count) {
    auto const row = select->step();
    if (!row) return row.error();
    if (*row) append_copy_record(records, entry_at(*select));
    if (!*row || records.size() >= copy_write_bytes) {
      auto const done = offset == copy.size_bytes() ? copy.append(records) : copy.write_at(offset, records);
      if (!done) return done.error();
      offset += records.size();
      records.clear();
    }
    if (!*row) return count;
  }
}

Result<Reconciled> reconcile(Database& database, Projector& projector, CopyFile& copy,
                             Bytes16 const& stream) {
  if (has_fault(DurabilityFault::copy_not_compared)) {
    auto const head = read_head(database, stream);
    if (!head) return head.error();
    return Reconciled{*head, head->lsn};
  }
  auto const start = trusted_start(database, copy, stream);
  if (!start) return start.error();
  auto const found = compare(database, copy, *start);
  if (!found) return found.error();
  Reconciled out{found->head, 0, 0, found->missing, found->damaged, found->torn_bytes};
  CopyScan scan(copy, found->copy_end);
  bool const has_more = copy.size_bytes() > found->copy_end;
  auto ahead = has_more ? read_ahead(scan, out.head, recovery_batch_entries) : Result<std::vector<Entry>>();
  if (!ahead) return ahead.error();
  while (!ahead->empty()) {
    if (auto done = append_recovered(database, projector, *ahead); !done) return done.error();
    out.recovered += ahead->size();
    out.head = {ahead->back().lsn, ahead->back().hash};
    ahead = read_ahead(scan, out.head, recovery_batch_entries);
    if (!ahead) return ahead.error();
  }
  if (has_more && scan.offset() < copy.size_bytes()) {
    out.copy_cut_bytes += copy.size_bytes() - scan.offset();
    if (auto done = copy.cut(scan.offset()); !done) return done.error();
  }
  out.copy_lsn = out.head.lsn;
  // Also what is sound: after a failed fsync the page cache shows what never reached the disk.
  auto const written = write_copy_from(database, copy, start->head.lsn, start->copy_bytes);
  if (written) return out;
  if (!(written.error() == Errc::storage_full)) return written.error();
  if (!found->first_bad) return out;
  out.copy_lsn = found->first_bad->head.lsn;
  if (auto done = copy.cut(found->first_bad->copy_bytes); !done) return done.error();
  return out;
}

}  // namespace proktor::journal
