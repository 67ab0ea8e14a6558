#include "provisioning/qti/commands.hpp"

#include "provisioning/qti/json_input.hpp"
#include "provisioning/qti/json_line.hpp"

#include <iostream>
#include <string>

namespace proktor::qti_commands {
namespace {

namespace json = boost::json;

constexpr int exit_done = 0;
constexpr int exit_refused = 2;

bool is_error(json::object const& object) {
  return object.contains("error");
}

json::object bad_json(std::string const& why) {
  return error_object("bad-json", why, "", 0);
}

json::object score_line(Scorer& scorer, std::string const& line) {
  std::string why;
  auto const request = parse_input(line, why);
  if (!request) return bad_json(why);
  auto const* object = request->if_object();
  auto const* item = object == nullptr ? nullptr : object->if_contains("item");
  auto const* responses = object == nullptr ? nullptr : object->if_contains("responses");
  if (item == nullptr || !item->is_string() || responses == nullptr) {
    return error_object("bad-request", "a line is {\"item\": path, \"responses\": {...}}", "", 0);
  }
  return scorer.score(std::string(item->get_string()), *responses);
}

}  // namespace

int run_qti_score(QtiScoreOptions const& options) {
  Scorer scorer(options.score);
  if (options.batch) {
    bool const read = for_each_line(std::cin, [&](std::string const& line) { print_line(score_line(scorer, line)); });
    return read ? exit_done : exit_refused;
  }
  std::string why;
  auto const responses = parse_input(read_input(std::cin), why);
  auto const out = responses ? scorer.score(options.item, *responses) : bad_json(why);
  print_line(out);
  return is_error(out) ? exit_refused : exit_done;
}

}  // namespace proktor::qti_commands
