#pragma once
// The three verbs of proktor-pusat. Each runs to its end and returns the exit code: 0 done, 1 failed to run,
// 2 (open without --watch) something that came does not hold. Called from main only.

#include <chrono>
#include <filesystem>
#include <string>

namespace proktor::pusat {

struct ServeOptions {
  std::filesystem::path keys;
  std::filesystem::path data;
  std::string listen = "127.0.0.1:9443";  // address:port; port 0 lets the system choose
  std::filesystem::path port_file{};      // where the port is written once it listens; empty: nowhere
};

struct OpenOptions {
  std::filesystem::path keys;
  std::filesystem::path data;
  bool watch = false;
  std::chrono::milliseconds interval{2'000};
};

// Until SIGTERM or SIGINT.
int run_serve(ServeOptions const& options);
int run_open(OpenOptions const& options);
int run_report(std::filesystem::path const& data, bool json);

}  // namespace proktor::pusat
