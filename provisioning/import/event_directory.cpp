#include "provisioning/import/event_directory.hpp"

#include "base/file.hpp"
#include "provisioning/import/event_check.hpp"
#include "provisioning/import/event_file.hpp"
#include "provisioning/import/roster_file.hpp"
#include "provisioning/import/text_rules.hpp"
#include "qti/package/package.hpp"
#include "qti/package/zip_gate.hpp"

#include <map>
#include <optional>
#include <system_error>
#include <utility>

namespace proktor::importing {
namespace {

FindingCode code_of(Error const& error) {
  if (error == Errc::not_found) return FindingCode::file_missing;
  return error == Errc::too_large ? FindingCode::file_too_large : FindingCode::file_unreadable;
}

std::optional<std::string> text_of_file(std::filesystem::path const& directory, std::string_view name,
                                        std::size_t bytes_max, Findings& findings) {
  auto const path = directory / name;
  std::error_code ignored;
  // A pipe or a device would block or never end.
  bool const other =
      std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
  auto text = other ? Result<std::string>(fail(Errc::io_error)) : read_file(path, bytes_max);
  if (text) return std::move(*text);
  findings.add({.code = code_of(text.error()), .file = std::string(name)});
  return std::nullopt;
}

class PackageShelf {
 public:
  PackageShelf(std::filesystem::path const& directory, Findings& findings)
      : directory_(directory), findings_(findings) {}

  // Reads each package once, however many tests it holds.
  void resolve(Test& test) {
    if (!is_package_name(test.package)) return;
    auto const [at, fresh] = shelf_.try_emplace(test.package);
    if (fresh) at->second = open(test);
    if (!at->second) return;
    auto const& tests = at->second->tests;
    test.package_sha256 = at->second->sha256;
    if (!tests.contains(test.qti_test) && !test.qti_test.empty()) {
      wrong(FindingCode::qti_test_unknown, test, "test.qti_test", test.package + ": " + test.qti_test);
    }
  }

  std::vector<PackageFile> take() { return std::move(packages_); }

 private:
  struct Contents {
    std::string sha256;
    std::map<std::string, std::uint64_t, std::less<>> tests;  // id, items
  };

  void wrong(FindingCode code, Test const& test, std::string field, std::string detail) {
    findings_.add({.code = code,
                   .file = std::string(event_file),
                   .line = test.line,
                   .field = std::move(field),
                   .detail = std::move(detail)});
  }

  std::optional<Contents> open(Test const& test) {
    auto const path = directory_ / test.package;
    std::error_code error;
    auto const bytes = std::filesystem::file_size(path, error);
    if (error || !std::filesystem::is_regular_file(path, error)) {
      wrong(FindingCode::file_missing, test, "test.package", test.package);
      return std::nullopt;
    }
    if (bytes > package_bytes_max) {
      wrong(FindingCode::file_too_large, test, "test.package", test.package);
      return std::nullopt;
    }
    auto const file = read_file(path, qti::zip_max_bytes);
    auto const package = file ? qti::read_package(*file) : file.error();
    if (!package) {
      auto const& why = package.error();
      wrong(FindingCode::package_invalid, test, "test.package",
            test.package + ": " + std::string(id_of(why.code)) + ": " + why.detail);
      return std::nullopt;
    }
    Contents contents{package->sha256, {}};
    for (auto const& one : package->tests) contents.tests.emplace(one.id, one.items);
    packages_.push_back({test.package, package->sha256, bytes});
    return contents;
  }

  std::filesystem::path const& directory_;
  Findings& findings_;
  std::map<std::string, std::optional<Contents>> shelf_;
  std::vector<PackageFile> packages_;
};

}  // namespace

EventDirectory read_event_directory(std::filesystem::path const& directory, Findings& findings) {
  EventDirectory out;
  auto const event_text = text_of_file(directory, event_file, event_file_bytes_max, findings);
  auto const roster_text = text_of_file(directory, roster_file, roster_file_bytes_max, findings);
  auto const before = findings.count();
  if (event_text) read_event_file(*event_text, out.event, findings);
  bool const event_whole = event_text && findings.count() == before;
  if (roster_text) out.event.participants = read_roster_file(*roster_text, findings);
  PackageShelf shelf(directory, findings);
  for (auto& test : out.event.tests) shelf.resolve(test);
  out.packages = shelf.take();
  // A broken event.toml would make every reference of the roster look wrong.
  if (event_whole) check_event(out.event, findings);
  return out;
}

}  // namespace proktor::importing
