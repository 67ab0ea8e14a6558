// The centre's stores while the program that makes or writes them is in the middle of it, or was killed there.
#include "world.hpp"

#include "sync/pusat/commands.hpp"
#include "sync/pusat/database.hpp"
#include "sync/pusat/report.hpp"
#include "tests/support/result_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

using namespace proktor;
using namespace proktor::pusat;
using namespace proktor::sync::testing;
namespace json = boost::json;

namespace {

constexpr std::string_view schema = "CREATE TABLE thing (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT";

// Another process writes so much in one transaction that SQLite has begun to change the file, and ends there.
void die_in_transaction(std::filesystem::path const& path) {
  pid_t const child = ::fork();
  if (child == 0) {
    auto database = Database::open(path, schema, 1);
    if (!database || !database->execute("PRAGMA cache_size=1")) ::_exit(2);
    auto const ended = database->transaction([&]() -> Result<void> {
      auto const filled = database->execute(
          "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
          "INSERT INTO thing SELECT i, zeroblob(2000) FROM n; UPDATE thing SET bytes = zeroblob(3000) WHERE n = 1");
      ::_exit(filled ? 0 : 3);
    });
    ::_exit(ended ? 4 : 5);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
}

}  // namespace

TEST_CASE("stores that were made and not filled yet are an empty report and empty results, not an error") {
  Place place;
  auto const data = place / "pusat";
  std::filesystem::create_directories(data);
  REQUIRE(write_file(data / "centre.db", ""));
  REQUIRE(write_file(data / "gateway.db", ""));
  auto const report = make_report({data, true});
  REQUIRE(report.has_value());
  CHECK(json::parse(*report).at("streams").as_array().empty());
  CHECK(run_results({data, {}, place / "out", {}, true}) == 0);
  CHECK(std::filesystem::file_size(data / "centre.db") == 0);
  auto const path = data / "other.db";
  CHECK(Database::open_read_only(path, schema, 1).error() == Errc::not_found);
}

TEST_CASE("a reader takes back what a killed writer left half, and writes nothing itself") {
  Place place;
  auto const path = place / "thing.db";
  {
    auto database = Database::open(path, schema, 1);
    REQUIRE(database.has_value());
    REQUIRE(database->execute("INSERT INTO thing VALUES (1, zeroblob(10))").has_value());
  }
  die_in_transaction(path);
  REQUIRE(std::filesystem::exists(place / "thing.db-journal"));
  auto reader = Database::open_read_only(path, schema, 1);
  REQUIRE(reader.has_value());
  auto query = reader->prepare("SELECT count(*), sum(length(bytes)) FROM thing");
  REQUIRE(query.has_value());
  REQUIRE(query->step().has_value());
  CHECK(query->integer(0) == 1);
  CHECK(query->integer(1) == 10);
  query->reset();
  CHECK_FALSE(reader->execute("INSERT INTO thing VALUES (2, zeroblob(10))").has_value());
}
