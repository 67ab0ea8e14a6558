// `proktor export` of a stopped and of a running box: the same files, whole or not at all.
#include "support.hpp"

#include "journal/data_lock.hpp"
#include "journal/reader.hpp"
#include "journal/writer.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <algorithm>
#include <future>
#include <iterator>
#include <string>
#include <utility>

using namespace proktor;
namespace json = boost::json;

namespace {

std::string const attempt_id(32, '1');
std::string const genesis =
    R"({"organiser":"nasional","event":"latihan","box":"KOTAK-1","stream":"02000000000000000000000000000000"})";

class Data {
 public:
  explicit Data(std::string const& first = genesis) {
    SystemClock clock;
    journal::WriterOptions options;
    options.post_to_owner = [](std::function<void()> task) { task(); };
    options.on_fatal = [](Error const&) { std::abort(); };
    journal::Writer writer(options, clock);
    std::filesystem::create_directories(event().parent_path());
    auto const handle = writer.create(event(), Bytes16{2});
    REQUIRE(handle);
    core::NewEntries entries{
        {"genesis", "latihan", first},
        {"participant", "0000000001", R"({"username":"=P1,\"a\""})"},
        {"attempt", attempt_id, R"({"participant":"0000000001","test":"literasi","sesi":"S1","term":0,"n":1})"},
        {"attempt", std::string(32, '2'), R"({"participant":"0000000001","test":"survei","sesi":"S1","term":0,"n":1})"},
        {"finished", attempt_id, R"({"term":0,"n":1,"seq":1,"head":"","code":"7KQ2-M0XA-91TZ","answered":0})"}};
    std::promise<bool> done;
    REQUIRE(writer.append(handle->id, entries, 0,
                          [&done](Result<journal::Appended> result) { done.set_value(bool(result)); }));
    REQUIRE(done.get_future().get());
    test::write(event() / "receipts/000000000001-000000000002.receipt", "tanda terima");
  }

  std::filesystem::path path() const { return dir_ / "data"; }
  std::filesystem::path event() const { return path() / "kegiatan/latihan"; }
  std::filesystem::path out(std::string_view name) const { return dir_ / name; }
  test::Outcome run(std::string_view name, std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"export", path().string(), "--out", out(name).string(), "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return test::proktor(arguments);
  }
  std::string code_of(test::Outcome const& outcome) const {
    return std::string(json::parse(outcome.out).at("error").at("code").as_string());
  }
  std::size_t names_beside() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir_.path()), {}));
  }

 private:
  test::TempDir dir_;
};

}  // namespace

TEST_CASE("an export holds every entry, the receipts and the list of codes, and is never written over") {
  Data const data;
  auto const done = data.run("salinan");
  INFO(done.out << done.err);
  REQUIRE(done.exit_code == 0);
  auto const out = data.out("salinan");
  CHECK(test::read(out / "kode-bukti.csv") ==
        "username,test,sesi,attempt,code\n"
        "\"'=P1,\"\"a\"\"\",literasi,S1," + attempt_id + ",7KQ2-M0XA-91TZ\n"
        "\"'=P1,\"\"a\"\"\",survei,S1," + std::string(32, '2') + ",\n");
  CHECK(test::read(out / "receipts/000000000001-000000000002.receipt") == "tanda terima");
  auto const lines = test::read(out / "entries.ndjson");
  CHECK(std::count(lines.begin(), lines.end(), '\n') == 5);
  auto const about = json::parse(test::read(out / "export.json"));
  CHECK(about.at("last") == 5);
  CHECK(about.at("box") == "KOTAK-1");
  CHECK(data.code_of(data.run("salinan")) == "already_imported");
  CHECK(test::read(out / "entries.ndjson") == lines);
}

TEST_CASE("an export that cannot be whole leaves nothing behind") {
  Data const data("{}");  // no kegiatan, no box
  auto const before = data.names_beside();
  CHECK(data.code_of(data.run("salinan")) == "journal_corrupt");
  CHECK(data.code_of(data.run("salinan", {"--event", "lain"})) == "not_found");
  CHECK(data.names_beside() == before);
}

TEST_CASE("a running box gives the same export over its feed") {
  Data const data;
  REQUIRE(data.run("berhenti").exit_code == 0);
  auto const lock = journal::DataLock::take(data.path());
  REQUIRE(lock);
  CHECK(data.code_of(data.run("tanpa-soket")) == "unreachable");
  std::filesystem::create_directories(data.path() / "run");
  test::ControlServer feed(data.path() / "run/feed.sock");
  feed.answer_with([&data](test::Seen const& seen) {
    auto const at = seen.query.find("after=");
    auto const after = std::stoull(seen.query.substr(at + 6));
    http::Response response;
    std::string lines;
    auto reader = journal::Reader::open(data.event());
    auto const read = reader->read_entries(after, 2, [&lines](journal::Entry const& entry) {
      lines += journal::feed_line(entry) + "\n";
    });
    if (!read) response.status = 500;
    response.body = std::move(lines);
    return response;
  });
  REQUIRE(data.run("berjalan").exit_code == 0);
  for (auto const* name : {"entries.ndjson", "export.json", "kode-bukti.csv"})
    CHECK(test::read(data.out("berjalan") / name) == test::read(data.out("berhenti") / name));
  CHECK(feed.seen().size() == 4);  // 2, 2, 1, none
}
