#pragma once
// Which parts of a test are alternatives of one stage, and what is wrong with the ways between them. Used by
// the panel check alone; one check's own.

#include "qti/model/finding.hpp"
#include "qti/navigation/panel_reads.hpp"

#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace proktor::qti {

inline constexpr std::size_t nowhere = std::numeric_limits<std::size_t>::max();  // the test is over

// Parts with pre-conditions that stand one after the other are one stage until one of them reads what an
// earlier one of them brought; a part without a pre-condition is a stage of its own.
class Stages {
 public:
  Stages(TestProgram const& program, std::vector<std::size_t> stage_of)
      : program_(program), stage_of_(std::move(stage_of)) {}

  // From the last part of `path`, with this score there, to `next`. target: of a branch rule that was
  // followed.
  void note(std::vector<std::size_t> const& path, std::optional<std::size_t> target, std::size_t next,
            double score);
  // panel-gap, panel-overlap, panel-optional-part, once for each place.
  void say(Findings& findings) const;

 private:
  std::string parts_of(std::size_t stage) const;

  TestProgram const& program_;
  std::vector<std::size_t> stage_of_;  // by part
  struct Fault {
    std::size_t from = 0, to = 0;  // part that was left; stage that was missed, or part of the same stage
    auto operator<=>(Fault const&) const = default;
  };
  std::map<Fault, std::set<double>> gaps_, overlaps_;  // the scores at which it happens
};

Stages stages_of(TestProgram const& program, RoutingReads const& reads);

// panel-reads-ahead, panel-human-scored, panel-not-checked: what routing must not or cannot read.
void check_reads(TestProgram const& program, RoutingReads const& reads, Findings& findings);

}  // namespace proktor::qti
