// A tail that database and copy have lost: what tells of it, and what another follower still has of it.

#include "journal/durable_mark.hpp"
#include "journal/reader.hpp"
#include "journal/rebuild.hpp"
#include "journal/recovery.hpp"
#include "journal/store.hpp"

#include <algorithm>
#include <charconv>

namespace proktor::journal {
namespace {

constexpr std::size_t batch_entries = 512;

// The head that database and copy give together. Closed again when it returns.
Result<JournalHandle> settle(std::filesystem::path const& directory) {
  auto const store = Store::open(directory);
  if (!store) return store.error();
  return (*store)->handle();
}

// The greatest `last` in names that end in `<first>-<last>.<kind>`; 0 when there is none.
std::uint64_t last_named(std::filesystem::path const& folder) {
  std::uint64_t most = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    auto const stem = entry->path().stem().string();
    std::uint64_t last = 0;
    auto const* const stop = stem.data() + stem.size();
    auto const read = std::from_chars(stem.data() + stem.rfind('-') + 1, stop, last);
    if (read.ec == std::errc() && read.ptr == stop) most = std::max(most, last);
  }
  return most;
}

}  // namespace

Result<std::uint64_t> lost_tail(std::filesystem::path const& directory) {
  auto reader = Reader::open(directory);
  auto const head = reader ? reader->head() : Result<Head>(reader.error());
  if (!head) return head.error();
  auto const stream = reader->stream();
  reader = fail(Errc::stopping);  // closed
  auto const mark = DurableMark::open(directory, stream);
  auto const known = std::max({mark ? mark->lsn() : 0, last_named(spool_path(directory) / hex(stream)),
                               last_named(receipts_path(directory))});
  if (known <= head->lsn) return std::uint64_t{0};
  auto const settled = settle(directory);
  if (!settled) return settled.error();
  return known - std::min(known, settled->head.lsn);
}

Result<std::uint64_t> append_tail(std::filesystem::path const& directory, EntrySource& source) {
  auto const settled = settle(directory);
  if (!settled) return settled.error();
  if (source.stream() != settled->stream) return std::uint64_t{0};
  auto head = settled->head;
  auto database = Database::open(database_path(directory), Database::Mode::read_write);
  if (!database) return database.error();
  if (auto done = configure_writer(*database); !done) return done.error();
  auto projector = Projector::prepare(*database);
  if (!projector) return projector.error();
  std::vector<Entry> batch;
  for (bool ended = false; !ended;) {
    auto entry = source.next();
    if (entry && entry->lsn < settled->head.lsn) continue;
    if (entry && entry->lsn == settled->head.lsn) {
      if (entry->hash != settled->head.hash)
        return fail(Errc::journal_corrupt, "another entry at lsn " + std::to_string(entry->lsn));
      continue;
    }
    ended = !entry || entry->lsn != head.lsn + 1 || entry_hash(head.hash, *entry) != entry->hash;
    if (!ended) {
      head = {entry->lsn, entry->hash};
      batch.push_back(std::move(*entry));
    }
    if (batch.empty() || (!ended && batch.size() < batch_entries)) continue;
    if (auto done = append_recovered(*database, *projector, batch); !done) return done.error();
    batch.clear();
  }
  return head.lsn - settled->head.lsn;
}

}  // namespace proktor::journal
