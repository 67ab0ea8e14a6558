// A box whose certificate is good and whose segments are not: the centre stops that stream, says why, opens nothing of it,
// and the other boxes' streams go on. And what the folders of the centre may hold besides.
#include "upload_support.hpp"

#include "sync/pusat/commands.hpp"
#include "sync/pusat/lineage.hpp"
#include "sync/pusat/opener.hpp"
#include "sync/pusat/report.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <functional>
#include <vector>

using namespace proktor;
using namespace proktor::pusat;
using namespace proktor::sync::testing;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

struct Centre {
  Place place{};
  fs::path data = place / "pusat";
  sync::BoxFiles box = place.enrol("KOTAK-1");
  TestJournal journal{"KOTAK-1", 61};

  Centre() { journal.add_people(4); }

  void put(segment::SegmentHeader const& header, std::string const& plain, sync::BoxFiles const& from) const {
    auto const file = segment::seal_segment(header, plain, from.signer, from.centre_certificate);
    REQUIRE(file);
    put_file(segment::segment_name({header.stream, header.first, header.last}), header.stream, *file);
  }
  void put_file(std::string const& name, Bytes16 const& stream, std::string const& bytes) const {
    auto const folder = data / "segments" / hex(stream);
    fs::create_directories(folder);
    REQUIRE(write_file(folder / stored_name(name, hex(sha256(bytes))), bytes));
  }
  void put_good(std::uint64_t first, std::uint64_t last) const {
    put(journal.header(first, last), journal.lines(first - 1, last - first + 1), box);
  }
  // True: nothing is wrong with any stream.
  bool open() const {
    auto opener = Opener::create(place / "keys", data);
    REQUIRE(opener);
    REQUIRE(opener->run_once());
    return !opener->any_problem();
  }
  // The verb blocks signals, which is a program's own business.
  int open_by_program(char const* keys) const {
    return Child({std::string(PROKTOR_BIN_DIR) + "/proktor-pusat", "open", "--keys", (place / keys).string(), "--data",
                  data.string()},
                 place / "open.log")
        .wait();
  }
  std::uint64_t opened(Bytes16 const& stream) const {
    auto store = CentreStore::open_read_only(data);
    REQUIRE(store);
    auto const rows = store->streams();
    REQUIRE(rows);
    for (auto const& row : *rows)
      if (row.stream == stream) return row.opened;
    return 0;
  }
};

struct Lie {
  char const* name;
  std::function<void(segment::SegmentHeader&, std::string&)> tell;
};

void replace(std::string& text, std::string const& from, std::string const& to) {
  auto const at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("A signed segment whose entries are not what its header says opens nothing and stops its stream alone") {
  Centre const centre;
  auto const second = GENERATE(false, true);
  std::vector<Lie> const lies = {
      {"a line without an end", [](auto&, auto& plain) { plain.pop_back(); }},
      {"a line too few", [](auto&, auto& plain) { plain.erase(0, plain.find('\n') + 1); }},
      {"the last line missing", [](auto&, auto& plain) { plain.erase(plain.rfind('\n', plain.size() - 2) + 1); }},
      {"no line", [](auto&, auto& plain) { plain.clear(); }},
      {"a line twice", [](auto&, auto& plain) { plain += plain.substr(plain.rfind('\n', plain.size() - 2) + 1); }},
      {"a line that is no entry", [](auto&, auto& plain) { plain.insert(0, "{}\n"); }},
      {"another byte", [](auto&, auto& plain) { replace(plain, "lsn", "LSN"); }},
      {"another name", [](auto&, auto& plain) { replace(plain, "9901001", "9901002"); }},
      {"another end", [](auto& header, auto&) { header.hash = Bytes32{1}; }},
      {"another beginning", [](auto& header, auto&) { header.previous = Bytes32{1}; }},
      {"a longer range", [](auto& header, auto&) { ++header.last; }}};
  for (auto const& lie : lies) {
    INFO(lie.name << (second ? ", in the second segment" : ""));
    fs::remove_all(centre.data);
    if (second) centre.put_good(1, 3);
    auto header = second ? centre.journal.header(4, 7) : centre.journal.header(1, 7);
    auto plain = second ? centre.journal.lines(3, 4) : centre.journal.lines(0, 7);
    if (second && lie.name == std::string("another name")) continue;  // it is in the first
    lie.tell(header, plain);
    centre.put(header, plain, centre.box);
    TestJournal other("KOTAK-1", 62);
    other.add_people(1);
    centre.put(other.header(1, 4), other.lines(0, 4), centre.box);
    CHECK_FALSE(centre.open());
    CHECK(centre.opened(centre.journal.stream()) == (second ? 3 : 0));
    CHECK(centre.opened(other.stream()) == 4);
    auto const report = make_report({centre.data, true});
    REQUIRE(report);
    CHECK(report->find("segment") != std::string::npos);
  }
}

TEST_CASE("A first entry that names another kegiatan, organiser or box, or none, opens nothing") {
  Centre const centre;
  std::vector<Lie> const lies = {{"kegiatan", [](auto& header, auto&) { header.event = "lain"; }},
                                 {"organiser", [](auto& header, auto&) { header.organiser = "lain"; }}};
  for (auto const& lie : lies) {
    INFO(lie.name);
    fs::remove_all(centre.data);
    auto header = centre.journal.header(1, 7);
    auto plain = centre.journal.lines(0, 7);
    lie.tell(header, plain);
    centre.put(header, plain, centre.box);
    CHECK_FALSE(centre.open());
    CHECK(centre.opened(header.stream) == 0);
  }
  // Another box signs the whole stream, or its end, as its own.
  auto const thief = centre.place.enrol("KOTAK-2");
  for (std::uint64_t const from : {std::uint64_t{1}, std::uint64_t{4}}) {
    fs::remove_all(centre.data);
    if (from > 1) centre.put_good(1, from - 1);
    auto header = centre.journal.header(from, 7);
    header.box = "KOTAK-2";
    centre.put(header, centre.journal.lines(from - 1, 8 - from), thief);
    CHECK_FALSE(centre.open());
    CHECK(centre.opened(header.stream) == from - 1);
  }
  fs::remove_all(centre.data);
  centre.put_good(1, 3);
  auto header = centre.journal.header(4, 7);
  header.event = "lain";
  centre.put(header, centre.journal.lines(3, 4), centre.box);
  CHECK_FALSE(centre.open());
  CHECK(centre.opened(header.stream) == 3);
}

TEST_CASE("Files that are no segments are passed over, damaged ones are named, and a stream goes on when they are whole") {
  Centre const centre;
  auto const stream = centre.journal.stream();
  auto const name = name_of(centre.journal, 1, 7);
  centre.put_file("catatan.segment", stream, "x");
  REQUIRE(write_file(centre.data / "segments" / hex(stream) / ".segment", "x"));
  REQUIRE(write_file(centre.data / "segments" / hex(stream) / "baca.txt", "x"));
  fs::create_directories(centre.data / "segments" / "bukan-aliran");
  CHECK(centre.open());

  auto const good = seal_range(centre.journal, centre.box, 1, 7);
  auto const path = centre.data / "segments" / hex(stream) / stored_name(name, hex(sha256(good)));
  for (std::string const& bad : {std::string(), good.substr(0, good.size() / 2), seal_range(centre.journal, centre.box, 1, 6)}) {
    REQUIRE(write_file(path, bad));
    CHECK_FALSE(centre.open());
    CHECK(centre.opened(stream) == 0);
  }
  fs::remove(path);
  fs::create_directory(path);
  CHECK_FALSE(centre.open());
  fs::remove(path);
  REQUIRE(write_file(path, good));
  CHECK(centre.open());
  CHECK(centre.opened(stream) == 7);
}

TEST_CASE("A centre that cannot see what has come says so, and does not tell of nothing") {
  Centre const centre;
  centre.put_good(1, 7);
  fs::rename(centre.data / "segments", centre.place / "aside");
  CHECK(centre.open());  // nothing has come yet
  REQUIRE(write_file(centre.data / "segments", ""));
  auto opener = Opener::create(centre.place / "keys", centre.data);
  REQUIRE(opener);
  CHECK(opener->run_once().error() == Errc::io_error);
  CHECK(SegmentStore::open(centre.data).error() == Errc::io_error);
  CHECK(centre.open_by_program("keys") == 1);
  fs::remove(centre.data / "segments");
  fs::rename(centre.place / "aside", centre.data / "segments");
  REQUIRE(opener->run_once());
  CHECK(centre.opened(centre.journal.stream()) == 7);
}

TEST_CASE("The verbs of the centre refuse what they cannot use and leave nothing behind") {
  Centre const centre;
  centre.put_good(1, 7);
  CHECK(centre.open());
  auto const results = [&](std::vector<fs::path> packages, fs::path const& out) {
    return run_results({centre.data, std::move(packages), out, {}, true});
  };
  REQUIRE(write_file(centre.place / "bukan.zip", "bukan paket"));
  CHECK(results({centre.place / "tiada.zip"}, centre.place / "out") == 2);
  CHECK(results({centre.place / "bukan.zip"}, centre.place / "out") == 2);
  CHECK_FALSE(fs::exists(centre.place / "out"));
  CHECK(results({}, centre.place / "bukan.zip" / "out") == 2);
  CHECK(run_results({centre.place / "tiada", {}, centre.place / "out", {}, false}) == 2);
  CHECK(centre.open_by_program("tiada") == 1);
  for (char const* listen : {"9443", "127.0.0.1:", "127.0.0.1:port", "127.0.0.1:70000", "192.0.2.1:1"})
    CHECK(run_serve({centre.place / "keys", centre.place / "lain", listen, {}}) == 1);
  CHECK(run_serve({centre.place / "tiada", centre.place / "lain", "127.0.0.1:0", {}}) == 1);
  CHECK(run_serve({centre.place / "keys", centre.place / "bukan.zip", "127.0.0.1:0", {}}) == 1);
  CHECK(run_serve({centre.place / "keys", centre.place / "lain", "127.0.0.1:0", centre.place / "bukan.zip" / "p"}) == 1);
  auto const sets = load_gateway_keys(centre.place / "keys");
  REQUIRE(sets);
  // A receipt signer's certificate that is a box's, a TLS key that is no key: no gateway.
  auto const gateway = centre.place / "keys/gateway";
  auto const receipt = *read_file(gateway / "receipt.pem", 100'000);
  REQUIRE(write_file(gateway / "receipt.pem", centre.box.signer.certificate));
  CHECK_FALSE(load_gateway_keys(centre.place / "keys"));
  REQUIRE(write_file(gateway / "receipt.pem", receipt));
  REQUIRE(write_file(gateway / "tls.key", "bukan kunci"));
  CHECK_FALSE(load_gateway_keys(centre.place / "keys"));
}
