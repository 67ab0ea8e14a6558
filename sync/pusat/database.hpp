#pragma once
// SQLite for the centre's two small stores: a connection and a statement that close themselves, errors as
// values. Rollback journal with synchronous=EXTRA and one writing connection per file: SQLite before 3.51.3
// can lose a commit in WAL mode when two connections write or checkpoint at once, and a plain read-only open
// must work beside the writer. One thread per connection.

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace proktor::pusat {

class Statement {
 public:
  // Parameters count from 1, columns from 0. Text and blobs are copied.
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::uint64_t value) { return bind(index, static_cast<std::int64_t>(value)); }
  Statement& bind(int index, std::string_view text);
  Statement& bind_blob(int index, std::string_view bytes);

  // True when there is a row. Errors: storage_failed, storage_full; a parameter that could not be bound is one.
  Result<bool> step();
  Result<void> run();  // step() to the end, rows ignored
  void reset();

  std::int64_t integer(int column) const;
  std::uint64_t natural(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  std::string text(int column) const;  // text or blob

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement& bound(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = 0;
};

class Database {
 public:
  // Opens or makes the file and runs `schema` (CREATE … IF NOT EXISTS). Errors: storage_failed, schema_newer.
  static Result<Database> open(std::filesystem::path const& path, std::string_view schema,
                               int schema_version);
  // A file to which nothing was committed yet, because its maker is at it or was killed, reads as an empty one. What a
  // killed writer left half is rolled back first, as any reader has to. Errors: not_found, storage_failed, schema_newer.
  static Result<Database> open_read_only(std::filesystem::path const& path, std::string_view schema,
                                         int schema_version);

  Result<Statement> prepare(std::string_view sql);
  Result<void> execute(std::string_view sql);

  // All of `body` in one transaction, or nothing of it.
  Result<void> transaction(std::function<Result<void>()> const& body);

 private:
  static Result<Database> connect(char const* path, int flags);
  Result<std::int64_t> version();

  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace proktor::pusat
