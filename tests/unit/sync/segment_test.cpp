#include "world.hpp"

#include "base/random.hpp"
#include "seal/role.hpp"
#include "seal/signed_data.hpp"
#include "segment/builder.hpp"
#include "segment/pack.hpp"
#include "sync/agent/spool.hpp"
#include "tests/support/result_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>

using namespace proktor;
using namespace proktor::sync;
using namespace proktor::sync::testing;
namespace fs = std::filesystem;

namespace {

boost::json::value vectors() {
  std::ifstream in(std::string(PROKTOR_SOURCE_DIR) + "/docs/vectors.json");
  return boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
}

std::string text(boost::json::value const& value) {
  return std::string(value.as_string());
}

std::string centre_text(Place const& place, char const* name) {
  return *read_file(place / (std::string("keys/centre/") + name), 1'000'000);
}

}  // namespace

TEST_CASE("A segment opens at the centre to the same lines, and its header is what was signed") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 1);
  journal.add_people(3);
  journal.add_attempt(1, 20);
  std::string const file = seal_range(journal, box, 1, journal.last());
  CHECK(file.find("Peserta") == std::string::npos);
  auto const segment = segment::read_segment(file, place.roots(), seal::build_time_floor_s);
  REQUIRE(segment);
  CHECK(segment->header == journal.header(1, journal.last()));
  auto const plain =
      segment::open_envelope(segment->envelope, centre_text(place, "centre.key"), centre_text(place, "centre.pem"));
  REQUIRE(plain);
  CHECK(*plain == journal.lines(0, 1'000));
}

TEST_CASE("A box cannot speak for another: neither in a header nor by signing foreign ciphertext") {
  Place const place;
  BoxFiles const one = place.enrol("KOTAK-1");
  BoxFiles const other = place.enrol("KOTAK-2");
  TestJournal journal("KOTAK-1", 2);
  segment::SegmentHeader const header = journal.header(1, 1);
  auto const forged = segment::seal_segment(header, journal.lines(0, 1), other.signer, other.centre_certificate);
  REQUIRE(forged);
  auto const refused = segment::read_segment(*forged, place.roots(), seal::build_time_floor_s);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::segment_invalid);

  auto const good = segment::seal_segment(header, journal.lines(0, 1), one.signer, one.centre_certificate);
  auto const content = seal::verify(*good, place.roots(), seal::Role::box, seal::build_time_floor_s);
  auto const resigned =
      seal::sign(content->content, other.signer.key, other.signer.certificate, other.signer.chain);
  CHECK_FALSE(segment::read_segment(*resigned, place.roots(), seal::build_time_floor_s));
  // The receipt signer is no box.
  segment::SigningKey const receipt = place.receipt_key();
  auto const by_receipt = seal::sign(content->content, receipt.key, receipt.certificate, receipt.chain);
  CHECK_FALSE(segment::read_segment(*by_receipt, place.roots(), seal::build_time_floor_s));
}

TEST_CASE("A receipt counts only from the receipt role, for this very segment") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 3);
  journal.add_people(2);
  segment::SegmentHeader const header = journal.header(1, 4);
  segment::Receipt const receipt{header.organiser, header.event, header.box, header.stream, 1, 4, header.hash, 4,
                        now_s * 1000};
  auto const good = segment::sign_receipt(receipt, place.receipt_key());
  REQUIRE(good);
  auto const read = segment::read_receipt(*good, place.roots(), seal::build_time_floor_s);
  REQUIRE(read);
  CHECK(*read == receipt);
  CHECK(segment::receipt_matches(*read, header));

  auto const by_box = segment::sign_receipt(receipt, box.signer);
  REQUIRE(by_box);
  CHECK_FALSE(segment::read_receipt(*by_box, place.roots(), seal::build_time_floor_s));
  // A segment is no receipt though a box's signature is good, and nothing that a receipt signer signs is one
  // by that.
  CHECK_FALSE(segment::read_receipt(seal_range(journal, box, 1, 4), place.roots(), seal::build_time_floor_s));
  segment::SigningKey const signer = place.receipt_key();
  for (std::string const& body :
       {std::string("{}"), std::string("[]"), std::string(), std::string(R"({"type":"closure","v":1})")})
    CHECK_FALSE(segment::read_receipt(*seal::sign(body, signer.key, signer.certificate, signer.chain), place.roots(),
                             seal::build_time_floor_s));
  auto differs = [&](auto change) {
    segment::Receipt other = receipt;
    change(other);
    CHECK_FALSE(segment::receipt_matches(other, header));
  };
  differs([](segment::Receipt& r) { r.box = "KOTAK-2"; });
  differs([](segment::Receipt& r) { r.stream[3] ^= 1; });
  differs([](segment::Receipt& r) { r.first = 2; });
  differs([](segment::Receipt& r) { r.last = 5; });
  differs([](segment::Receipt& r) { r.hash[31] ^= 1; });
  differs([](segment::Receipt& r) { r.event = "lain"; });
  differs([](segment::Receipt& r) { r.organiser = "lain"; });
  SplitMix64 random(44);
  for (int round = 0; round < 500; ++round) {
    std::string garbage(static_cast<std::size_t>(random.below(600)), '\0');
    for (char& c : garbage) c = static_cast<char>(random.below(256));
    REQUIRE_FALSE(segment::read_receipt(garbage, place.roots(), seal::build_time_floor_s));
  }
}

TEST_CASE("The builder takes the vectors' feed and refuses a line that does not follow") {
  auto const all = vectors();
  auto const& part = all.at("journal");
  Bytes16 const stream = *unhex16(text(part.at("stream")));
  auto const& entries = part.at("entries").as_array();
  segment::SegmentBuilder builder(stream, 0, Bytes32{});
  CHECK(hex(builder.header().previous) == text(part.at("previous_of_first")));
  std::string plain;
  for (auto const& entry : entries) {
    std::string const line = text(entry.at("feed"));
    REQUIRE(builder.add(line));
    plain += line + "\n";
    CHECK(hex(builder.header().hash) == text(entry.at("hash")));
    CHECK_FALSE(builder.add(line));  // the same again does not follow
  }
  CHECK(builder.plain() == plain);
  CHECK(segment::segment_name({stream, builder.header().first, builder.header().last}) ==
        text(all.at("journal").at("segment_name")));

  segment::SegmentBuilder gap(stream, 0, Bytes32{});
  auto const skipped = gap.add(text(entries[1].at("feed")));
  REQUIRE_FALSE(skipped);
  CHECK(skipped.error().code == Errc::chain_broken);
  std::string changed = text(entries[0].at("feed"));
  changed.replace(changed.find("nasional"), 8, "regional");
  auto const broken = gap.add(changed);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().code == Errc::chain_broken);
  CHECK(gap.empty());
}

TEST_CASE("A journal that holds only receipts since the last segment is not worth one") {
  TestJournal journal("KOTAK-1", 5);
  segment::SegmentBuilder builder(journal.stream(), 0, Bytes32{});
  auto add_next = [&] {
    std::string line = journal.lines(builder.last(), 1);
    line.pop_back();
    REQUIRE(builder.add(line));
  };
  add_next();
  CHECK(builder.worth_sealing());
  builder.start_next();
  journal.add("receipt", "", "{}");
  add_next();
  CHECK_FALSE(builder.empty());
  CHECK_FALSE(builder.worth_sealing());
  journal.add("sitting-closed", "s1", R"({"by":"p","x":1})");
  add_next();
  CHECK(builder.worth_sealing());
  CHECK(builder.sitting_closed());
  CHECK(builder.header().first == 2);
  CHECK(builder.header().last == 3);
}

TEST_CASE("Segment names are exact") {
  std::string const good = "5f3759df0badc0de8badf00ddeadbeef-000000000001-000000000010.segment";
  REQUIRE(segment::parse_segment_name(good));
  CHECK(segment::segment_name(*segment::parse_segment_name(good)) == good);
  for (std::string const& bad :
       {std::string(), std::string("x"), good + "x", "5F" + good.substr(2), "../" + good.substr(3),
        std::string("5f3759df0badc0de8badf00ddeadbeef-000000000010-000000000001.segment"),
        std::string("5f3759df0badc0de8badf00ddeadbeef-000000000000-000000000001.segment"),
        std::string("5f3759df0badc0de8badf00ddeadbeef-+00000000001-000000000001.segment"),
        std::string("5f3759df0badc0de8badf00ddeadbeef_000000000001-000000000001.segment")}) {
    INFO(bad);
    CHECK_FALSE(segment::parse_segment_name(bad));
  }
}

TEST_CASE("Unpacking is bounded and takes one whole frame only") {
  std::string const bomb(64'000'000, 'a');
  auto const packed = segment::pack(bomb);
  REQUIRE(packed);
  CHECK(packed->size() < 100'000);
  auto const refused = segment::unpack(*packed, segment::segment_plain_bytes_max);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::too_large);
  auto const small = segment::pack("isi");
  CHECK(*segment::unpack(*small, 3) == "isi");
  CHECK_FALSE(segment::unpack(*small, 2));
  CHECK_FALSE(segment::unpack(*small + "x", 100));
  for (std::size_t length = 0; length < small->size(); ++length)
    CHECK_FALSE(segment::unpack(small->substr(0, length), 100));
}

TEST_CASE("The spool is its own memory: order, leftovers, receipts, gaps") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 6);
  journal.add_people(8);
  fs::path const root = place / "spool";
  fs::create_directories(root);
  {
    auto spool = Spool::open(root, journal.stream(), box.roots);
    REQUIRE(spool);
    CHECK(spool->last() == 0);
    REQUIRE(spool->add(journal.header(1, 4), seal_range(journal, box, 1, 4)));
    CHECK_FALSE(spool->add(journal.header(4, 6), seal_range(journal, box, 4, 6)));  // overlaps
    CHECK_FALSE(spool->add(journal.header(6, 7), seal_range(journal, box, 6, 7)));  // leaves a gap
    REQUIRE(spool->add(journal.header(5, 9), seal_range(journal, box, 5, 9)));
    REQUIRE(spool->add_receipt(*spool->next_to_send(), "tanda terima"));
  }
  fs::path const folder = root / hex(journal.stream());
  std::string const name = segment::segment_name({journal.stream(), 10, 11});
  REQUIRE(write_file(folder / (name + ".aB3xYz"), "separuh"));
  auto spool = Spool::open(root, journal.stream(), box.roots);
  REQUIRE(spool);
  CHECK_FALSE(fs::exists(folder / (name + ".aB3xYz")));
  CHECK(spool->last() == 9);
  CHECK(spool->hash() == journal.header(1, 9).hash);
  CHECK(spool->next_to_send()->first == 5);
  CHECK(spool->next_to_deliver()->first == 1);
  REQUIRE(spool->mark_delivered(*spool->next_to_deliver()));
  CHECK_FALSE(spool->next_to_deliver());
  CHECK(streams_in(root) == std::vector<Bytes16>{journal.stream()});

  fs::path const last = folder / segment::segment_name({journal.stream(), 5, 9});
  std::string damaged = *read_file(last, 1'000'000);
  damaged[damaged.size() / 2] ^= 1;
  REQUIRE(write_file(last, damaged));
  CHECK_FALSE(Spool::open(root, journal.stream(), box.roots));
  fs::remove(folder / segment::segment_name({journal.stream(), 1, 4}));
  auto const gap = Spool::open(root, journal.stream(), box.roots);
  REQUIRE_FALSE(gap);
  CHECK(gap.error().code == Errc::segment_invalid);
}

// The folder may have the segment after all, as when only the last fsync failed: another range would overlap it for ever.
TEST_CASE("A spool whose write failed takes nothing more until it is opened anew") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 6);
  journal.add_people(8);
  fs::path const root = place / "spool";
  auto spool = Spool::open(root, journal.stream(), box.roots);
  REQUIRE(spool);
  fs::rename(root, place / "away");
  CHECK_FALSE(spool->add(journal.header(1, 4), seal_range(journal, box, 1, 4)));
  fs::rename(place / "away", root);
  CHECK_FALSE(spool->add(journal.header(1, 5), seal_range(journal, box, 1, 5)));
  spool = Spool::open(root, journal.stream(), box.roots);
  REQUIRE(spool);
  CHECK(spool->add(journal.header(1, 4), seal_range(journal, box, 1, 4)));
}

TEST_CASE("The sealed vectors, made with the openssl command, open here") {
  auto const sealed = boost::json::parse(
      *read_file(std::string(PROKTOR_SOURCE_DIR) + "/docs/vectors-sealed.json", 1'000'000));
  auto const key = [&](char const* name) { return text(sealed.at("keys").at(name)); };
  auto const file = [&](char const* what) { return *unbase64url(text(sealed.at(what).at("file"))); };
  auto const read = segment::read_segment(file("segment"), key("roots.pem"), seal::build_time_floor_s);
  REQUIRE(read);
  auto const name = segment::segment_name({read->header.stream, read->header.first, read->header.last});
  CHECK(name == text(sealed.at("segment").at("name")));
  CHECK(hex(read->header.hash) == text(sealed.at("segment").at("header").at("hash")));
  auto const plain = segment::open_envelope(read->envelope, key("centre.key"), key("centre.pem"));
  REQUIRE(plain);
  std::string expected;
  auto const entries = vectors().at("journal").at("entries").as_array();
  for (auto const& entry : entries) expected += text(entry.at("feed")) + "\n";
  CHECK(*plain == expected);

  auto const receipt = segment::read_receipt(file("receipt"), key("roots.pem"), seal::build_time_floor_s);
  REQUIRE(receipt);
  CHECK(segment::receipt_matches(*receipt, read->header));
  CHECK(segment::read_receipt(file("segment"), key("roots.pem"), seal::build_time_floor_s).error() ==
        Errc::certificate_invalid);
}
