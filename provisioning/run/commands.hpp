#pragma once
// `proktor run`: what systemd does for proktord where there is no systemd. Binds the sockets, passes them on,
// and with `restart` stays as a supervisor that keeps them open, so that clients queue in the kernel while
// proktord comes back. Called from main only; must be the process's only thread, since it forks.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::run {

struct RunOptions {
  std::filesystem::path data;  // must exist; sockets and proktord.pid go to data/run
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                // 0: the system chooses; the line printed says which
  std::filesystem::path config{};        // passed on as --config when given
  std::filesystem::path program{};       // proktord; empty: the one beside this program
  std::vector<std::string> arguments{};  // passed on at the end
  bool restart = false;
};

// Without `restart` this process becomes proktord (and returns only when that fails). With it, returns
// proktord's exit code after SIGTERM or SIGINT or a clean end, 1 when it cannot be started.
int run_run(RunOptions const& options);

}  // namespace proktor::run
