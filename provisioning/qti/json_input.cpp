#include "provisioning/qti/json_input.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace proktor::qti_commands {

namespace json = boost::json;

std::optional<json::value> parse_input(std::string_view text, std::string& why) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.size() > input_max_bytes) {
    why = "the input is too long";
    return std::nullopt;
  }
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  boost::system::error_code code;
  json::parse_options options;
  options.max_depth = input_max_depth;
  auto value = json::parse(text, code, {}, options);
  if (!code) return value;
  why = "the input is no JSON: " + code.message();
  return std::nullopt;
}

bool for_each_line(std::istream& in, std::function<void(std::string const&)> const& take) {
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) take(line);
  }
  return !in.bad();
}

std::string read_input(std::istream& in) {
  constexpr std::size_t step_bytes = 64 * 1024;
  std::string out;
  while (in && out.size() <= input_max_bytes) {
    auto const before = out.size();
    out.resize(std::min(before + step_bytes, input_max_bytes + 1));
    in.read(out.data() + before, static_cast<std::streamsize>(out.size() - before));
    out.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  return out;
}

}  // namespace proktor::qti_commands
