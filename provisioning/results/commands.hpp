#pragma once
// `proktor results`: one assessmentResult file per attempt of a stopped box, from its journals and the packages that
// score its tests. Reads the journals only; takes the data lock, so a running proktord refuses it. Called from main
// only.

#include <filesystem>
#include <string>
#include <vector>

namespace proktor::results {

struct ResultsOptions {
  std::filesystem::path data;
  std::vector<std::filesystem::path> packages;  // those in DATA/packages that score are taken, too
  std::filesystem::path out;
  std::string event;  // only this kegiatan; empty: all
  bool json = false;
};

// 0 written and every route agrees, 1 something does not hold, 2 refused input: nothing was written.
int run_results(ResultsOptions const& options);

}  // namespace proktor::results
