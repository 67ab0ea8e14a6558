#pragma once
// The static check of a test in stages, made at import: which stage follows which scores. Every score that
// items can give is tried through the test's own rules, stage by stage; nothing is guessed, and what could
// not be tried is said. Pure; any thread. Not for tests without routed parts (no rows then).

#include "qti/navigation/test_program.hpp"

#include <boost/json/object.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace proktor::qti {

constexpr std::size_t panel_states_max = 50'000;     // of scores reachable side by side
constexpr std::size_t panel_responses_max = 20'000;  // tried of one item

// A range of scores that all lead to the same place.
struct PanelRoute {
  double from = 0, to = 0;
  std::size_t scores = 0;  // different ones within
  std::string next;        // the part that follows; empty: the test is over
};

// One part, reached by one way.
struct PanelRow {
  std::vector<std::string> path;  // of parts, this one last
  std::size_t items = 0;
  std::vector<double> scores;  // all possible ones of this part, in order
  // By the score of this part, or, where that does not decide alone, by the score of the whole path. Ranges
  // still overlap where neither does.
  std::vector<PanelRoute> routes;
  bool by_total = false;
};

struct Panel {
  std::vector<PanelRow> rows;
  std::size_t most_items = 0;  // of any route; of all parts when not everything could be tried
  // Errors: panel-gap, panel-overlap, panel-unreachable, panel-human-scored, panel-reads-ahead. Warnings:
  // panel-not-checked, panel-optional-part.
  Findings findings;
};

Panel check_panel(TestProgram const& program);
std::string to_text(Panel const& panel);
boost::json::object to_json(Panel const& panel);

}  // namespace proktor::qti
