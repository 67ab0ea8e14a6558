#pragma once
// The result of a drill as JSON and as a table for people. Pure but for the printing; no measuring of its
// own.

#include "provisioning/drill/drill.hpp"
#include "provisioning/drill/tally.hpp"
#include "provisioning/drill/verify.hpp"

#include <optional>
#include <string>

namespace proktor::drill {

struct Outcome {
  int students = 0;
  int finished = 0;
  int failed = 0;
  double ramp_s = 0;      // until all pupils had begun
  double measured_s = 0;  // the span of the latencies
  double own_cpu_s = 0;   // in that span
  std::optional<double> server_cpu_s{};
  std::optional<std::uint64_t> server_rss_bytes{};
  std::uint64_t acks_measured = 0;  // all acknowledgements that came in the span
  double load_average = 0;
  std::vector<std::string> failures{};  // "username: why", the first few
};

std::string report_json(DrillOptions const& options, Outcome const& outcome, Tally const& tally,
                        std::optional<Verdict> const& verdict, bool good);
std::string report_table(DrillOptions const& options, Outcome const& outcome, Tally const& tally,
                         std::optional<Verdict> const& verdict, bool good);
std::string verdict_table(Verdict const& verdict);
std::string verdict_json(Verdict const& verdict);

// The generator itself was late too often for the latencies to mean anything.
bool generator_was_late(Tally const& tally);

}  // namespace proktor::drill
