#pragma once
// Where a candidate stands in a test, computed anew from what was submitted: the box, the centre and the
// command line all use this one function, so that the same package, seed and answers give the same route
// everywhere. Pure; any thread; knows no time: limits and attempts were the box's to enforce when the answers
// came in.

#include "base/result.hpp"
#include "qti/navigation/test_program.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace proktor::qti {

class TestSession;  // test_session.hpp

// One part that is over. answers: by reference ("Q7", or "Q7.2" for its second delivery), each an object of
// responses by identifier in the author's words (DESIGN 14's form). Who is not named was not answered.
struct SubmittedPart {
  std::string part;
  boost::json::object answers;
};

struct RoutedItem {
  std::string name;  // "Q7", or "Q7.2"
  std::string part;
  bool responded = false;
  std::optional<bool> correct;  // absent: not every response has a correct one, or there is no scoring here
  bool human_scored = false;
  std::optional<double> score;    // the outcome SCORE; absent: none, NULL or no number
  std::optional<double> maximum;  // its normal-maximum; MAXSCORE where that is not declared
};

struct Route {
  std::vector<std::string> path;      // parts entered so far, in order; the last is `next` when there is one
  std::optional<std::string> next;    // the part to deliver now; absent: the test is over
  std::vector<std::string> items;     // of `next`, in the order of delivery, for instantiate_part
  bool last = false;                  // certainly no part follows `next`
  std::vector<RoutedItem> done;       // items of the parts that are over
  boost::json::object item_outcomes;  // {name: {outcome: value}} of the parts that are over
  boost::json::object test_outcomes;
};

// submitted: in the order in which they were closed; empty: where a candidate begins. A linear part is
// walked: its rules decide which of its answers count. Errors: bad_request when a part is not the one that
// the route asks for, or comes after its end.
Result<Route> route(std::shared_ptr<TestProgram const> const& program, std::uint64_t seed,
                    std::span<SubmittedPart const> submitted);

// The session behind it, with every item's variables: for results. Errors: as route().
Result<std::unique_ptr<TestSession>> play(std::shared_ptr<TestProgram const> const& program, std::uint64_t seed,
                                          std::span<SubmittedPart const> submitted);

}  // namespace proktor::qti
