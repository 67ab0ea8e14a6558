#pragma once
// `proktor import`: an event directory, checked as a whole, then handed to proktord over its control socket.
// Exit codes: 0 done, 1 the server could not be reached or failed, 2 refused (nothing was kept). Called from
// main only.

#include <filesystem>

namespace proktor::importing {

struct ImportOptions {
  std::filesystem::path directory;  // holds event.toml, participants.csv and the .paket files they name
  std::filesystem::path control;    // the control socket of proktord
  bool json = false;
};

// Prints every finding, or what was imported and the first passwords of new staff (shown this once).
int run_import(ImportOptions const& options);

}  // namespace proktor::importing
