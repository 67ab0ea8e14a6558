#pragma once
// JSON from a stream as people and tools hand it over: limited in size, with or without a byte order mark. One
// thread; blocking reads. What the JSON says is the caller's.

#include <boost/json/value.hpp>

#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti_commands {

constexpr std::size_t input_max_bytes = 16 * 1024 * 1024;  // of one object or line
constexpr std::size_t input_max_depth = 32;

// nullopt: `why` tells what is wrong with it.
std::optional<boost::json::value> parse_input(std::string_view text, std::string& why);

// Calls `take` with every line that is not blank. False: the stream broke.
bool for_each_line(std::istream& in, std::function<void(std::string const&)> const& take);

// All of the stream, or one byte more than parse_input takes.
std::string read_input(std::istream& in);

}  // namespace proktor::qti_commands
