// The real programs as processes: proktor-sync beside a box's two sockets, proktor-pusat serve and open,
// killed and stopped at awkward moments. What was in the journal must be at the centre, once.
#include "world.hpp"

#include "base/random.hpp"
#include "seal/role.hpp"
#include "tests/support/result_text.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <optional>
#include <set>
#include <string>
#include <thread>

using namespace proktor;
using namespace proktor::sync;
using namespace proktor::sync::testing;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

std::string const bin = PROKTOR_BIN_DIR;

std::uint16_t free_port() {
  auto const fd = http::bind_tcp("127.0.0.1", 0);
  return http::port_of(*fd);
}

// A box, its journal and its sync; a centre at a fixed port that may be up or down.
struct Scene {
  Place place;
  BoxFiles box;
  TestJournal journal;
  std::uint16_t port = free_port();
  std::optional<FakeBox> proktord;
  std::optional<Child> sync;
  std::optional<Child> serve;

  explicit Scene(std::uint64_t seed) : box(place.enrol("KOTAK-1")), journal("KOTAK-1", seed) {
    start_proktord();
    std::string const toml = fmt::format(
        "box_dir = \"{0}/KOTAK-1/box\"\nfeed_socket = \"{0}/run/feed.sock\"\ncontrol_socket = "
        "\"{0}/run/control.sock\"\n"
        "spool_dir = \"{0}/spool\"\ncentre_url = \"https://127.0.0.1:{1}\"\nsegment_bytes_max = 3000\n"
        "segment_interval_s = 0.2\nbackoff_first_s = 0.05\nbackoff_max_s = 0.3\nlocal_retry_s = 0.1\n"
        "status_interval_s = 0.2\nrefused_retry_s = 0.5\n",
        (place / "").parent_path().string(), port);
    REQUIRE(write_file(place / "sync.toml", toml));
  }
  void start_proktord() { proktord.emplace(place / "run", journal); }
  void start_sync() {
    sync.reset();
    sync.emplace(std::vector<std::string>{bin + "/proktor-sync", "--config", (place / "sync.toml").string()},
                 place / "sync.log");
  }
  void start_serve() {
    serve.reset();
    fs::remove(place / "port");
    serve.emplace(
        std::vector<std::string>{bin + "/proktor-pusat", "serve", "--keys", (place / "keys").string(),
                                 "--data", (place / "pusat").string(), "--listen",
                                 fmt::format("127.0.0.1:{}", port), "--port-file", (place / "port").string()},
        place / "serve.log");
    REQUIRE(eventually([&] { return fs::exists(place / "port"); }));
  }
  std::uint64_t received() const {
    std::uint64_t through = 0;
    for (std::string const& file : proktord->receipts())
      if (auto const receipt = segment::read_receipt(file, place.roots(), seal::build_time_floor_s))
        through = std::max(through, receipt->contiguous);
    return through;
  }
  int open() const {
    return Child({bin + "/proktor-pusat", "open", "--keys", (place / "keys").string(), "--data",
                  (place / "pusat").string()},
                 place / "open.log")
        .wait();
  }
  // Nothing while `open` has not made its database yet.
  std::optional<json::value> try_report() const {
    fs::path const out = place / "report.json";
    fs::remove(out);
    int const code =
        Child({bin + "/proktor-pusat", "report", "--json", "--data", (place / "pusat").string()}, out).wait();
    if (code != 0) return std::nullopt;
    return json::parse(*read_file(out, 10'000'000));
  }
  json::value report() const {
    auto const made = try_report();
    REQUIRE(made.has_value());
    return *made;
  }
  std::string logs() const {
    std::string all;
    for (char const* name : {"sync.log", "serve.log", "open.log"})
      if (auto const text = read_file(place / name, 10'000'000)) all += *text;
    return all.substr(all.size() > 4'000 ? all.size() - 4'000 : 0);
  }
};

std::uint64_t number(json::value const& value) {
  return value.to_number<std::uint64_t>();
}

}  // namespace

TEST_CASE("A sitting reaches the centre though it was away, and the report names every answer and code") {
  Scene scene(21);
  scene.journal.add_people(3);
  scene.start_sync();
  std::set<std::string> codes = {scene.journal.add_attempt(1, 30), scene.journal.add_attempt(2, 15)};
  scene.journal.add_attempt(3, 7, false);
  // No centre: sealing goes on, proktord hears of it.
  REQUIRE(eventually([&] { return scene.proktord->status().find("OFFLINE") != std::string::npos; }));
  REQUIRE(eventually([&] {
    auto const status = scene.proktord->status();
    return status.find(fmt::format("\"{}\":{}", hex(scene.journal.stream()), scene.journal.last())) !=
           std::string::npos;
  }));
  CHECK(scene.proktord->receipts().empty());
  std::uint64_t const wanted = scene.journal.last();
  scene.start_serve();
  INFO(scene.logs());
  REQUIRE(eventually([&] { return scene.received() >= wanted; }));
  REQUIRE(eventually([&] { return scene.proktord->status().find("AKTIF") != std::string::npos; }));

  // The gateway needs no key that opens segments.
  fs::rename(scene.place / "keys/centre", scene.place / "centre-away");
  scene.start_serve();
  scene.journal.add("sitting-closed", "s1", R"({"by":"p","x":1})");
  std::uint64_t const closed = scene.journal.last();
  REQUIRE(eventually([&] { return scene.received() >= closed; }));
  fs::rename(scene.place / "centre-away", scene.place / "keys/centre");

  REQUIRE(scene.open() == 0);
  auto const report = scene.report();
  auto const& totals = report.at("totals");
  CHECK(number(totals.at("matches")) == 2);
  CHECK(number(totals.at("open")) == 1);
  CHECK(number(totals.at("differs")) == 0);
  CHECK(number(totals.at("events")) == 31 + 16 + 7);
  auto const& stream = report.at("streams").at(0);
  CHECK(number(stream.at("opened")) >= closed);
  CHECK(number(stream.at("forks")) == 0);
  std::set<std::string> found;
  for (auto const& person : stream.at("schools").at(0).at("participants").as_array())
    for (auto const& attempt : person.at("attempts").as_array())
      if (attempt.at("verdict").as_string() == "matches")
        found.insert(std::string(attempt.at("code").as_string()));
  CHECK(found == codes);
}

TEST_CASE("With nothing but receipts to tell, no more segments are made") {
  Scene scene(22);
  scene.journal.add_people(2);
  scene.start_serve();
  scene.start_sync();
  std::uint64_t const wanted = scene.journal.last();
  INFO(scene.logs());
  REQUIRE(eventually([&] { return scene.received() >= wanted; }));
  std::size_t const receipts = scene.proktord->receipts().size();
  // Several sealing intervals pass: a receipt for each receipt would show by now.
  CHECK_FALSE(eventually([&] { return scene.proktord->receipts().size() > receipts; },
                         std::chrono::milliseconds(1500)));
}

TEST_CASE("Killed again and again, sync and centre end with every entry once and no fork") {
  constexpr std::uint64_t seed = 23;
  Scene scene(seed);
  SplitMix64 random(seed);
  scene.journal.add_people(20);
  scene.start_serve();
  std::set<std::string> codes;
  for (int round = 0; round < 14; ++round) {
    scene.start_sync();
    codes.insert(scene.journal.add_attempt(round + 1, 12));
    std::this_thread::sleep_for(std::chrono::milliseconds(random.below(350)));
    scene.sync->kill(SIGKILL);
    scene.sync->wait();
    if (round % 4 == 1) {
      scene.serve->kill(SIGKILL);
      scene.serve->wait();
      scene.start_serve();
    }
    if (round % 5 == 2) {
      scene.proktord.reset();
      scene.start_proktord();
    }
  }
  scene.start_sync();
  scene.journal.add("sitting-closed", "s1", R"({"by":"p","x":1})");
  std::uint64_t const wanted = scene.journal.last();
  bool const arrived = eventually([&] { return scene.received() >= wanted; });
  INFO("seed " << seed << "\n" << scene.logs());
  REQUIRE(arrived);
  REQUIRE(scene.open() == 0);
  auto const report = scene.report();
  CHECK(number(report.at("totals").at("matches")) == codes.size());
  CHECK(number(report.at("totals").at("events")) == codes.size() * 13);
  auto const& stream = report.at("streams").at(0);
  CHECK(number(stream.at("forks")) == 0);
  CHECK(number(stream.at("opened")) >= wanted);
  CHECK(stream.at("problem").as_string().empty());
  // Opening again, by another process, finds the same and adds nothing.
  REQUIRE(scene.open() == 0);
  CHECK(scene.report() == report);
}

TEST_CASE("A log that lost what was sealed, and goes on without it, stops its stream, and a person is told") {
  TestJournal shorter("KOTAK-1", 26), again("KOTAK-1", 27);
  Scene scene(26);
  scene.journal.add_people(3);
  scene.start_serve();
  scene.start_sync();
  std::uint64_t const sealed = scene.journal.last();
  REQUIRE(eventually([&] { return scene.received() >= sealed; }));
  auto const says = [&](std::string_view what) {
    return eventually([&] { return scene.proktord->status().find(what) != std::string::npos; });
  };
  shorter.add_people(1);
  scene.proktord.emplace(scene.place / "run", shorter);
  CHECK((says("was sealed") && says("STANDBY")));
  shorter.add_attempt(1, 30);
  CHECK((says("chain_broken") && says("STANDBY")));
  scene.proktord.emplace(scene.place / "run", again);  // made again, as another stream
  CHECK(says("AKTIF"));
}

TEST_CASE("A segment that the centre cannot believe stops its stream, is named, and nothing is lost") {
  Scene scene(24);
  scene.journal.add_people(2);
  // Signed by the right box, but the lines inside are not those that the header's hash stands for.
  std::string lines = scene.journal.lines(0, 4);
  lines.replace(lines.find("Peserta 1"), 9, "Peserta 9");
  auto const forged =
      segment::seal_segment(scene.journal.header(1, 4), lines, scene.box.signer, scene.box.centre_certificate);
  REQUIRE(forged);
  fs::path const folder = scene.place / "pusat" / "segments" / hex(scene.journal.stream());
  fs::create_directories(folder);
  std::string const name = segment::segment_name({scene.journal.stream(), 1, 4});
  REQUIRE(write_file(folder / pusat::stored_name(name, std::string(64, 'a')), *forged));
  CHECK(scene.open() == 2);
  auto const report = scene.report();
  auto const& stream = report.at("streams").at(0);
  CHECK(number(stream.at("opened")) == 0);
  CHECK(stream.at("problem").as_string().find("chain_broken") != json::string::npos);
  CHECK(fs::exists(folder / pusat::stored_name(name, std::string(64, 'a'))));

  // The true one beside it is a second segment for the range: still nothing is opened.
  REQUIRE(write_file(folder / pusat::stored_name(name, std::string(64, 'b')),
                     seal_range(scene.journal, scene.box, 1, 4)));
  CHECK(scene.open() == 2);
  CHECK(scene.report().at("streams").at(0).at("problem").as_string().find("fork") != json::string::npos);
}

TEST_CASE(
    "Both programs stop in order on SIGTERM, refuse a second of their kind, and name a bad configuration") {
  Scene scene(25);
  scene.start_serve();
  scene.start_sync();
  REQUIRE(eventually([&] { return scene.proktord->status().find("AKTIF") != std::string::npos; }));
  CHECK(Child({bin + "/proktor-sync", "--config", (scene.place / "sync.toml").string()},
              scene.place / "two.log")
            .wait() == 1);
  CHECK(Child({bin + "/proktor-pusat", "serve", "--keys", (scene.place / "keys").string(), "--data",
               (scene.place / "pusat").string(), "--listen", "127.0.0.1:0"},
              scene.place / "two.log")
            .wait() == 1);
  Child watch({bin + "/proktor-pusat", "open", "--watch", "--interval", "0.1", "--keys",
               (scene.place / "keys").string(), "--data", (scene.place / "pusat").string()},
              scene.place / "open.log");
  scene.journal.add_people(1);
  REQUIRE(eventually([&] {
    auto const report = scene.try_report();
    if (!report) return false;
    auto const& streams = report->at("streams").as_array();
    return !streams.empty() && number(streams[0].at("opened")) >= 4;
  }));
  auto const began = std::chrono::steady_clock::now();
  watch.kill(SIGTERM);
  CHECK(watch.wait() == 0);
  scene.sync->kill(SIGTERM);
  CHECK(scene.sync->wait() == 0);
  scene.serve->kill(SIGTERM);
  CHECK(scene.serve->wait() == 0);
  CHECK(std::chrono::steady_clock::now() - began <
        std::chrono::seconds(10));  // a waiting feed is not waited out
  REQUIRE(write_file(scene.place / "bad.toml", "warna = 1\n"));
  CHECK(Child({bin + "/proktor-sync", "--check-config", "--config", (scene.place / "bad.toml").string()},
              scene.place / "bad.log")
            .wait() == 1);
  CHECK(read_file(scene.place / "bad.log", 10'000)->find("warna") != std::string::npos);
}
