#pragma once
// Thin ownership over the C interface of SQLite: a connection, a prepared statement, a transaction. Errors
// are values. One thread at a time per connection. It knows no schema. sqlite3.h stays inside sqlite.cpp.

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

struct sqlite3;
struct sqlite3_stmt;

namespace proktor::journal {

// Bound text and blobs are not copied: they must live until step() or run() returns.
class Statement {
 public:
  Statement& bind(int index, std::string_view text);
  Statement& bind_blob(int index, std::string_view bytes);
  Statement& bind_column(int index, Statement const& row, int column);  // a value of another statement's row
  template <class Number>
  requires std::is_integral_v<Number> Statement& bind(int index, Number value) {
    return bind_number(index, static_cast<std::int64_t>(value));
  }

  // True: a row is there. False: done, and the statement is reset. Errors as of Database; the statement is
  // reset.
  Result<bool> step();
  Result<void> run();  // a statement without rows: steps to its end
  void reset();

  std::int64_t number(int column) const;
  std::uint64_t count(int column) const { return static_cast<std::uint64_t>(number(column)); }
  std::string_view text(int column) const;  // text or blob; lives until the next step or reset

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  Statement& bind_number(int index, std::int64_t value);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = 0;
};

class Database {
 public:
  enum class Mode { create, read_write, read_only, temporary };

  // temporary: a private database that SQLite keeps in memory and spills to a file of its own; `path` is not
  // read. Errors of all functions: storage_full, journal_corrupt (SQLite finds its file damaged), locked,
  // storage_failed; of open also not_found.
  static Result<Database> open(std::filesystem::path const& path, Mode mode);

  Result<void> execute(char const* sql);  // one or more statements without parameters; rows are dropped
  Result<Statement> prepare(std::string_view sql);
  Result<std::int64_t> query_number(std::string_view sql);  // the first column of the first row; 0 when none
  bool in_transaction() const;

  // A connection leaves the write-ahead log as it is when it closes, unless told otherwise: after a failure, or when a
  // journal is refused, nothing may be moved that a later recovery needs.
  void keep_log_on_close(bool keep);

  // Pages in the write-ahead log after the last commit of this connection.
  struct Checkpoint {
    std::uint64_t log_pages = 0;
    std::uint64_t done_pages = 0;
  };
  std::uint64_t wal_pages() const { return *wal_pages_; }
  void watch_wal();  // keeps wal_pages(); replaces SQLite's own checkpoints
  Result<Checkpoint> checkpoint(bool restart);

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}
  Error last_error(int code) const;

  std::unique_ptr<sqlite3, Close> connection_;
  std::unique_ptr<std::uint64_t> wal_pages_ = std::make_unique<std::uint64_t>(0);
};

// Rolls back unless committed.
class Transaction {
 public:
  // immediate: takes the write lock at once. Otherwise a read snapshot from the first read on.
  static Result<Transaction> begin(Database& database, bool immediate);
  ~Transaction();
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace proktor::journal
