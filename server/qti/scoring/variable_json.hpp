#pragma once
// A variable of a session as the command line prints it. Pure; any thread.

#include "qti/expression/scope.hpp"

#include <boost/json/value.hpp>

namespace proktor::qti {

// As to_json(Value), but a container that processing has set to nothing is [], where one never set is null.
boost::json::value to_json(Variable const& variable);

}  // namespace proktor::qti
