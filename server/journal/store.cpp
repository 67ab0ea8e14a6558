#include "journal/store.hpp"

#include "journal/recovery.hpp"
#include "journal/start_check.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>

namespace proktor::journal {
namespace {

constexpr std::uint64_t wal_frame_bytes = 4'096 + 24;  // a page and its frame header

constexpr std::size_t records_kept_bytes = std::size_t{4} << 20U;

// Of a journal just made that could not be opened: nobody was told of it, and the same can be tried again. The database
// goes last: without the others it is what a start takes for an empty journal.
void remove_empty(std::filesystem::path const& directory) {
  auto const database = database_path(directory).string();
  std::error_code ignored;
  for (std::filesystem::path const& path :
       {copy_path(directory), mark_path(directory), std::filesystem::path(database + "-wal"),
        std::filesystem::path(database + "-shm"), std::filesystem::path(database)})
    std::filesystem::remove(path, ignored);
}

}  // namespace

// SQLite from 3.7.0 to 3.51.2 can lose committed entries when two connections write or checkpoint at once
// (the "WAL-reset" bug; Debian 12 has 3.40.1). Therefore a journal has one connection that writes and
// checkpoints, in one process, on one thread: this one. Readers are read-only, never checkpoint, and nothing
// else may open the file.
Store::Store(Database database, Projector projector, Statement insert, CopyFile copy)
    : database_(std::move(database)),
      projector_(std::move(projector)),
      insert_(std::move(insert)),
      copy_(std::move(copy)) {}

Result<std::unique_ptr<Store>> Store::create(std::filesystem::path const& directory, Bytes16 const& stream) {
  std::error_code error;
  for (auto const& path : {directory, spool_path(directory), receipts_path(directory)}) {
    std::filesystem::create_directories(path, error);
    if (error) return error_of(error, path.string());
  }
  if (std::filesystem::exists(database_path(directory), error)) {
    return fail(Errc::already_imported, directory.string());
  }
  // Made whole under another name first: a power cut leaves either no journal or an empty one.
  auto const temporary = directory / "journal.db.new";
  std::filesystem::remove(temporary, error);
  {
    // SQLite cannot say that it was space that was missing.
    Fd const made(::open(temporary.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
    if (!made) return error_of(std::error_code(errno, std::generic_category()), temporary.string());
    auto database = Database::open(temporary, Database::Mode::create);
    if (!database) return database.error();
    if (auto done = create_schema(*database, stream); !done) return done.error();
  }
  std::filesystem::rename(temporary, database_path(directory), error);
  if (error) return error_of(error, directory.string());
  auto store = load(directory);
  if (!store) remove_empty(directory);
  return store;
}

Result<std::unique_ptr<Store>> Store::open(std::filesystem::path const& directory) {
  return load(directory);
}

Result<std::unique_ptr<Store>> Store::load(std::filesystem::path const& directory) {
  auto database = Database::open(database_path(directory), Database::Mode::read_write);
  if (!database) return database.error();
  auto const stream = read_stream(*database);
  if (!stream) return stream.error();
  if (auto done = configure_writer(*database); !done) return done.error();
  auto current = projections_current(*database);
  if (current && *current) current = projections_hold(*database, *stream);
  if (!current) return current.error();
  if (!*current) {
    if (auto done = rebuild_projections(*database); !done) return done.error();
  }
  auto projector = Projector::prepare(*database);
  if (!projector) return projector.error();
  auto copy = CopyFile::open(copy_path(directory), *stream, true);
  if (!copy) return copy.error();
  auto const found = reconcile(*database, *projector, *copy, *stream);
  if (!found) return found.error();
  auto insert = database->prepare(insert_entry_sql);
  if (!insert) return insert.error();
  std::unique_ptr<Store> store(
      new Store(std::move(*database), std::move(*projector), std::move(*insert), std::move(*copy)));
  store->head_ = store->next_ = found->head;
  store->copy_lsn_ = found->copy_lsn;
  store->copy_behind_ = found->copy_lsn < found->head.lsn;
  auto& handle = store->handle_;
  handle.stream = *stream;
  handle.head = found->head;
  handle.recovered = found->recovered;
  handle.copy_filled = found->copy_filled;
  handle.copy_repaired = found->copy_repaired;
  handle.copy_cut_bytes = found->copy_cut_bytes;
  handle.projections_rebuilt = !*current;
  if (auto done = store->settle(directory); !done) return done.error();
  if (auto done = store->open_mark(directory); !done) return done.error();
  return store;
}

// Whoever sees the head from now on takes it for durable. A process that was killed may have left it in the page
// cache alone, and the journal's name, too; after a failed fsync the write-ahead log may even never get there. So all
// of it goes into the database, and a commit begins the log anew.
Result<void> Store::settle(std::filesystem::path const& directory) {
  for (auto const& path : {directory, directory.parent_path()}) {
    if (auto done = sync_directory(path); !done) return done;
  }
  auto const done = database_.checkpoint(false);
  if (!done && !(done.error() == Errc::storage_full)) return done.error();
  return record_mark();
}

Result<void> Store::open_mark(std::filesystem::path const& directory) {
  auto mark = DurableMark::open(directory, handle_.stream);
  if (!mark && mark.error() == Errc::storage_full) return {};
  if (!mark) return mark.error();
  if (mark->lsn() > head_.lsn) handle_.lost = mark->lsn() - head_.lsn;
  mark_.emplace(std::move(*mark));
  return {};
}

Result<void> Store::begin() {
  auto transaction = Transaction::begin(database_, true);
  if (!transaction) return transaction.error();
  transaction_.emplace(std::move(*transaction));
  return {};
}

Result<void> Store::add(core::NewEntry fresh, std::uint64_t term, TimeMs at_ms) {
  Entry entry{next_.lsn + 1,
              at_ms,
              term,
              std::move(fresh.kind),
              1,
              std::move(fresh.npsn),
              std::move(fresh.subject),
              std::move(fresh.bytes),
              {}};
  entry.hash = entry_hash(next_.hash, entry);
  bind_entry(insert_, entry);
  if (auto done = insert_.run(); !done) return done;
  if (auto done = projector_.add(entry); !done) return done;
  append_copy_record(records_, entry);
  next_ = {entry.lsn, entry.hash};
  return {};
}

Result<void> Store::commit() {
  if (auto done = projector_.flush(); !done) return done;
  if (checked_) {
    if (auto done = write_checked(database_, *checked_); !done) return done;
  }
  if (auto done = transaction_->commit(); !done) return done;
  transaction_.reset();
  head_ = next_;
  checked_.reset();
  auto const marked = mark_ ? mark_->write(head_.lsn) : Result<void>();
  if (!marked && !(marked.error() == Errc::storage_full)) return marked;
  return append_to_copy();
}

Result<void> Store::append_to_copy() {
  auto done = copy_behind_ ? Result<void>() : copy_.append(records_);
  records_.clear();
  if (records_.capacity() > records_kept_bytes) records_.shrink_to_fit();
  if (!done && !(done.error() == Errc::storage_full)) return done;
  if (!done) copy_behind_ = true;
  if (!copy_behind_) copy_lsn_ = head_.lsn;
  return {};
}

void Store::roll_back() {
  transaction_.reset();
  projector_.forget();
  records_.clear();
  next_ = head_;
}

Result<void> Store::retry_copy(DurationMs now_ms, DurationMs interval_ms) {
  if (!copy_behind_ || now_ms - copy_tried_ms_ < interval_ms) return {};
  copy_tried_ms_ = now_ms;
  auto const before = copy_.size_bytes();
  auto const done = write_copy_from(database_, copy_, copy_lsn_, before);
  if (!done) {
    auto const cut = copy_.cut(before);
    if (!cut) return cut;
    if (done.error() == Errc::storage_full) return {};
    return done.error();
  }
  copy_lsn_ = head_.lsn;
  copy_behind_ = false;
  return {};
}

std::uint64_t Store::wal_bytes() const {
  return database_.wal_pages() * wal_frame_bytes;
}

bool Store::checkpoint_due(WriterOptions const& options, bool idle) const {
  auto const pages = database_.wal_pages();
  if (pages == checkpointed_pages_) return false;
  if (idle) return wal_bytes() >= options.checkpoint_idle_bytes;
  // A checkpoint that a reader or a full disk cut short is tried again once the log has grown by a quarter of
  // the threshold, not at every batch.
  auto const tried = pages < tried_pages_ ? 0 : tried_pages_;
  return wal_bytes() >= options.checkpoint_bytes &&
         (tried == 0 || (pages - tried) * wal_frame_bytes >= options.checkpoint_bytes / 4);
}

Result<void> Store::checkpoint(WriterOptions const& options) {
  tried_pages_ = database_.wal_pages();
  auto const done = database_.checkpoint(wal_bytes() >= options.checkpoint_restart_bytes);
  checkpoint_failed_ = !done;
  if (!done && done.error() == Errc::storage_full) return {};
  if (!done) return done.error();
  if (done->log_pages != done->done_pages) return {};
  checkpointed_pages_ = tried_pages_;
  return mark_checked();
}

// The next start does not look at what lies before the mark: the copy must be on disk up to there.
Result<void> Store::mark_checked() {
  if (copy_behind_) return {};
  auto const done = copy_.sync();
  if (!done && done.error() == Errc::storage_full) return {};
  if (done) checked_ = Checked{head_, copy_.size_bytes()};
  return done;
}

Result<void> Store::record_mark() {
  auto done = mark_checked();
  if (!done || !checked_) return done;
  done = begin();
  if (done) done = commit();
  if (done) return done;
  roll_back();
  return done.error() == Errc::storage_full ? Result<void>() : done;
}

Result<void> Store::finish() {
  if (auto done = retry_copy(copy_tried_ms_, 0); !done) return done;  // the next start may be on another computer
  if (auto done = record_mark(); !done) return done;
  if (auto done = database_.checkpoint(false); !done) return done.error();
  database_.keep_log_on_close(false);
  return {};
}

}  // namespace proktor::journal
