#include "base/file.hpp"
#include "content_samples.hpp"
#include "provisioning/package/content.hpp"
#include "qti/package/media.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

using namespace proktor;
using namespace proktor::package;
using namespace proktor::qti;
using samples::has_code;

namespace {

std::string first_error(Import const& content) {
  for (auto const& finding : content.all_findings()) {
    if (finding.severity == qti::Severity::error) return finding.file + " " + finding.code;
  }
  return "";
}

std::string first_error_after(std::string const& path, std::string_view from, std::string_view to) {
  auto files = samples::content();
  samples::replace(files, path, from, to);
  return first_error(import_content(std::move(files)));
}

}  // namespace

TEST_CASE("A content package is read whole, and wrongly written names are repaired and said") {
  auto const content = import_content(samples::content());
  CHECK(first_error(content) == "");
  REQUIRE(content.tests.size() == 1);
  CHECK(content.tests[0].items.size() == 2);
  CHECK(content.items.size() == 2);
  CHECK(content.stimuli.size() == 1);
  REQUIRE(content.assets.size() == 1);
  CHECK(content.assets.begin()->second.asset.type == "image/png");
  // "Gambar%20Satu.png" for "gambar satu.png": encoded and in the wrong case.
  CHECK(has_code(content.all_findings(), "href-case"));
}

TEST_CASE("References that do not hold are named with their file") {
  CHECK(first_error_after("tes.xml", "items/b.xml", "items/c.xml") == "tes.xml missing-file");
  CHECK(first_error_after("tes.xml", "items/b.xml", "../../b.xml") == "tes.xml href-outside");
  CHECK(first_error_after("imsmanifest.xml", "href='tes.xml'", "href='http://x/t.xml'") ==
        "imsmanifest.xml external-reference");
  CHECK(first_error_after("items/a.xml", "../media/Gambar%20Satu.png", "data:image/png;base64,AA") ==
        "items/a.xml external-reference");
  CHECK(first_error_after("items/a.xml", "../stimuli/bacaan.xml", "bacaan.xml") ==
        "items/a.xml missing-file");
  CHECK(first_error_after("items/b.xml", "ITEM-B", "ITEM-A") == "items/b.xml duplicate-identifier");
  CHECK(first_error_after("tes.xml", "REF-B", "REF-A") == "tes.xml duplicate-identifier");
  CHECK(first_error_after("stimuli/bacaan.xml", "<p>Teks", "<script/><p>Teks") ==
        "items/a.xml stimulus-not-playable");
  CHECK(first_error_after("media/gambar satu.png", "PNG", "BMP") == "items/a.xml unknown-media");
  CHECK(first_error_after("imsmanifest.xml", "imsqti_test_xmlv3p0", "webcontent") ==
        "imsmanifest.xml no-test");
  CHECK(first_error(import_content({})) == " no-manifest");
}

TEST_CASE("A manifest in the only folder is found, an item no test reaches is said") {
  Files moved;
  for (auto const& [path, content] : samples::content()) moved["paket/" + path] = content;
  auto const content = import_content(moved);
  CHECK(first_error(content) == "");
  CHECK(has_code(content.findings, "manifest-place"));
  auto files = samples::content();
  samples::replace(files, "tes.xml", "<qti-assessment-item-ref identifier='REF-B' href='items/b.xml'/>", "");
  CHECK(has_code(import_content(files).items.at("items/b.xml").findings, "unreachable-item"));
}

TEST_CASE("A section in a file of its own is taken in; one that refers to itself is refused") {
  auto files = samples::content();
  samples::replace(files, "tes.xml", "<qti-assessment-item-ref identifier='REF-B' href='items/b.xml'/>",
                   "<qti-assessment-section-ref identifier='S2' href='bagian/s2.xml'/>");
  files["bagian/s2.xml"] =
      "<qti-assessment-section xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='S2' title='' "
      "visible='true'><qti-assessment-item-ref identifier='REF-B' "
      "href='../items/b.xml'/></qti-assessment-section>";
  auto const content = import_content(files);
  CHECK(first_error(content) == "");
  CHECK(content.tests.at(0).items.at("REF-B") == "items/b.xml");
  samples::replace(files, "bagian/s2.xml",
                   "<qti-assessment-item-ref identifier='REF-B' href='../items/b.xml'/>",
                   "<qti-assessment-section-ref identifier='S3' href='s2.xml'/>"
                   "<qti-assessment-section-ref identifier='S4' href='s2.xml'/>");
  CHECK(first_error(import_content(files)) == "bagian/s2.xml sections-too-deep");
}

TEST_CASE("Media is known by its bytes, and a drawing must be only a drawing") {
  CHECK(media_type_of("\x89PNG\r\n\x1a\nrest").type == "image/png");
  CHECK(media_type_of("\xFF\xD8\xFF\xE0").type == "image/jpeg");
  CHECK(media_type_of("GIF89a").type == "image/gif");
  CHECK(media_type_of(std::string("RIFF\0\0\0\0WEBP", 12)).type == "image/webp");
  CHECK(media_type_of("<?xml version='1.0'?>\n<svg xmlns='x'/>").type == "image/svg+xml");
  CHECK(media_type_of("<html><svg/></html>").type == "image/svg+xml");
  CHECK(media_type_of("ID3\x04 lagu").type == "audio/mpeg");
  CHECK(media_type_of("\xFF\xFB\x90\x64").type == "audio/mpeg");
  CHECK(media_type_of("\xFF\xFE<\0").type.empty());
  CHECK(media_type_of(std::string("\0\0\0\x20"
                                  "ftypM4A ",
                                  12))
            .type == "audio/mp4");
  CHECK(media_type_of(std::string("\0\0\0\x20"
                                  "ftypisom",
                                  12))
            .type == "video/mp4");
  CHECK(media_type_of(std::string("RIFF\0\0\0\0WAVE", 12)).type == "audio/wav");
  CHECK(media_type_of("OggS ... \x01vorbis").type == "audio/ogg");
  CHECK(media_type_of("OggS ... \x80theora").type == "video/ogg");
  CHECK(media_type_of("\x1A\x45\xDF\xA3 ... webm").type == "video/webm");
  CHECK(media_type_of("\x1A\x45\xDF\xA3 ... matroska").type.empty());
  CHECK(media_type_of("MZ").type.empty());
  CHECK(media_type_of("").type.empty());
  auto const danger = [](std::string_view inside) {
    return svg_danger("<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'>" +
                          std::string(inside) + "</svg>",
                      "g.svg");
  };
  CHECK(danger("<g fill='url(#a)'><use xlink:href='#a'/><text>1 &lt; 2</text></g>").empty());
  CHECK_FALSE(danger("<script>1</script>").empty());
  CHECK_FALSE(danger("<g onload='x()'/>").empty());
  CHECK_FALSE(danger("<foreignObject/>").empty());
  CHECK_FALSE(danger("<a xlink:href='javascript:x()'/>").empty());
  CHECK_FALSE(danger("<image href='http://x/a.png'/>").empty());
  CHECK_FALSE(danger("<image href='data:image/svg+xml;base64,AA'/>").empty());
  CHECK_FALSE(danger("<rect fill='url(http://x/a)'/>").empty());
  CHECK_FALSE(danger("<style>@import 'http://x';</style>").empty());
  CHECK_FALSE(danger("<animate attributeName='href' values='javascript:x()'/>").empty());
  CHECK_FALSE(svg_danger("<!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>", "g.svg").empty());
  CHECK_FALSE(svg_danger("<html><svg/></html>", "g.svg").empty());
}

TEST_CASE("A folder is read like a zip, and a link in it is refused") {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "proktor-content-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  fs::path const folder = name;
  REQUIRE(write_file(folder / "a.xml", "satu").has_value());
  fs::create_directory(folder / "dalam");
  REQUIRE(write_file(folder / "dalam" / "b.xml", "dua").has_value());
  REQUIRE(write_file(folder / ".tersembunyi", "x").has_value());
  auto const files = read_content(folder);
  REQUIRE(files.has_value());
  CHECK(*files == Files{{"a.xml", "satu"}, {"dalam/b.xml", "dua"}});
  fs::create_symlink("/etc/passwd", folder / "c.xml");
  CHECK(read_content(folder).has_error());
  CHECK(read_content(folder / "tidak-ada").error().code == Errc::not_found);
  fs::remove_all(folder);
}
