#pragma once
// Makes a .paket from an imported content package, byte for byte the same each time.
// Any thread. Writes no file (commands.hpp does) and seals nothing: marks that need sealing are refused.

#include "base/result.hpp"
#include "provisioning/package/import.hpp"
#include "qti/package/package.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace proktor::package {

struct BuildSettings {
  std::string mark = "LATIHAN";  // LATIHAN or SIMULASI
  std::string title;             // empty: the title of the only test, else the manifest's identifier
  std::string version = "1";
  std::uint64_t serial = 1;
  std::string created = "1980-01-01T00:00:00Z";  // UTC
  bool only_playable = false;
  qti::ResultsFor results = qti::ResultsFor::nobody;
  bool for_scoring = false;  // the centre's copy: every scoring entry, qti::scoring_format
};

// An item that was left out, and the first reason.
struct LeftOut {
  std::string file;
  std::string identifier;  // may be empty
  qti::Finding reason;
};

struct Built {
  std::string bytes;  // the .paket
  std::string title;
  std::size_t tests = 0;
  std::size_t items = 0;
  std::vector<LeftOut> left_out;
};

// The items that only_playable leaves out: every item with an error.
std::vector<LeftOut> items_to_leave_out(Import const& content);

// Errors: package_invalid when the import has errors (with only_playable: errors that are not an item's own,
// or no item is left), package_sealed_unsupported for GLADI and UTAMA, bad_field for another mark.
Result<Built> build_package(Import const& content, BuildSettings const& settings);

}  // namespace proktor::package
