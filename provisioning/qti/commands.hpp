#pragma once
// The verbs `proktor qti score` and `proktor qti play`: read JSON from stdin, print JSON lines, return the exit code.
// Exit codes: 0 done, 2 the item, test or input is refused. Called from main only.

#include "provisioning/qti/scorer.hpp"

#include <filesystem>

namespace proktor::qti_commands {

struct QtiScoreOptions {
  std::filesystem::path item;
  ScoreOptions score;
  bool batch = false;  // JSON lines {"item", "responses"} instead of one item
};

int run_qti_score(QtiScoreOptions const& options);

}  // namespace proktor::qti_commands
