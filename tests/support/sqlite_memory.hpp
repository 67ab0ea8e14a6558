#pragma once
// SQLite's memory, which may run out (allocations.hpp). No connection may be open when it begins or ends.

#include "tests/support/allocations.hpp"

#include <sqlite3.h>

namespace proktor::testing {

class SqliteMemory : public Allocations {
 public:
  SqliteMemory() {
    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain());
    sqlite3_mem_methods ours = plain();
    ours.xMalloc = [](int bytes) -> void* { return refused() ? nullptr : plain().xMalloc(bytes); };
    ours.xRealloc = [](void* old, int bytes) -> void* { return refused() ? nullptr : plain().xRealloc(old, bytes); };
    sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0);  // small allocations are allocations, too
    // Not memory of a connection: what initialising takes is there before anything is refused.
    REQUIRE(sqlite3_initialize() == SQLITE_OK);
    disarm();
  }
  ~SqliteMemory() {
    disarm();
    sqlite3_shutdown();
    sqlite3_config(SQLITE_CONFIG_MALLOC, &plain());
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 1'200, 40);
    sqlite3_initialize();
  }
  SqliteMemory(SqliteMemory const&) = delete;
  SqliteMemory& operator=(SqliteMemory const&) = delete;

 private:
  static sqlite3_mem_methods& plain() {
    static sqlite3_mem_methods methods{};
    return methods;
  }
};

}  // namespace proktor::testing
