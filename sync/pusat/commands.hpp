#pragma once
// The verbs of proktor-pusat. Each runs to its end and returns the exit code: 0 done, 1 failed to run,
// 2 (open without --watch) something that came does not hold, (results) refused input. Called from main only.

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

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

struct ResultsOptions {
  std::filesystem::path data;
  std::vector<std::filesystem::path> packages;
  std::filesystem::path out;
  std::string event;  // only this kegiatan; empty: all
  bool json = false;
};

// Until SIGTERM or SIGINT.
int run_serve(ServeOptions const& options);
int run_open(OpenOptions const& options);
int run_report(std::filesystem::path const& data, bool json);
// One assessmentResult file per attempt of what was opened; every journalled route is played again. 1: a route differs,
// or an attempt could not be written.
int run_results(ResultsOptions const& options);

}  // namespace proktor::pusat
