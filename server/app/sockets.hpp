#pragma once
// The sockets that systemd, or `proktor run`, hands over: sd_listen_fds(3) with names. proktord takes only these.

#include "base/file.hpp"
#include "base/result.hpp"

#include <vector>

namespace proktor::app {

struct InheritedSockets {
  std::vector<Fd> web, control, feed;
};

// Reads and removes LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES. Errors: config_invalid when none came, one has an unknown
// name, or web or control is missing.
Result<InheritedSockets> take_inherited_sockets();

// The same sockets again, so that somebody can answer on them when their first owner has gone. Errors: io_error.
Result<InheritedSockets> duplicate(InheritedSockets const& sockets);

}  // namespace proktor::app
