// What the journal's own rebuild writes is what the centre believes: the two halves of docs/protocol.md, "Recovery".
#include "journal/rebuild.hpp"
#include "sync/pusat/lineage.hpp"

#include "tests/unit/journal/support.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

using namespace proktor;
using namespace proktor::journal::test;

namespace {

pusat::EachEntry each_of(std::filesystem::path const& directory) {
  return [directory](std::function<void(journal::Entry const&)> const& callback) -> Result<void> {
    auto reader = journal::Reader::open(directory);
    if (!reader) return reader.error();
    auto const all = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    auto const read = reader->read_entries(0, all, callback);
    if (!read) return read.error();
    return {};
  };
}

std::string genesis() {
  return R"({"organiser":"nasional","event":"uji-1","title":"Uji “Satu” / é","stream":")" + hex(test_stream) +
         R"(","box":"KOTAK-1","packet":"","previous_head":")" + hex(Bytes32{3}) + R"("})";
}

}  // namespace

TEST_CASE("A journal made again twice from its copy is a continuation that the centre believes") {
  TempDir dir;
  auto const place = dir / "uji-1";
  {
    Bench bench;
    auto const handle = bench.create(place);
    Pupil pupil(1);
    REQUIRE(bench.append(handle.id, {{"genesis", "uji-1", genesis()}, pupil.begin(), pupil.answer("i1", "c1"),
                                     pupil.answer("i2", "c2")}));
  }
  CHECK_FALSE(pusat::read_continuation(each_of(place)).value().has_value());
  Bytes16 before = test_stream;
  for (Bytes16 const& stream : {Bytes16{7}, Bytes16{8}}) {
    auto const through = *journal::Reader::open(place)->head();
    for (char const* name : {"journal.db", "journal.db-wal", "journal.db-shm"}) std::filesystem::remove(place / name);
    REQUIRE(journal::rebuild_in_place(place, {}, stream, 1'795'400'000'000));
    auto const found = pusat::read_continuation(each_of(place));
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->problem.empty());
    CHECK((*found)->previous == before);
    CHECK((*found)->lsn == through.lsn);
    before = stream;
  }
}
