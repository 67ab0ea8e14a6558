// `proktor verify` over a real data directory: an enrolled box, a journal written by the writer, receipts
// signed by the centre's key.

#include "support.hpp"

#include "base/bytes.hpp"
#include "journal/data_lock.hpp"
#include "journal/reader.hpp"
#include "journal/writer.hpp"
#include "medium/entries.hpp"
#include "medium/follower.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"
#include "provisioning/verify/verify.hpp"
#include "seal/signed_data.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <future>

using namespace proktor;
namespace json = boost::json;

namespace {

constexpr std::int64_t now_s = 1'795'400'000;
constexpr std::uint64_t entries = 6;

class Box {
 public:
  explicit Box(bool with_receipt_entry = false, bool restored = false) {
    REQUIRE(keys::make_keys({.directory = dir_ / "keys"}, now_s));
    REQUIRE(keys::enrol(
        {.keys = dir_ / "keys", .data = data(), .box = "KOTAK-1", .name = "Kotak", .hosts = {"localhost"}},
        now_s));
    SystemClock clock;
    journal::WriterOptions options;
    options.post_to_owner = [](std::function<void()> task) { task(); };
    options.on_fatal = [](Error const&) { std::abort(); };
    journal::Writer writer(options, clock);
    core::NewEntries const notes(entries, {"note", "a", "{}"});
    append(writer, make(writer, data() / "box-journal", Bytes16{1}), notes);
    auto const journal = make(writer, event(), Bytes16{2});
    append(writer, journal, notes);
    auto reader = journal::Reader::open(event());
    REQUIRE(reader);
    REQUIRE(reader->read_entries(3, 1, [this](journal::Entry const& entry) { hash_at_4_ = entry.hash; }));
    if (restored) {
      auto const from = std::string(32, 'c');
      append(writer, journal, {{"restored", from, R"({"from_stream":")" + from + R"(","lsn":6,"hash":"","sources":[],"x":1})"}});
    }
    if (with_receipt_entry) {
      append(writer, journal, {{"receipt", hex(Bytes16{2}), json::serialize(receipt())}});
    }
  }

  std::filesystem::path data() const { return dir_ / "data"; }
  std::filesystem::path event() const { return data() / "kegiatan/latihan"; }

  json::object receipt() const {
    return {{"type", "receipt"},  {"v", 1},           {"organiser", "nasional"},
            {"event", "latihan"}, {"box", "KOTAK-1"}, {"stream", hex(Bytes16{2})},
            {"first", 1},         {"last", 4},        {"hash", hex(hash_at_4_)},
            {"contiguous", 4},    {"at", 1}};
  }
  // Signed by one of the keys of the centre: "gateway/receipt" is the right one.
  std::string sign(json::object const& content, std::string const& who = "gateway/receipt") const {
    auto const keys = dir_ / "keys";
    auto const der = seal::sign(json::serialize(content), test::read(keys / (who + ".key")),
                                test::read(keys / (who + ".pem")), test::read(keys / (who + "_chain.pem")));
    REQUIRE(der);
    return *der;
  }
  void put(std::string const& file) const {
    test::write(journal::receipts_path(event()) / "1-4.receipt", file);
  }

  // The findings of all journals, "journal part: text".
  std::vector<std::string> findings() const {
    auto const report = verify::verify_data(data());
    REQUIRE(report);
    std::vector<std::string> out;
    for (auto const& one : report->journals) {
      for (auto const& finding : one.report.findings)
        out.push_back(one.name + " " + finding.part + ": " + finding.text);
    }
    CHECK(report->ok == out.empty());
    return out;
  }

 private:
  static journal::JournalId make(journal::Writer& writer, std::filesystem::path const& directory,
                                 Bytes16 const& stream) {
    std::filesystem::create_directories(directory.parent_path());
    auto const handle = writer.create(directory, stream);
    REQUIRE(handle);
    return handle->id;
  }
  static void append(journal::Writer& writer, journal::JournalId journal, core::NewEntries const& what) {
    std::promise<bool> done;
    REQUIRE(writer.append(journal, what, 0,
                          [&done](Result<journal::Appended> result) { done.set_value(bool(result)); }));
    REQUIRE(done.get_future().get());
  }

  test::TempDir dir_;
  Bytes32 hash_at_4_{};
};

}  // namespace

TEST_CASE("an untouched box with a receipt of the centre verifies") {
  Box box;
  box.put(box.sign(box.receipt()));
  auto const outcome = test::proktor({"verify", box.data().string(), "--json"});
  INFO(outcome.out << outcome.err);
  CHECK(outcome.exit_code == 0);
  auto const out = json::parse(outcome.out).as_object();
  CHECK(out.at("ok") == true);
  REQUIRE(out.at("journals").as_array().size() == 2);
  CHECK(out.at("journals").at(0).at("journal") == "box-journal");
  CHECK(out.at("journals").at(1).at("last_lsn") == entries);
  CHECK(out.at("journals").at(1).at("receipt_files") == 1);
  CHECK(out.at("journals").at(1).at("receipt_files_unchecked") == 0);
}

TEST_CASE("a receipt that is damaged, forged, for another box, stream or hash does not hold") {
  Box box;
  auto const good = box.sign(box.receipt());
  auto const check_refused = [&box](std::string const& file, std::string const& why) {
    box.put(file);
    auto const found = box.findings();
    INFO(why);
    REQUIRE(found.size() == 1);
    CHECK(found[0].find("kegiatan/latihan receipt: 1-4.receipt") == 0);
    CHECK(found[0].find(why) != std::string::npos);
  };
  auto const with = [&box](std::string_view key, json::value value) {
    auto content = box.receipt();
    content[key] = std::move(value);
    return box.sign(content);
  };
  check_refused(good.substr(0, good.size() / 2), "signature_invalid");
  check_refused("", "signature_invalid");
  check_refused(box.sign(box.receipt(), "centre/centre"), "certificate_invalid");
  check_refused(with("box", "KOTAK-2"), "for box");
  check_refused(with("stream", json::string(hex(Bytes16{1}))), "for stream");
  check_refused(with("hash", json::string(hex(Bytes32{}))), "another hash");
  check_refused(with("last", 99), "another hash");
  check_refused(with("first", 5), "is no receipt");
  check_refused(with("type", "closure"), "is no receipt");
  box.put(good);
  CHECK(box.findings().empty());
}

TEST_CASE("a receipt entry must have its file") {
  Box box(true);
  auto const found = box.findings();
  REQUIRE(found.size() == 1);
  CHECK(found[0] == "kegiatan/latihan receipt: the receipt for 1 to 4 has no sound file");
  box.put(box.sign(box.receipt()));
  CHECK(box.findings().empty());
}

TEST_CASE("a second medium is compared entry by entry; damaged files set aside and a restored stream are told") {
  Box box(false, true);
  auto const stick = box.data().parent_path() / "stik";
  std::filesystem::create_directories(stick / "proktor-cadangan");
  auto const run = [&] {
    return test::proktor({"verify", box.data().string(), "--medium", stick.string()});
  };
  CHECK(run().exit_code == 1);  // nothing of this box is there

  auto const keys = medium::read_keys(box.data());
  REQUIRE(keys);
  medium::DirectFiles files(stick);
  REQUIRE(files.look());
  ManualClock clock;
  medium::Follower follower(files, clock, *keys, box.data());
  std::vector<medium::Followed> journals;
  for (auto const& name : {std::string("box-journal"), std::string("kegiatan/latihan")}) {
    auto reader = journal::Reader::open(box.data() / name);
    REQUIRE(reader);
    journals.push_back({name, reader->stream(), reader->head()->lsn});
  }
  for (int i = 0; i < 8; ++i) {
    follower.step(journals);
    clock.advance(1'000);
  }
  test::write(box.event() / "journal.db.damaged-1", "x");
  auto const good = run();
  INFO(good.out << good.err);
  CHECK(good.exit_code == 0);
  CHECK(good.out.find("media kedua sampai lsn 7") != std::string::npos);
  CHECK(good.out.find("journal.db.damaged-1") != std::string::npos);
  CHECK(good.out.find("dipulihkan dari aliran " + std::string(32, 'c') + " sampai lsn 6") != std::string::npos);

  auto const file = stick / medium::medium_path("proktor-cadangan/KOTAK-1/kegiatan/latihan", Bytes16{2});
  auto bytes = test::read(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  test::write(file, bytes);
  auto const damaged = run();
  CHECK(damaged.exit_code == 1);
  CHECK(damaged.out.find("artinya (medium)") != std::string::npos);
}

TEST_CASE("a changed journal is named, and the command exits 1") {
  Box box;
  auto const copy = journal::copy_path(box.event());
  auto bytes = test::read(copy);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  test::write(copy, bytes);
  auto const outcome = test::proktor({"verify", box.data().string()});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.out.find("kegiatan/latihan: TIDAK UTUH") != std::string::npos);
  CHECK(outcome.out.find("box-journal: utuh") != std::string::npos);
}

TEST_CASE("verify refuses data that a running proktord holds, and a directory without journals") {
  Box box;
  {
    auto const lock = journal::DataLock::take(box.data());
    REQUIRE(lock);
    auto const outcome = test::proktor({"verify", box.data().string(), "--json"});
    CHECK(outcome.exit_code == 1);
    CHECK(json::parse(outcome.out).at("error").at("code") == "locked");
  }
  CHECK(box.findings().empty());
  test::TempDir empty;
  CHECK(verify::verify_data(empty.path()).error() == Errc::not_found);
}
