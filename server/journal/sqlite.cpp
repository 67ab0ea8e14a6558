#include "journal/sqlite.hpp"

#include <fcntl.h>
#include <sqlite3.h>

#include <cerrno>
#include <utility>

namespace proktor::journal {
namespace {

// Readers hold a snapshot for at most 100 ms; a RESTART checkpoint waits for them, nothing else ever does.
constexpr int busy_timeout_ms = 250;

// SQLite tries a file that it could not make once more for reading and reports the error of that: of the first, the
// reason for which it was not made, nothing is left but this.
thread_local int why_not_made = 0;

int open_file(char const* path, int flags, int mode) {
  int const fd = ::open(path, flags, mode);
  if ((flags & O_CREAT) != 0) why_not_made = fd < 0 ? errno : 0;
  return fd;
}

// Through the door that SQLite keeps for it, once for the process.
bool remembers_why_not_made() {
  auto* const system = sqlite3_vfs_find(nullptr);
  return system != nullptr && system->iVersion >= 3 &&
         system->xSetSystemCall(system, "open", reinterpret_cast<sqlite3_syscall_ptr>(&open_file)) == SQLITE_OK;
}

bool lacks_space(sqlite3* connection, int extended) {
  if ((extended & 0xff) == SQLITE_CANTOPEN) {
    int const why = std::exchange(why_not_made, 0);
    return why == ENOSPC || why == EDQUOT;
  }
  return (extended == SQLITE_IOERR_SHMSIZE || extended == SQLITE_IOERR_SHMOPEN) && connection != nullptr &&
         sqlite3_system_errno(connection) == ENOSPC;
}

Error error_of(sqlite3* connection, int code) {
  int const extended = connection != nullptr ? sqlite3_extended_errcode(connection) : code;
  std::string detail = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  detail.append(" (SQLite ").append(std::to_string(extended)).append(")");
  switch (code & 0xff) {
    case SQLITE_FULL:
      return fail(Errc::storage_full, std::move(detail));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fail(Errc::journal_corrupt, std::move(detail));
    case SQLITE_BUSY:
      return fail(Errc::locked, std::move(detail));
    default:
      return fail(lacks_space(connection, extended) ? Errc::storage_full : Errc::storage_failed, std::move(detail));
  }
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Statement& Statement::bind(int index, std::string_view text) {
  int const code = sqlite3_bind_text64(statement_.get(), index, text.empty() ? "" : text.data(), text.size(),
                                       SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  int const code = sqlite3_bind_blob64(statement_.get(), index, bytes.empty() ? "" : bytes.data(),
                                       bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind_column(int index, Statement const& row, int column) {
  int const code =
      sqlite3_bind_value(statement_.get(), index, sqlite3_column_value(row.statement_.get(), column));
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind_number(int index, std::int64_t value) {
  int const code = sqlite3_bind_int64(statement_.get(), index, value);
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Result<bool> Statement::step() {
  int const code = bind_error_ != 0 ? std::exchange(bind_error_, 0) : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement_.get());
    return false;
  }
  auto error = error_of(sqlite3_db_handle(statement_.get()), code);
  sqlite3_reset(statement_.get());
  return error;
}

Result<void> Statement::run() {
  for (;;) {
    auto const row = step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  auto const* data = static_cast<char const*>(sqlite3_column_blob(statement_.get(), column));
  return data == nullptr
             ? std::string_view()
             : std::string_view(data,
                                static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Result<Database> Database::open(std::filesystem::path const& path, Mode mode) {
  std::error_code ignored;
  bool const must_exist = mode == Mode::read_write || mode == Mode::read_only;
  if (must_exist && !std::filesystem::exists(path, ignored)) return fail(Errc::not_found, path.string());
  // SQLite would take an empty file for a new database, and remove the write-ahead log beside it.
  if (must_exist && std::filesystem::file_size(path, ignored) == 0) return fail(Errc::journal_corrupt, path.string() + " is empty");
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (mode == Mode::read_only) flags |= SQLITE_OPEN_READONLY;
  if (mode != Mode::read_only) flags |= SQLITE_OPEN_READWRITE;
  if (mode == Mode::create || mode == Mode::temporary) flags |= SQLITE_OPEN_CREATE;
  [[maybe_unused]] static bool const remembers = remembers_why_not_made();
  sqlite3* raw = nullptr;
  int const code = sqlite3_open_v2(mode == Mode::temporary ? "" : path.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (code != SQLITE_OK) {
    auto error = error_of(raw, code);
    error.detail.append(": ").append(path.string());
    return error;
  }
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  sqlite3_wal_autocheckpoint(raw, 0);
  database.keep_log_on_close(mode != Mode::temporary);
  if (auto done = database.execute("PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384");
      !done) {
    return done.error();
  }
  return database;
}

Error Database::last_error(int code) const {
  return error_of(connection_.get(), code);
}

Result<void> Database::execute(char const* sql) {
  int const code = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return last_error(code);
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  int const code = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return last_error(code);
  return Statement(statement);
}

Result<std::int64_t> Database::query_number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return statement.error();
  auto const row = statement->step();
  if (!row) return row.error();
  return *row ? statement->number(0) : 0;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(connection_.get()) == 0;
}

void Database::keep_log_on_close(bool keep) {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

void Database::watch_wal() {
  sqlite3_wal_hook(
      connection_.get(),
      [](void* pages, sqlite3*, char const*, int count) {
        *static_cast<std::uint64_t*>(pages) = static_cast<std::uint64_t>(count);
        return SQLITE_OK;
      },
      wal_pages_.get());
}

Result<Database::Checkpoint> Database::checkpoint(bool restart) {
  int log_pages = 0;
  int done_pages = 0;
  int const code = sqlite3_wal_checkpoint_v2(connection_.get(), nullptr,
                                             restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
                                             &log_pages, &done_pages);
  if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) return last_error(code);
  return Checkpoint{static_cast<std::uint64_t>(log_pages), static_cast<std::uint64_t>(done_pages)};
}

Result<Transaction> Transaction::begin(Database& database, bool immediate) {
  if (auto done = database.execute(immediate ? "BEGIN IMMEDIATE" : "BEGIN"); !done) return done.error();
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}

// SQLite may have rolled back by itself, on a full disk for instance.
Transaction::~Transaction() {
  if (database_ != nullptr && database_->in_transaction()) std::ignore = database_->execute("ROLLBACK");
}

Result<void> Transaction::commit() {
  auto done = database_->execute("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace proktor::journal
