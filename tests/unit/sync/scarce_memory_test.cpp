// Memory that runs out inside the centre's SQLite, at each place: what got a receipt is kept, what is opened or reported is
// all or an error, and with memory again it goes on to the same end.
#include "upload_support.hpp"

#include "sync/pusat/commands.hpp"
#include "sync/pusat/opener.hpp"
#include "sync/pusat/report.hpp"
#include "tests/support/sqlite_memory.hpp"
#include "tests/support/result_text.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <map>
#include <set>

#include <fcntl.h>
#include <unistd.h>

using namespace proktor;
using namespace proktor::pusat;
using namespace proktor::sync::testing;
using proktor::testing::Allocations;
using proktor::testing::at_allocations;
using proktor::testing::SqliteMemory;
namespace fs = std::filesystem;

namespace {

struct Range {
  std::uint64_t first, last;
};

// Hundreds of commits are tried, and no power cut: in memory, where there is such a folder.
class Quick {
 public:
  Quick() {
    std::string name = (fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string()) + "/proktor-sync-XXXXXX";
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Quick() { fs::remove_all(path_); }
  Quick(Quick const&) = delete;
  Quick& operator=(Quick const&) = delete;
  fs::path operator/(std::string const& name) const { return path_ / name; }

 private:
  fs::path path_;
};

// Two segments of a box, the gateway's keys, and a folder in memory for the trials.
class Centre {
 public:
  Centre() {
    journal.add_people(8);
    auto keys = load_gateway_keys(place / "keys");
    REQUIRE(keys);
    roots_ = keys->roots;
    receipt_ = keys->receipt;
    for (auto const& [first, last] : ranges) files.push_back(seal_range(journal, box, first, last));
  }

  http::Response ask(Gateway& gateway, http::Method method, std::size_t which, std::size_t from = 0,
                     std::size_t count = std::string::npos) const {
    auto const& file = files[which];
    http::Request request;
    request.method = method;
    request.path = "/v1/segments/" + name_of(journal, ranges[which].first, ranges[which].last);
    request.peer.certificate_der = certificate_der_;
    request.headers = {{"Upload-Digest", hex(sha256(file))},
                       {"Upload-Offset", std::to_string(from)},
                       {"Upload-Length", std::to_string(file.size())}};
    if (method == http::Method::patch) request.body = file.substr(from, count);
    boost::asio::io_context context(1);
    auto done = boost::asio::co_spawn(context, gateway.handle(std::move(request)), boost::asio::use_future);
    context.run();
    return done.get();
  }

  // Sends both, one in two pieces, as far as it goes; adds what got a receipt.
  void send_all(fs::path const& data, std::set<std::size_t>& receipted) const {
    auto store = SegmentStore::open(data);
    if (!store) return;
    Gateway gateway(std::move(*store), roots_, receipt_);
    for (std::size_t which = 0; which < files.size(); ++which) {
      auto const asked = ask(gateway, http::Method::head, which);
      auto from = asked.status == 200 ? std::stoul(asked.headers.at(0).second) : 0UL;
      if (which == 0 && from == 0 && ask(gateway, http::Method::patch, which, 0, 500).status == 204) from = 500;
      auto const last = ask(gateway, http::Method::patch, which, from);
      auto const* body = std::get_if<std::string>(&last.body);
      if (last.status != 200) continue;
      auto const receipt = segment::read_receipt(*body, roots_, seal::build_time_floor_s);
      REQUIRE(receipt);
      CHECK(receipt->last == ranges[which].last);
      CHECK(receipt->contiguous <= ranges.back().last);
      receipted.insert(which);
    }
  }

  bool keeps(fs::path const& data, std::size_t which) const {
    auto const name = stored_name(name_of(journal, ranges[which].first, ranges[which].last), hex(sha256(files[which])));
    auto const kept = read_file(data / "segments" / hex(journal.stream()) / name, segment::segment_file_bytes_max);
    return kept && *kept == files[which];
  }

  Place place{};
  sync::BoxFiles box = place.enrol("KOTAK-1");
  TestJournal journal{"KOTAK-1", 41};
  std::vector<Range> ranges{{1, 4}, {5, 11}};
  std::vector<std::string> files{};

 private:
  std::string roots_{}, certificate_der_ = der_of(box.signer.certificate);
  segment::SigningKey receipt_{};
};

// Standard output in a file, for as long as it lives.
class Printed {
 public:
  explicit Printed(fs::path const& path) : before_(::dup(1)) {
    std::fflush(stdout);
    Fd const file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    ::dup2(file.get(), 1);
  }
  ~Printed() {
    std::fflush(stdout);
    ::dup2(before_.get(), 1);
  }

 private:
  Fd before_;
};

// A restored box with its older stream, and one whose segments overlap: as they came.
void fill(Place const& place, fs::path const& data) {
  auto const box = place.enrol("KOTAK-1"), other_box = place.enrol("KOTAK-2");
  TestJournal older("KOTAK-1", 51);
  older.add_people(3);
  older.add_attempt(1, 11);
  older.add_attempt(2, 5, false);
  TestJournal newer(older, older.last() - 2, 52);
  newer.add_attempt(3, 4);
  TestJournal other("KOTAK-2", 53);
  other.add_people(2);
  auto const keep = [&](TestJournal const& journal, sync::BoxFiles const& from, std::uint64_t first, std::uint64_t last) {
    auto const folder = data / "segments" / hex(journal.stream());
    fs::create_directories(folder);
    auto const file = seal_range(journal, from, first, last);
    REQUIRE(write_file(folder / stored_name(name_of(journal, first, last), hex(sha256(file))), file));
  };
  keep(older, box, 1, 7);
  keep(older, box, 8, older.last());
  keep(newer, box, 1, newer.last());
  keep(other, other_box, 1, 2);
  keep(other, other_box, 1, 3);
  REQUIRE(SegmentStore::open(data));
}

// What a report says, both ways; nothing when one of them failed.
std::optional<std::string> reported(fs::path const& data) {
  auto const as_json = make_report({data, true});
  auto const as_text = make_report({data, false});
  if (!as_json || !as_text) return std::nullopt;
  return *as_json + *as_text;
}

std::map<std::string, std::string> files_under(fs::path const& folder) {
  std::map<std::string, std::string> files;
  if (fs::exists(folder))
    for (auto const& entry : fs::directory_iterator(folder))
      files[entry.path().filename().string()] = *read_file(entry.path(), 10'000'000);
  return files;
}

// Opens all that came. False when something failed.
bool open_all(Place const& place, fs::path const& data) {
  auto opener = Opener::create(place / "keys", data);
  return opener && opener->run_once();
}

}  // namespace

TEST_CASE("with too little memory the centre keeps what it gave a receipt for, and takes the rest later") {
  Centre const centre;
  Quick const quick;
  auto const data = quick / "trial";
  at_allocations<SqliteMemory>(80, GENERATE(false, true), [&](Allocations& memory) {
    fs::remove_all(data);
    std::set<std::size_t> receipted;
    memory.arm();
    centre.send_all(data, receipted);
    memory.disarm();
    for (auto const which : receipted) CHECK(centre.keeps(data, which));
    receipted.clear();
    centre.send_all(data, receipted);
    CHECK(receipted.size() == centre.files.size());
    for (auto const which : receipted) CHECK(centre.keeps(data, which));
    CHECK(files_in(data / "segments") == centre.files.size());
    CHECK(files_in(data / "incoming") == 0);
  });
}

TEST_CASE("with too little memory what came is opened whole or not, and later to the same end") {
  Place const place;
  Quick const quick;
  fill(place, quick / "came");
  auto const data = quick / "trial";
  auto const fresh = [&] {
    fs::remove_all(data);
    fs::copy(quick / "came", data, fs::copy_options::recursive);
  };
  fresh();
  REQUIRE(open_all(place, data));
  auto const whole = reported(data);
  REQUIRE(whole);
  REQUIRE(whole->find("TERHENTI") != std::string::npos);  // the fork is told
  at_allocations<SqliteMemory>(80, GENERATE(false, true), [&](Allocations& memory) {
    fresh();
    memory.arm();
    bool const opened = open_all(place, data);
    memory.disarm();
    if (!opened) REQUIRE(open_all(place, data));
    CHECK(reported(data) == whole);
  });
}

TEST_CASE("with too little memory a report and the results are all or an error") {
  Place const place;
  Quick const quick;
  auto const data = quick / "pusat";
  fill(place, data);
  REQUIRE(open_all(place, data));
  auto const whole = reported(data);
  REQUIRE(whole);
  auto const results = [&] {
    fs::remove_all(quick / "out");
    Printed const printed(quick / "printed");
    return run_results({data, {}, quick / "out", "tiada", true});  // of no kegiatan: every question is asked
  };
  int const code = results();
  REQUIRE(code == 0);
  auto const written = files_under(quick / "out");
  auto const printed = *read_file(quick / "printed", 1'000'000);
  at_allocations<SqliteMemory>(80, GENERATE(false, true), [&](Allocations& memory) {
    memory.arm();
    auto const now = reported(data);
    int const code_now = results();
    memory.disarm();
    if (now) CHECK(now == whole);
    if (code_now == 2) return;
    CHECK(code_now == code);
    CHECK(files_under(quick / "out") == written);
    CHECK(*read_file(quick / "printed", 1'000'000) == printed);
  });
}
