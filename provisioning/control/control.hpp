#pragma once
// Talks to proktord over its control socket (docs/api.md): one request, one JSON object. Shared by the verbs
// of the `proktor` command. Knows the form of errors, not the routes. Blocking; one thread.

#include "base/result.hpp"

#include <boost/json/object.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace proktor::control {

// Exit codes of every verb.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1;
inline constexpr int exit_refused = 2;

// Errors: unreachable, timeout; the server's own code with its detail when it refuses; remote_refused when
// the answer is no JSON object or the code is unknown here.
Result<boost::json::object> get(std::filesystem::path const& socket, std::string const& target);
Result<boost::json::object> post(std::filesystem::path const& socket, std::string const& target,
                                 std::string const& content_type, std::string body);

// "a b&c" as it stands in a query.
std::string query_escaped(std::string_view text);

std::string text_in(boost::json::object const& object,
                    std::string_view key);  // empty when absent or no string

// Prints the failure (JSON: {"ok":false,"error":{…}} on standard output) and gives the exit code that fits:
// exit_refused for what the server did not accept, exit_failed for the rest.
int report_failure(Error const& error, bool as_json);

}  // namespace proktor::control
