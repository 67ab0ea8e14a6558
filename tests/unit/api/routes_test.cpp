// The route table against docs/api.md, both ways, and how a path finds its route.
#include "api/routes.hpp"
#include "base/file.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <sstream>
#include <string>

using namespace proktor;
using namespace proktor::api;

namespace {

// "GET /api/info" of every row in the sections of the web port; queries left out.
std::set<std::string> documented() {
  auto const text = read_file(std::string(PROKTOR_SOURCE_DIR) + "/docs/api.md", 1U << 20U);
  REQUIRE(text.has_value());
  std::set<std::string> rows;
  std::istringstream lines(*text);
  std::string section;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("## ")) section = line.substr(3);
    bool const ours = section == "Pupil" || section == "Staff";
    if (!ours || !line.starts_with("| `")) continue;
    auto const row = line.substr(3, line.find('`', 3) - 3);
    rows.insert(row.substr(0, row.find('?')));
  }
  return rows;
}

}  // namespace

TEST_CASE("every documented route exists, and every route is documented") {
  std::set<std::string> built;
  for (auto const& route : routes()) {
    CHECK(built.insert(std::string(http::name_of(route.method)) + " " + std::string(route.path)).second);
  }
  CHECK(built == documented());
  CHECK(built.size() > 30);
}

TEST_CASE("only reads may come without an Origin") {
  for (auto const& route : routes()) {
    INFO(route.path);
    CHECK((route.method == http::Method::get || route.method == http::Method::post));
  }
}

TEST_CASE("a path finds its route, another method is told apart from an unknown path") {
  auto const asset = find_route(routes(), http::Method::get, "/api/asset/abc");
  REQUIRE(asset.route != nullptr);
  CHECK(asset.argument == "abc");
  for (auto const* path : {"/api/asset/", "/api/asset/a/b", "/api/asset", "/api/infos", "/api/info/", "/", ""}) {
    INFO(path);
    auto const none = find_route(routes(), http::Method::get, path);
    CHECK(none.route == nullptr);
    CHECK_FALSE(none.path_known);
  }
  auto const wrong_method = find_route(routes(), http::Method::get, "/api/pupil/login");
  CHECK(wrong_method.route == nullptr);
  CHECK(wrong_method.path_known);
}
