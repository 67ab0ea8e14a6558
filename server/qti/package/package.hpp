#pragma once
// A .paket as the box holds it: every size and hash checked, every entry checked against the contract, in
// memory. Whole or nothing. Immutable after reading, so any thread may read it. Does not unseal (practice
// packages are plain) and knows no journal.

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

constexpr std::string_view package_format = "proktor-package/1";

struct PackageAsset {
  std::shared_ptr<std::string const> bytes;
  std::string type;  // content type; "image/svg+xml" is to be served with a sandbox CSP
};

struct PackageTest {
  std::string id;  // authored identifier, the key in entries.tests
  std::string title;
  std::uint64_t items = 0;        // how many a pupil gets
  std::uint64_t duration_ms = 0;  // 0: the package does not say
  std::set<std::string, std::less<>> assets{};  // sha256 of what its items and their stimuli show
};

struct Package {
  std::string id;
  std::string title;
  std::string version;
  std::uint64_t serial = 0;
  std::string mark;                // LATIHAN or SIMULASI
  std::string created;             // UTC, ISO 8601
  std::string sha256;              // of the whole file, lower-case hex
  std::vector<PackageTest> tests;  // in the author's order
  DeliveryEntries entries;
  std::map<std::string, PackageAsset, std::less<>> assets;  // by sha256 hex: /api/asset/<sha256>

  PackageTest const* test(std::string_view test_id) const;
};

// Reads a .paket. Errors: package_invalid with a detail that names the entry, package_sealed_unsupported,
// too_large.
Result<Package> read_package(std::string_view bytes);

}  // namespace proktor::qti
