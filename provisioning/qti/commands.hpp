#pragma once
// The verbs `proktor qti score` and `proktor qti view`: read JSON from stdin, print JSON lines, return the exit code.
// Exit codes: 0 done, 2 the item, test or input is refused. Called from main only.

#include "provisioning/qti/scorer.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::qti_commands {

struct QtiScoreOptions {
  std::filesystem::path item;
  ScoreOptions score;
  bool batch = false;  // JSON lines {"item", "responses"} instead of one item
};

struct QtiViewOptions {
  std::filesystem::path item;
  std::uint64_t seed = 1;
  std::vector<std::string> supports{};  // of catalogs: "glossary-on-screen"
  bool batch = false;                   // items come as JSON lines from stdin, one view or error per line
};

int run_qti_score(QtiScoreOptions const& options);
int run_qti_view(QtiViewOptions const& options);

}  // namespace proktor::qti_commands
