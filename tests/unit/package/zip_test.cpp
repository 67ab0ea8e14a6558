#include "qti/package/zip_file.hpp"
#include "qti/package/zip_gate.hpp"
#include "raw_zip.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::qti;

namespace {

std::string detail_of(std::string const& zip_bytes) {
  auto const files = unzip(zip_bytes);
  return files ? "" : files.error().detail;
}

std::string refusal(raw_zip::Entry const& entry) {
  return detail_of(raw_zip::make({{"a.xml", "satu"}, entry}));
}

bool packs_nothing(std::string_view) {
  return false;
}

}  // namespace

TEST_CASE("What was packed comes back, and the same content gives the same bytes") {
  Files const files{
      {"a/b c.xml", std::string(5000, 'x') + "akhir"}, {"kosong", ""}, {"\xC3\xA9.txt", "teks"}};
  auto const packed = zip(files, packs_nothing);
  REQUIRE(packed.has_value());
  CHECK(*packed == *zip(files, packs_nothing));
  CHECK(packed->size() < 1000);
  auto const back = unzip(*packed);
  REQUIRE(back.has_value());
  CHECK(*back == files);
}

TEST_CASE("A zip written by another tool is read") {
  auto const files = unzip(raw_zip::make({{"a.xml", "satu"}, {"folder/", ""}, {"folder/b.xml", "dua"}}));
  REQUIRE(files.has_value());
  CHECK(*files == Files{{"a.xml", "satu"}, {"folder/b.xml", "dua"}});
}

TEST_CASE("Names that could leave the package or deceive a reader are refused") {
  for (std::string const name :
       {"../b", "a/../../b", "/etc/passwd", "a//b", "./a", "a\\b", "C:/b", "a\nb", "a/.",
        "\xE2\x80\xAE"
        "b",
        "\xFF"}) {
    CAPTURE(name);
    CHECK(refusal({name, "x"}).starts_with("entry with an unsafe name"));
  }
  CHECK(refusal({std::string("a\0b", 3), "x"}).starts_with("entry with an unsafe name"));
  CHECK(refusal({std::string(600, 'a'), "x"}).starts_with("entry with an unsafe name"));
}

TEST_CASE("Links, devices, encryption and unknown packing are refused") {
  raw_zip::Entry link{"b", "/etc/passwd"};
  link.attributes = 0120777U << 16U;
  CHECK(refusal(link) == "entry is a link or device: b");
  raw_zip::Entry device{"b", ""};
  device.attributes = 0020666U << 16U;
  CHECK(refusal(device) == "entry is a link or device: b");
  raw_zip::Entry encrypted{"b", "x"};
  encrypted.flags = 0x0801;
  CHECK(refusal(encrypted) == "encrypted entry: b");
  raw_zip::Entry odd{"b", "x"};
  odd.method = 12;
  CHECK(refusal(odd) == "entry packed in an unknown way: b");
}

TEST_CASE("Two readers cannot see different things in one zip") {
  CHECK(refusal({"a.xml", "dua"}) == "two entries of one name: a.xml");
  CHECK(refusal({"b", "x", "c"}) == "local and central header differ: b");
  raw_zip::Entry shared{"a.xml", "satu"};
  auto twice =
      raw_zip::make({{"a.xml", "satu"}, {"b.xml", "satu", "", 0x0800, 0, 0xFFFFFFFF, 0100644U << 16U, 0}});
  CHECK(detail_of(twice) == "local and central header differ: b.xml");
  // The same, with one name in both headers: the second entry lies inside the first one's content.
  auto const inner = raw_zip::make({{"b", "x"}});
  auto outer = raw_zip::make({{"a", inner.substr(0, 32)}, {"b", "x"}});
  auto const local_of_b = outer.find("PK\x03\x04", 4);
  REQUIRE(local_of_b == 31);
  auto const end = outer.size() - 22;
  outer[end - 5] = static_cast<char>(local_of_b);
  outer[end - 4] = 0;
  outer[end - 3] = 0;
  outer[end - 2] = 0;
  CHECK(detail_of(outer) == "entries overlap");
  CHECK(detail_of(raw_zip::make({{"a", "x"}}) + "tail") == "not a zip, or truncated: no end record");
  CHECK(detail_of("head" + raw_zip::make({{"a", "x"}})) == "zip directory does not end where it should");
}

TEST_CASE("Bombs and truncated zips are refused") {
  Files const files{{"a", std::string(3'000'000, ' ')}};
  auto const bomb = zip(files, packs_nothing);
  REQUIRE(bomb.has_value());
  CHECK(detail_of(*bomb) == "entry packed more than 100 to 1: a");
  raw_zip::Entry liar{"b", std::string(2000, 'x')};
  liar.method = 8;
  liar.bytes_claimed = 100'000;
  CHECK_FALSE(refusal(liar).empty());
  liar.bytes_claimed = 0xFFFFFFFE;
  CHECK(unzip(raw_zip::make({liar})).error().code == Errc::too_large);
  std::vector<raw_zip::Entry> many(zip_entries_max + 1);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].name = std::to_string(i);
  CHECK(unzip(raw_zip::make(many)).error().code == Errc::too_large);
  auto const good = raw_zip::make({{"a.xml", "satu"}, {"b.xml", "dua"}});
  for (std::size_t cut = 0; cut < good.size(); ++cut) CHECK_FALSE(detail_of(good.substr(0, cut)).empty());
  auto damaged = good;
  damaged[35] = 'X';  // the content of the first entry, so its checksum no longer holds
  CHECK(detail_of(damaged) == "wrong size or checksum: a.xml");
}
