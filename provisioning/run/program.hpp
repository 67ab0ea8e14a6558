#pragma once
// The program to start and how: its arguments and the sockets it inherits in systemd's way
// (sd_listen_fds(3)): from descriptor 3 on, LISTEN_FDS, LISTEN_FDNAMES, LISTEN_PID. Owns the sockets. One
// thread.

#include "base/file.hpp"
#include "base/result.hpp"
#include "provisioning/run/commands.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::run {

struct NamedSocket {
  std::string name;
  Fd socket;
};

struct Program {
  std::filesystem::path path;
  std::vector<std::string> arguments;  // without the program's own name
  std::vector<NamedSocket> sockets;
  std::uint16_t port = 0;  // of the web socket
};

// Binds web (TCP), control and feed (Unix, mode 0660, in data/run). Errors: not_found (no data directory, no
// proktord beside this program), io_error.
Result<Program> prepare(RunOptions const& options);

std::filesystem::path pid_path(std::filesystem::path const& data);
Result<void> write_pid(std::filesystem::path const& data, int pid);

// Replaces this process. Returns only on failure, with errno's text.
std::string become(Program const& program);

}  // namespace proktor::run
