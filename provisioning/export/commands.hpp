#pragma once
// `proktor export`: one kegiatan of a box as plain files that anybody can check without our programs
// (docs/protocol.md, "Export"; tests/support/verify.py). Reads only. Called from main only.

#include <filesystem>
#include <string>

namespace proktor::exporting {

struct ExportOptions {
  std::filesystem::path data;
  std::filesystem::path out;     // must not exist
  std::string event{};           // may be left out where there is one kegiatan
  std::filesystem::path feed{};  // feed socket of a running box; empty: DATA/run/feed.sock
  bool json = false;
};

// Prints what was written; 0 done, 1 failed, 2 refused input. Nothing is written unless all is.
int run_export(ExportOptions const& options);

}  // namespace proktor::exporting
