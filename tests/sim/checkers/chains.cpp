// I3: the journal verifies from end to end, copy and projections included.

#include "checkers.hpp"

#include "journal/verifier.hpp"

#include <fmt/format.h>

namespace proktor::sim {

void check_chains(Evidence const& evidence) {
  if (evidence.plan.lying_syncs > 0) return;  // its own pages may be torn; what that means is told by recovery
  auto const report = journal::verify_journal(evidence.site.exam());
  if (!report) return evidence.world.blame("chains", describe(report.error()));
  auto const status = evidence.box.writer().status(evidence.box.exam().journal);
  for (auto const& finding : report->findings) {
    if (finding.part == "copy" && status.copy_behind) continue;
    evidence.world.blame("chains", fmt::format("{} at {}: {}", finding.part, finding.lsn, finding.text));
  }
}

}  // namespace proktor::sim
