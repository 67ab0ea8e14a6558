#include "provisioning/qti/json_line.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <cstdio>

namespace proktor::qti_commands {
namespace {

namespace json = boost::json;

void write(json::value const& value, std::string& out) {
  if (auto const* number = value.if_double()) {
    std::array<char, 32> buffer{};
    auto const [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *number);
    out.append(buffer.data(), code == std::errc{} ? end : buffer.data());
  } else if (auto const* list = value.if_array()) {
    out += '[';
    for (auto const& member : *list) {
      if (&member != list->data()) out += ',';
      write(member, out);
    }
    out += ']';
  } else if (auto const* object = value.if_object()) {
    out += '{';
    for (auto const& [name, member] : *object) {
      if (out.back() != '{') out += ',';
      out += json::serialize(json::string(name)) + ':';
      write(member, out);
    }
    out += '}';
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string json_line(json::value const& value) {
  std::string out;
  write(value, out);
  return out;
}

void print_line(json::value const& value) {
  auto const text = json_line(value) + '\n';
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace proktor::qti_commands
