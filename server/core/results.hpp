#pragma once
// The results of a kegiatan, from its log: one assessmentResult (QTI 3.0 Results Reporting) per attempt, and whether the
// journalled routes are those that package, seed and answers give. Box and centre use the same code. Names nobody: the
// attempt's id leads to the participant. Pure; any thread.

#include "core/attempt_log.hpp"
#include "core/route.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::core {

// Packages that score, for the tests of a kegiatan.
class ScoringPackages {
 public:
  // A .paket, or the centre's copy of one. Errors: those of read_package; package_invalid (it scores nothing, or a
  // test that another package scores).
  Result<void> add(std::string_view bytes);
  // The one whose file the journal names, else the one that scores a test of this name; null: there is none.
  std::shared_ptr<qti::Package const> of(Test const& test) const;

 private:
  Result<void> add(std::shared_ptr<qti::Package const> package);

  std::map<std::string, std::shared_ptr<qti::Package const>, std::less<>> by_sha256_, by_test_;
};

struct ItemCounts {
  unsigned scored = 0, pending = 0, not_answered = 0, not_reached = 0;
};

struct AttemptResult {
  std::string file{};  // "<attempt>.xml"
  std::string xml{};
  ItemCounts items{};
  std::vector<std::string> route_problems{};  // journalled stages that a replay does not give; empty: they agree
};

// Errors: package_invalid (the package does not score this test, or is not the one that was delivered).
Result<AttemptResult> result_of(AttemptLog const& log, Attempt const& attempt, qti::Package const& package);

struct ResultsReport {
  std::uint64_t attempts = 0, written = 0, finished = 0;
  ItemCounts items{};
  std::map<std::string, std::uint64_t> without_package{};  // attempts by test that no package scores
  std::vector<std::string> refused{};                      // "<attempt>: why": not written
  std::vector<std::string> route_problems{};               // "<attempt>: difference"
  std::vector<std::string> split{};                        // "<attempt>: …": in two logs that do not continue each other

  bool holds() const { return refused.empty() && route_problems.empty() && split.empty(); }
};

// Takes one whole file. An error ends the work.
using ResultSink = std::function<Result<void>(std::string const& file, std::string const& xml)>;

// All attempts of a kegiatan (those that are wanted) in the order of their ids, added to `report`. Errors: those of the
// sink.
using AttemptFilter = std::function<bool(AttemptId const&)>;
Result<void> write_results(AttemptLog const& log, ScoringPackages const& packages, ResultSink const& sink,
                           ResultsReport& report, AttemptFilter const& wanted = {});
std::string report_json(ResultsReport const& report);
std::string report_text(ResultsReport const& report);  // Indonesian, for a technician

// The journalled stages against a replay of each. One line of text per difference.
std::vector<std::string> check_route(qti::Package const& package, std::string_view qti_test,
                                     AttemptAnswers const& attempt);

}  // namespace proktor::core
