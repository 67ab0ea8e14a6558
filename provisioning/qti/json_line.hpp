#pragma once
// JSON on one line with numbers as people write them: 2.5, not 2.5E0. Pure; any thread.

#include <boost/json/value.hpp>

#include <string>

namespace proktor::qti_commands {

std::string json_line(boost::json::value const& value);
void print_line(boost::json::value const& value);  // to stdout, flushed: the reader may wait for it

}  // namespace proktor::qti_commands
