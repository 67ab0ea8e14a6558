// The .medium file of docs/vectors-sealed.json, made with the openssl command, reads back to the entries of vectors.json.
#include "base/bytes.hpp"
#include "base/file.hpp"
#include "medium/entries.hpp"
#include "medium/frame.hpp"

#include "tests/unit/journal/support.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
namespace json = boost::json;

namespace {

json::value document(char const* name) {
  return json::parse(*read_file(std::string(PROKTOR_SOURCE_DIR) + "/docs/" + name, 4'000'000));
}

std::string text(json::value const& value) { return std::string(value.as_string()); }

}  // namespace

TEST_CASE("A medium written by the rules of the protocol page alone is read entry by entry") {
  auto const sealed = document("vectors-sealed.json");
  auto const journal = document("vectors.json").at("journal");
  auto const key = [&](char const* name) { return text(sealed.at("keys").at(name)); };
  journal::test::TempDir dir;
  auto const stream = unhex16(text(journal.at("stream")));
  REQUIRE(stream);
  std::filesystem::create_directories(dir / "stik/proktor-cadangan");
  auto const path = medium::medium_path("proktor-cadangan", *stream);
  REQUIRE(write_file(dir / "stik" / path, *unbase64url(text(sealed.at("medium").at("file")))));
  medium::DirectFiles files(dir / "stik");
  REQUIRE(files.look());
  medium::MediumEntries entries(files, path, {key("roots.pem"), key("box.key"), key("box.pem")});
  CHECK(entries.stream() == stream);
  for (auto const& expected : journal.at("entries").as_array()) {
    auto const entry = entries.next();
    REQUIRE(entry);
    CHECK(journal::feed_line(*entry) == text(expected.at("feed")));
  }
  CHECK_FALSE(entries.next());
  CHECK(entries.damaged_frames() == 0);
  CHECK_FALSE(entries.failure());
}
