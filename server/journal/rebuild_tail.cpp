// A tail that database and copy have lost and another follower still has.

#include "journal/rebuild.hpp"
#include "journal/recovery.hpp"
#include "journal/store.hpp"

namespace proktor::journal {
namespace {

constexpr std::size_t batch_entries = 512;

// The head that database and copy give together. Closed again when it returns.
Result<JournalHandle> settle(std::filesystem::path const& directory) {
  auto const store = Store::open(directory);
  if (!store) return store.error();
  return (*store)->handle();
}

}  // namespace

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
