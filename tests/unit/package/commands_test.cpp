#include "provisioning/package/commands.hpp"
#include "provisioning/qti/commands.hpp"
#include "base/file.hpp"
#include "content_samples.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/package/package.hpp"
#include "qti/package/zip_file.hpp"
#include "qti/package/zip_gate.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <catch2/catch.hpp>

#include <chrono>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

using namespace proktor;
using namespace proktor::package;
using namespace proktor::qti_commands;
using namespace proktor::qti;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

Result<Package> read_packed(fs::path const& path) {
  auto const bytes = read_file(path, zip_max_bytes);
  return bytes ? read_package(*bytes) : bytes.error();
}

// A folder of its own for each test, gone afterwards.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "proktor-package-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(Scratch const&) = delete;
  Scratch& operator=(Scratch const&) = delete;
  fs::path operator/(std::string_view name) const { return path_ / name; }

  fs::path write(Files const& files, std::string_view folder) const {
    for (auto const& [path, content] : files) {
      auto const target = path_ / folder / path;
      fs::create_directories(target.parent_path());
      REQUIRE(write_file(target, content).has_value());
    }
    return path_ / folder;
  }

 private:
  fs::path path_;
};

struct Ran {
  int exit_code = -1;
  std::string out;
};

// Runs a verb with stdout going to a file; stderr is thrown away.
Ran run(Scratch const& scratch, std::function<int()> const& verb) {
  auto const file = scratch / "stdout";
  std::fflush(stdout);
  int const saved_out = ::dup(1);
  int const saved_err = ::dup(2);
  int const to = ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  int const null = ::open("/dev/null", O_WRONLY);
  ::dup2(to, 1);
  ::dup2(null, 2);
  Ran ran;
  ran.exit_code = verb();
  std::fflush(stdout);
  ::dup2(saved_out, 1);
  ::dup2(saved_err, 2);
  for (int const fd : {to, null, saved_out, saved_err}) ::close(fd);
  ran.out = *read_file(file, 64 * 1024 * 1024);
  return ran;
}

PackageBuildOptions build_options(fs::path source, fs::path out) {
  PackageBuildOptions options;
  options.source = std::move(source);
  options.out = std::move(out);
  options.json = true;
  return options;
}

}  // namespace

TEST_CASE("package build writes a package that inspect reads, the same bytes each time") {
  Scratch const scratch;
  auto options = build_options(scratch.write(samples::content(), "isi"), scratch / "a.paket");
  auto const built = run(scratch, [&] { return run_package_build(options); });
  CHECK(built.exit_code == 0);
  CHECK(json::parse(built.out).at("written").as_bool());
  options.out = scratch / "b.paket";
  CHECK(run(scratch, [&] { return run_package_build(options); }).exit_code == 0);
  CHECK(*read_file(scratch / "a.paket", 1'000'000) == *read_file(scratch / "b.paket", 1'000'000));
  auto const inspected = run(scratch, [&] { return run_package_inspect({scratch / "a.paket", true}); });
  CHECK(inspected.exit_code == 0);
  auto const report = json::parse(inspected.out);
  CHECK(report.at("format") == "proktor-package/1");
  CHECK(report.at("tests").at(0).at("items").to_number<int>() == 2);
  CHECK(report.at("items").at("by_interaction").at("qti-choice-interaction").to_number<int>() == 2);
  auto const table = run(scratch, [&] { return run_package_inspect({scratch / "isi", false}); });
  CHECK(table.out.find("qti-choice-interaction") != std::string::npos);
  CHECK(table.out.find("href-case") != std::string::npos);
  options.scoring_out = scratch / "a.penilaian";
  CHECK(run(scratch, [&] { return run_package_build(options); }).exit_code == 0);
  auto const centre = run(scratch, [&] { return run_package_inspect({options.scoring_out, true}); });
  CHECK(centre.exit_code == 0);
  CHECK(json::parse(centre.out).at("format") == "proktor-scoring/1");
  CHECK(json::parse(centre.out).at("scoring_entries").to_number<int>() == 2);
}

TEST_CASE("A refused build leaves no file, keeps an old one, and says why") {
  Scratch const scratch;
  auto files = samples::content();
  samples::replace(files, "items/b.xml", "<qti-item-body>", "<qti-item-body>\n<qti-custom-interaction/>");
  auto options = build_options(scratch.write(files, "isi"), scratch / "a.paket");
  auto const refused = run(scratch, [&] { return run_package_build(options); });
  CHECK(refused.exit_code == 2);
  CHECK_FALSE(fs::exists(options.out));
  auto const error = json::parse(refused.out).at("errors").at(0);
  CHECK(error.at("code") == "custom-interaction");
  CHECK(error.at("file") == "items/b.xml");
  CHECK(error.at("line").to_number<int>() == 2);
  REQUIRE(write_file(options.out, "lama").has_value());
  CHECK(run(scratch, [&] { return run_package_build(options); }).exit_code == 2);
  CHECK(*read_file(options.out, 100) == "lama");
  options.only_playable = true;
  auto const partly = run(scratch, [&] { return run_package_build(options); });
  CHECK(partly.exit_code == 0);
  CHECK(json::parse(partly.out).at("left_out").at(0).at("id") == "ITEM-B");
  CHECK(read_packed(options.out).has_value());
  options.source = scratch / "tidak-ada";
  CHECK(run(scratch, [&] { return run_package_build(options); }).exit_code == 2);
  REQUIRE(write_file(scratch / "rusak.zip", "PK rusak").has_value());
  options.source = scratch / "rusak.zip";
  CHECK(run(scratch, [&] { return run_package_build(options); }).exit_code == 2);
  auto const damaged = run(scratch, [&] { return run_package_inspect({scratch / "rusak.zip", true}); });
  CHECK(damaged.exit_code == 2);
  CHECK(json::parse(damaged.out).at("errors").at(0).at("file") == "rusak.zip");
  CHECK(json::parse(damaged.out).at("error").at("code") == "package_invalid");
  for (auto const& entry : fs::directory_iterator(scratch / "")) {
    CHECK(entry.path().filename().string().find("a.paket.") == std::string::npos);
  }
}

TEST_CASE("qti view prints what a browser gets, and refuses by code and line") {
  Scratch const scratch;
  auto const folder = scratch.write(samples::content(), "isi");
  auto const view = run(scratch, [&] { return run_qti_view({folder / "items" / "b.xml", 1}); });
  CHECK(view.exit_code == 0);
  auto const parsed = json::parse(view.out);
  CHECK(parsed.at("item").at("body").at(0).at("t") == "choice");
  CHECK(parsed.at("stimuli").at("s1").at("title") == "Bacaan");
  CHECK(view.out.find("KUNCI") == std::string::npos);
  REQUIRE(write_file(scratch / "buruk.xml", "<a>\n<b></a>").has_value());
  auto const refused = run(scratch, [&] { return run_qti_view({scratch / "buruk.xml", 1}); });
  CHECK(refused.exit_code == 2);
  auto const error = json::parse(refused.out).at("error");
  CHECK(error.at("code") == "xml-malformed");
  CHECK(error.at("line").to_number<int>() == 2);
  CHECK(run(scratch, [&] { return run_qti_view({scratch / "tidak-ada.xml", 1}); }).exit_code == 2);

  std::istringstream lines("{\"item\": \"" + (folder / "items" / "b.xml").string() + "\"}\nrusak\n{\"item\": 3}\n");
  auto* const before = std::cin.rdbuf(lines.rdbuf());
  QtiViewOptions batch;
  batch.batch = true;
  auto const shown = run(scratch, [&] { return run_qti_view(batch); });
  std::cin.rdbuf(before);
  CHECK(shown.exit_code == 0);
  CHECK(shown.out.substr(0, shown.out.find('\n')) == view.out.substr(0, view.out.find('\n')));
  CHECK(shown.out.find("bad-json") != std::string::npos);
  CHECK(shown.out.find("bad-request") != std::string::npos);
}

TEST_CASE("Every demo package is built without an error") {
  Scratch const scratch;
  std::size_t items = 0;
  for (auto const* name : {"latihan", "literasi", "numerasi", "survei"}) {
    CAPTURE(name);
    auto const options = build_options(fs::path(PROKTOR_SOURCE_DIR) / "provisioning" / "demo" / name,
                                       scratch / (std::string(name) + ".paket"));
    auto const built = run(scratch, [&] { return run_package_build(options); });
    CHECK(built.exit_code == 0);
    auto const package = read_packed(options.out);
    REQUIRE(package.has_value());
    CHECK(package->tests.size() == 1);
    items += package->entries.items.size();
    auto const& test = package->tests.front();
    CHECK(qti::instantiate(package->entries, test.id, {test.title, "LATIHAN", name, 0}, 99).has_value());
  }
  CHECK(items == 37);
}

TEST_CASE("A real school's package of 47 items is imported, and a damaged one is refused by name") {
  auto const* given = std::getenv("PROKTOR_QTI_MATERIAL");
  fs::path const folder =
      (given == nullptr ? fs::path(PROKTOR_SOURCE_DIR) / ".." / "shared" / "qti" : fs::path(given)) /
      "kennisnet-php-qti3" / "packages";
  if (!fs::exists(folder)) {
    WARN("skipped: no QTI material at " + folder.string());
    return;
  }
  Scratch const scratch;
  auto const options = build_options(folder / "valid-package.zip", scratch / "k.paket");
  auto const begin = std::chrono::steady_clock::now();
  auto const built = run(scratch, [&] { return run_package_build(options); });
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));  // 1 s in a release build
  CHECK(built.exit_code == 0);
  auto const package = read_packed(options.out);
  REQUIRE(package.has_value());
  CHECK(package->tests.at(0).items == 47);
  CHECK(package->assets.size() == 24);
  int cases = 0;
  auto const expected = json::parse(*read_file(folder / ".." / ".." / "expected.json", 16 * 1024 * 1024));
  for (auto const& value : expected.at("cases").as_array()) {
    auto const& one = value.as_object();
    if (one.at("kind") != "package-import") continue;
    ++cases;
    CAPTURE(std::string(one.at("id").as_string()));
    auto const file = folder / ".." / ".." / std::string(one.at("package").as_string());
    auto const inspected = run(scratch, [&] { return run_package_inspect({file, true}); });
    auto const report = json::parse(inspected.out);
    auto const& wanted = one.at("expected").as_object();
    if (wanted.contains("items")) {
      CHECK(inspected.exit_code == 0);
      CHECK(report.at("tests").as_array().size() == wanted.at("tests").to_number<std::size_t>());
      CHECK(report.at("items").at("total") == wanted.at("items"));
      CHECK(report.at("errors").as_array().size() == wanted.at("errors").to_number<std::size_t>());
      auto const& scoring = report.at("scoring").as_object();
      CHECK(scoring.at("machine").to_number<int>() == 30);
    } else {
      CHECK(inspected.exit_code == 2);
      auto const& first = report.at("errors").at(0);
      auto const about =
          std::string(first.at("file").as_string()) + ": " + std::string(first.at("message").as_string());
      CHECK(about == std::string_view(wanted.at("first_error_about").as_string()));
      CHECK(first.at("line").to_number<int>() > 0);
    }
  }
  CHECK(cases == 2);
}
