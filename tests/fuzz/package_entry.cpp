#include "tests/fuzz/entries.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "provisioning/package/build.hpp"
#include "provisioning/package/import.hpp"
#include "qti/package/layout.hpp"
#include "qti/package/package.hpp"
#include "qti/package/zip_file.hpp"
#include "qti/package/zip_gate.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <string>

namespace proktor::fuzz {
namespace {

namespace json = boost::json;

constexpr std::string_view file_mark = "=== ";
constexpr std::size_t files_max = 40;

qti::Files files_from(std::string_view text) {
  qti::Files files;
  while (text.starts_with(file_mark) && files.size() < files_max) {
    text.remove_prefix(file_mark.size());
    auto const line = text.find('\n');
    if (line == std::string_view::npos) break;
    std::string path(text.substr(0, line));
    text.remove_prefix(line + 1);
    auto const next = text.find("\n=== ");
    files[std::move(path)] = std::string(text.substr(0, next));
    text.remove_prefix(next == std::string_view::npos ? text.size() : next + 1);
  }
  return files;
}

bool stores_all(std::string_view) {
  return true;
}

// What came through a zip has only names that the gate lets through.
std::optional<qti::Files> through_the_gate(qti::Files const& files) {
  auto const zipped = qti::zip(files, stores_all);
  if (!zipped) return std::nullopt;
  auto unzipped = qti::unzip(*zipped);
  if (!unzipped) return std::nullopt;
  return std::move(*unzipped);
}

void import_and_build(qti::Files files) {
  auto const import = package::import_content(std::move(files));
  for (bool const only_playable : {false, true}) {
    package::BuildSettings settings;
    settings.only_playable = only_playable;
    auto const built = package::build_package(import, settings);
    if (!built) continue;
    auto const read = qti::read_package(built->bytes);
    require(read.has_value(),
            ("a package that is built can be read: " + (read ? "" : describe(read.error()))).c_str());
    require(read->tests.size() == built->tests, "a package holds the tests that were built");
  }
}

// Names all files with their sizes and hashes, so that what is behind that check is reached.
void read_paket(qti::Files files) {
  auto& manifest = files[std::string(qti::package_manifest_path)];
  json::error_code error;
  auto value = json::parse(manifest, error);
  if (!error && value.is_object()) {
    json::array entries;
    for (auto const& [path, content] : files) {
      if (path == qti::package_manifest_path) continue;
      entries.push_back({{"path", path}, {"bytes", content.size()}, {"sha256", hex(sha256(content))}});
    }
    value.as_object()["entries"] = std::move(entries);
    manifest = json::serialize(value);
  }
  auto const zipped = qti::zip(files, stores_all);
  if (zipped) qti::read_package(*zipped);
}

}  // namespace

void package(std::string_view bytes) {
  if (!bytes.starts_with(file_mark)) {
    qti::read_package(bytes);
    if (auto files = qti::unzip(bytes)) import_and_build(std::move(*files));
    return;
  }
  auto files = files_from(bytes);
  if (files.contains(qti::package_manifest_path)) return read_paket(std::move(files));
  if (auto gated = through_the_gate(files)) import_and_build(std::move(*gated));
}

}  // namespace proktor::fuzz
