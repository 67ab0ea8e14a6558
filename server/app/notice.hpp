#pragma once
// What proktord does when it must not touch its data: after three failed starts (safe mode), and after an orderly park.
// Nothing of the data directory is open; the inherited sockets are still answered: one page for people, 503 with a code
// for programs, cause and health on the control socket. The watchdog is fed. One thread.

#include "api/not_serving.hpp"
#include "app/box_files.hpp"
#include "app/settings.hpp"
#include "app/sockets.hpp"

#include <string>

namespace proktor::app {

constexpr int exit_start_again = 75;  // EX_TEMPFAIL: systemd and `proktor run` start the program again

struct Notice {
  api::NotServing why = api::NotServing::safe_mode;
  std::string cause{};  // safe mode: what the last failed start said
};

// Serves until SIGTERM or SIGINT (returns 0), or until SIGCONT or `proktor resume` (returns exit_start_again).
// `files`: as far as they can be read; without those of TLS only the control socket answers.
int serve_notice(Notice const& notice, Settings const& settings, BoxFiles const& files, InheritedSockets sockets);

}  // namespace proktor::app
