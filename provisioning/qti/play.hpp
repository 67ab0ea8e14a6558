#pragma once
// `proktor qti play`: goes through a test by JSON steps from `in` (standard input), or prints its panel. Main
// thread. The rules are qti/navigation's; files are read beside the test and nowhere else is written.

#include <cstdint>
#include <filesystem>
#include <iosfwd>

namespace proktor::qti_commands {

// Prints {"path": [items shown], "items": {item: outcomes}, "test": outcomes, "end": where it stands, "at":
// {"part", "item"}, "parts": [{"part", "items"}], "steps": [{"accepted", "item"?, "outcomes"?, "valid"?,
// "code"?, "message"?}], "refused": [{"step", "code", "message"}], "feedback": [identifiers]}. What steps
// are: qti/navigation/test_player.hpp. Exit 2 and {"error": {"code", "message", "file", "line"}} when test or
// steps cannot be read.
struct QtiPlayOptions {
  std::filesystem::path test;
  std::uint64_t seed = 1;
  bool leave_open = false;        // --open: leaves the part open when the steps run out
  bool panel = false;             // --panel: the table of stages in place of playing; no steps are read
  bool json = false;              // --json: the panel as JSON
  std::filesystem::path results;  // --results: an assessmentResult; prints {"test": outcomes}
  bool batch = false;  // --batch: lines {"test", "steps", "seed"?, "open"?} in, one line out for each
};
int run_qti_play(QtiPlayOptions const& options, std::istream& in, std::ostream& out);

}  // namespace proktor::qti_commands
