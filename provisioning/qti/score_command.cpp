#include "provisioning/qti/commands.hpp"

#include "provisioning/qti/json_line.hpp"

#include <boost/json/parse.hpp>

#include <iostream>
#include <iterator>
#include <string>

namespace proktor::qti_commands {
namespace {

namespace json = boost::json;

constexpr int exit_done = 0;
constexpr int exit_refused = 2;
constexpr std::size_t input_max_bytes = 16 * 1024 * 1024;  // of one object or line

bool is_error(json::object const& object) {
  return object.contains("error");
}

json::object bad_json(std::string const& why) {
  return error_object("bad-json", why, "", 0);
}

json::object score_line(Scorer& scorer, std::string const& line) {
  boost::system::error_code error;
  auto const request = json::parse(line, error);
  if (error) return bad_json(error.message());
  auto const* object = request.if_object();
  auto const* item = object == nullptr ? nullptr : object->if_contains("item");
  auto const* responses = object == nullptr ? nullptr : object->if_contains("responses");
  if (item == nullptr || !item->is_string() || responses == nullptr) {
    return error_object("bad-request", "a line is {\"item\": path, \"responses\": {...}}", "", 0);
  }
  return scorer.score(std::string(item->get_string()), *responses);
}

int score_batch(Scorer& scorer) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    print_line(line.size() > input_max_bytes ? bad_json("the line is too long") : score_line(scorer, line));
  }
  return std::cin.bad() ? exit_refused : exit_done;
}

}  // namespace

int run_qti_score(QtiScoreOptions const& options) {
  Scorer scorer(options.score);
  if (options.batch) return score_batch(scorer);
  std::string const input(std::istreambuf_iterator<char>(std::cin), {});
  boost::system::error_code error;
  auto const responses = json::parse(input, error);
  auto const out = error ? bad_json(error.message()) : scorer.score(options.item, responses);
  print_line(out);
  return is_error(out) ? exit_refused : exit_done;
}

}  // namespace proktor::qti_commands
