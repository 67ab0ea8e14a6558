#pragma once
// `proktor drill`: virtual pupils over real connections against a running box. Measures (open loop, latency
// from the intended time of each save), plays whole sittings, and verifies every acknowledgement against the
// journal. SIGTERM and SIGINT end a measurement early and in order. One thread, own epoll loop, nothing of the server's state. Blocking: the command line's main
// thread.

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace proktor::drill {

struct DrillOptions {
  std::filesystem::path demo{};   // demo.json; or the three below
  std::filesystem::path cards{};  // CSV with the columns username and password
  std::filesystem::path ca{};     // PEM
  std::string url{};              // https://host:port
  std::string server_name{};      // in the certificate; empty: the URL's host
  std::string token{};            // with --cards; empty: asked over the control socket
  std::string sitting{};          // KEGIATAN:SESI for the token, with --cards
  std::filesystem::path control{};

  int students = 0;        // 0: as many as there are cards
  double minutes = 0;      // of measuring, after all pupils have begun
  double rate = 0.2;       // saves per second of one pupil
  double think_s = 0;      // > 0: pauses drawn around this mean instead of the fixed rate
  std::uint64_t seed = 1;  // of think times and answers
  int patience_s = 120;    // a pupil for whom nothing goes on for so long has failed
  int reconnect_ms = 100;  // after a lost connection at least this, at most five times it
  bool finish = false;     // submit at the end of the measurement
  bool play = false;       // every pupil plays all tests of the sesi and finishes them
  double seconds_per_test = 20;

  bool json = false;
  std::filesystem::path ledger{};  // NDJSON of acknowledgements: written by a run, read by --verify
  bool verify = false;             // alone: compares the ledger; with a run: afterwards
};

// Runs it and prints the report. 0: everything held; 1: something did not; 2: the options make no sense.
int run_drill(DrillOptions const& options);

}  // namespace proktor::drill
