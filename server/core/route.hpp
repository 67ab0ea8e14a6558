#pragma once
// The route of a test in stages: its first part, and the part that the answers so far lead to. Joins the journal's words
// (numbers of items, raw answers) to the test's program in the package. Pure: the same package, seed and answers give
// the same route on the box and at the centre. docs/protocol.md, "Stages".

#include "core/stages.hpp"
#include "qti/package/package.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {
struct SubmittedPart;  // qti/navigation/route.hpp
}

namespace proktor::core {

// What the journal says of an attempt's answers, detached from the state: for another thread.
struct AttemptAnswers {
  std::uint64_t seed = 0;
  std::vector<Stage> stages{};
  std::map<unsigned, Answer> answers{};
};

AttemptAnswers answers_of(Attempt const& attempt);

// One item as it was handed out, with its newest answer in the author's words; empty: not answered.
struct DeliveredItem {
  std::string opaque{};  // "i12"
  std::string ref{};
  std::uint32_t instance = 1;
  std::string name{};    // "Q7", or "Q7.2" for the second delivery of one reference
  std::string item{};    // identifier of the item
  boost::json::object answer{};
  bool answered = false;  // an answer is stored, also one that is not of this item and so counts as none
};

// In the order of delivery. Errors: package_invalid (the stages are not of this package).
Result<std::vector<DeliveredItem>> delivered_items(qti::Package const& package, std::string_view qti_test,
                                                   AttemptAnswers const& attempt);

// The same as the test's program takes it: one entry per part that was handed out, the open one too. Needs the program.
std::vector<qti::SubmittedPart> submitted_parts(qti::PackageTest const& test, AttemptAnswers const& attempt,
                                                std::vector<DeliveredItem> const& items);

bool in_stages(qti::Package const& package, std::string_view qti_test);

// Errors: package_invalid.
Result<StagePart> first_part(qti::Package const& package, std::string_view qti_test, std::uint64_t seed);

// What follows when the newest stage closes now. Errors: package_invalid.
Result<StageDecision> next_part(qti::Package const& package, std::string_view qti_test, AttemptAnswers const& attempt);

}  // namespace proktor::core
