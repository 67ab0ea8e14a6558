#pragma once
// The verbs `proktor package ...`, one function each: prints, returns the exit code.
// Exit codes: 0 done, 1 usage or writing failed, 2 the content is refused or not there (nothing was written).
// Called from main only.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::package {

struct PackageBuildOptions {
  std::filesystem::path source;       // directory or zip of a QTI content package, 2.0 to 3.0
  std::filesystem::path out;          // the .paket to write, replaced whole
  std::filesystem::path scoring_out;  // empty, or where the centre's copy goes (read_scoring_package)
  std::string results = "none";       // whom the box tells a practice result: none, proctor or pupil
  std::string mark = "LATIHAN";       // LATIHAN or SIMULASI
  std::string title;                  // empty: from the tests
  std::string version = "1";
  std::uint64_t serial = 1;
  bool only_playable = false;
  bool json = false;
};

struct PackageInspectOptions {
  std::filesystem::path source;  // directory, zip or .paket
  bool json = false;
};

int run_package_build(PackageBuildOptions const& options);
int run_package_inspect(PackageInspectOptions const& options);

}  // namespace proktor::package
