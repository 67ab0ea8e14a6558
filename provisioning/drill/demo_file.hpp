#pragma once
// Where the drill finds box, cards and token: demo.json of a running demo, or a CSV of cards with --ca and
// --url. Blocking reads; start of the program, and the token again while it runs.

#include "provisioning/drill/drill.hpp"
#include "provisioning/drill/link.hpp"
#include "provisioning/drill/pupil.hpp"

#include <string>
#include <vector>

namespace proktor::drill {

struct Scene {
  Target target{};
  std::vector<Card> cards{};
  std::filesystem::path control{};
  std::string token{};
  int server_pid = 0;  // 0: unknown
};

// Errors: not_found, bad_json, bad_field, certificate_invalid, unreachable (name not resolved).
Result<Scene> read_scene(DrillOptions const& options);

// The token and the server's process as they are now; keeps the old ones when they cannot be read.
void refresh(DrillOptions const& options, Scene& scene);

}  // namespace proktor::drill
