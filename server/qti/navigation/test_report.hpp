#pragma once
// A test session as JSON, for the command line, for results and for comparing. Any thread; changes nothing.

#include "qti/navigation/test_session.hpp"

#include <boost/json/object.hpp>

#include <span>

namespace proktor::qti {

// {"SCORE": 1, "completionStatus": "completed"}: outcomes, and the built-in one that is an outcome.
boost::json::object outcomes_json(std::span<Variable const> variables);
// {"Q1": {"SCORE": 1, ...}}: of all items of the parts entered that have a session.
boost::json::object item_outcomes_json(TestSession const& session);

}  // namespace proktor::qti
