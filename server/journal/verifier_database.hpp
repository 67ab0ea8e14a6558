#pragma once
// What SQLite can tell of a journal's file: its pages, and whether its schema is the one that a new journal gets. Short
// reads; the verifier's thread.

#include "journal/sqlite.hpp"

#include <functional>
#include <string>

namespace proktor::journal {

// Every page of every table and index. `report` gets one sentence per fault.
Result<void> check_pages(Database& journal, std::function<void(std::string)> const& report);

// expected: a new journal's. `report` gets one sentence per difference.
Result<void> check_database(Database& journal, Database& expected, std::function<void(std::string)> const& report);

}  // namespace proktor::journal
