#pragma once
// One life of proktord: start and serve, or say why not. Three failed starts in a row lead to safe mode; a park ends in a
// notice as well. What ends a life lets the service manager begin the next.

#include "app/exam_server.hpp"

namespace proktor::app {

// Returns the exit code. `settings`: as read; their error is a failed start like any other.
int live(Options const& options, Result<Settings> settings, InheritedSockets sockets);

}  // namespace proktor::app
