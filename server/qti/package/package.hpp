#pragma once
// A .paket as the box holds it: every size and hash checked, every entry checked against the contract,
// scoring entries compiled, in memory. Whole or nothing. Immutable after reading, so any thread may read it.
// Does not unseal (practice packages are plain), scores nothing by itself and knows no journal.

#include "base/result.hpp"
#include "qti/delivery/delivery_view.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

class ItemProgram;  // qti/scoring/item_program.hpp
class TestProgram;  // qti/navigation/test_program.hpp

constexpr std::string_view package_format = "proktor-package/1";
// The centre's copy of the same package with every scoring entry: another format, so that no box takes it.
constexpr std::string_view scoring_format = "proktor-scoring/1";

// Whom the box tells a practice result.
enum class ResultsFor { nobody, proctor, pupil };  // pupil: the proctor too

std::string_view name(ResultsFor results);  // "none", "proctor", "pupil"

struct PackageAsset {
  std::shared_ptr<std::string const> bytes;
  std::string type;  // content type; "image/svg+xml" is to be served with a sandbox CSP
};

struct PackageTest {
  std::string id;  // authored identifier, the key in entries.tests
  std::string title;
  std::uint64_t items = 0;        // how many a pupil gets; of a routed test: the most that a route can hold
  std::uint64_t duration_ms = 0;  // 0: the package does not say
  bool routed =
      false;  // a part has a pre-condition: delivered part by part, each chosen when the last is over
  std::shared_ptr<TestProgram const> program{};  // when the package scores the test; always when it is routed
  std::set<std::string, std::less<>> assets{};   // sha256 of what its items and their stimuli show
};

struct Package {
  std::string id;
  std::string title;
  std::string version;
  std::uint64_t serial = 0;
  std::string mark;     // LATIHAN or SIMULASI
  std::string created;  // UTC, ISO 8601
  std::string sha256;   // of the whole file, lower-case hex
  ResultsFor results = ResultsFor::nobody;
  std::vector<PackageTest> tests;  // in the author's order
  DeliveryEntries entries;         // programs: every scoring entry of an item, compiled
  std::map<std::string, PackageAsset, std::less<>> assets;  // by sha256 hex: /api/asset/<sha256>

  PackageTest const* test(std::string_view test_id) const;
  std::shared_ptr<ItemProgram const> program(
      std::string_view item_id) const;  // null: it has no scoring entry
};

// Reads a .paket. Errors: package_invalid with a detail that names the entry, package_sealed_unsupported,
// too_large.
Result<Package> read_package(std::string_view bytes);

// The same for the centre's copy (scoring_format).
Result<Package> read_scoring_package(std::string_view bytes);

}  // namespace proktor::qti
