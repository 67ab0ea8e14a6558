#include "sync/pusat/database.hpp"

#include "base/file.hpp"

#include <sqlite3.h>

#include <fmt/format.h>

#include <utility>

namespace proktor::pusat {
namespace {

constexpr int busy_timeout_ms = 5'000;

Error sqlite_error(sqlite3* connection, std::string_view what) {
  int const code = sqlite3_errcode(connection);
  return fail(code == SQLITE_FULL ? Errc::storage_full : Errc::storage_failed,
              fmt::format("{}: {}", what, sqlite3_errmsg(connection)));
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* connection) const {
  sqlite3_close_v2(connection);
}

Statement& Statement::bound(int code) {
  if (code != SQLITE_OK) bind_error_ = code;
  return *this;
}

Statement& Statement::bind(int index, std::int64_t value) {
  return bound(sqlite3_bind_int64(statement_.get(), index, value));
}

Statement& Statement::bind(int index, std::string_view text) {
  return bound(
      sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

Statement& Statement::bind_blob(int index, std::string_view bytes) {
  return bound(sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
}

Result<bool> Statement::step() {
  if (bind_error_ != 0) return fail(Errc::storage_failed, sqlite3_errstr(std::exchange(bind_error_, 0)));
  int const code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(sqlite3_db_handle(statement_.get()), "step");
}

Result<void> Statement::run() {
  for (;;) {
    auto const row = step();
    if (!row) return row.error();
    if (!*row) break;
  }
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  auto const* const data = static_cast<char const*>(sqlite3_column_blob(statement_.get(), column));
  auto const length = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data == nullptr ? std::string() : std::string(data, length);
}

Result<Database> Database::connect(char const* path, int flags) {
  Database database;
  sqlite3* raw = nullptr;
  int const opened = sqlite3_open_v2(path, &raw, flags, nullptr);
  database.connection_.reset(raw);
  if (opened != SQLITE_OK) return sqlite_error(raw, path);
  sqlite3_busy_timeout(raw, busy_timeout_ms);
  return database;
}

Result<std::int64_t> Database::version() {
  auto query = prepare("PRAGMA user_version");
  if (!query) return query.error();
  auto const row = query->step();
  if (!row) return row.error();
  return query->integer(0);
}

Result<Database> Database::open(std::filesystem::path const& path, std::string_view schema,
                                int schema_version) {
  auto database = connect(path.c_str(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!database) return database.error();
  // A commit is the removal of the rollback journal, and lasts once the folder is on disk: EXTRA sees to it, and here
  // it is seen to for a process that was killed in between.
  if (auto const synced = sync_directory(path.parent_path()); !synced) return synced.error();
  if (auto const set =
          database->execute("PRAGMA journal_mode=DELETE; PRAGMA synchronous=EXTRA; PRAGMA foreign_keys=ON");
      !set)
    return set.error();
  auto const found = database->version();
  if (!found) return found.error();
  if (*found > schema_version) return fail(Errc::schema_newer, path.string());
  if (*found == schema_version) return database;
  std::string const script = fmt::format("{}; PRAGMA user_version={}", schema, schema_version);
  auto const made = database->transaction([&] { return database->execute(script); });
  if (!made) return made.error();
  return database;
}

Result<Database> Database::open_read_only(std::filesystem::path const& path, std::string_view schema,
                                          int schema_version) {
  if (std::error_code failure; !std::filesystem::exists(path, failure))
    return fail(Errc::not_found, path.string());
  // SQLite refuses a file that has to be rolled back to a connection that may not write; this one writes nothing else.
  auto database = connect(path.c_str(), SQLITE_OPEN_READWRITE);
  if (!database) return database.error();
  if (auto const set = database->execute("PRAGMA query_only=ON"); !set) return set.error();
  auto const found = database->version();
  if (!found) return found.error();
  if (*found > schema_version) return fail(Errc::schema_newer, path.string());
  if (*found > 0) return database;
  database = connect(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!database) return database.error();
  if (auto const made = database->execute(schema); !made) return made.error();
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  int const prepared =
      sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (prepared != SQLITE_OK) return sqlite_error(connection_.get(), sql);
  Statement statement;
  statement.statement_.reset(raw);
  return statement;
}

Result<void> Database::execute(std::string_view sql) {
  std::string const script(sql);
  if (sqlite3_exec(connection_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return sqlite_error(connection_.get(), "script");
  return {};
}

Result<void> Database::transaction(std::function<Result<void>()> const& body) {
  if (auto const begun = execute("BEGIN IMMEDIATE"); !begun) return begun.error();
  auto done = body();
  if (done) done = execute("COMMIT");
  if (!done) {
    sqlite3_exec(connection_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    return done.error();
  }
  return {};
}

}  // namespace proktor::pusat
