#include "provisioning/qti/play.hpp"

#include "base/file.hpp"
#include "provisioning/qti/json_input.hpp"
#include "provisioning/qti/json_line.hpp"
#include "qti/navigation/panel.hpp"
#include "qti/navigation/test_loader.hpp"
#include "qti/navigation/test_player.hpp"
#include "qti/navigation/test_results.hpp"


#include <algorithm>
#include <istream>
#include <map>
#include <optional>
#include <ostream>
#include <string>

namespace proktor::qti_commands {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr int exit_done = 0;
constexpr int exit_refused = 2;

using Answer = std::optional<json::object>;  // nothing: `wrong` says why

void print(std::ostream& out, std::string const& text) {
  out << text << std::endl;  // flushed: the reader may wait for it
}

json::object error_json(qti::Finding const& finding) {
  json::object out;
  out["error"] = {
      {"code", finding.code}, {"message", finding.message}, {"file", finding.file}, {"line", finding.line}};
  return out;
}

std::optional<json::value> parse(std::string_view text, qti::Finding& wrong) {
  std::string why;
  auto value = parse_input(text, why);
  if (!value) wrong = {qti::Severity::error, "bad-json", std::move(why), {}, 0};
  return value;
}

// Tests by path, each read once.
class Tests {
 public:
  std::shared_ptr<qti::TestProgram const> find(fs::path const& path, qti::ItemsAre items,
                                               qti::Finding& wrong) {
    auto const absolute = fs::absolute(path).lexically_normal();
    auto const [at, added] = loaded_.try_emplace(absolute.string());
    auto& loaded = at->second;
    if (added) loaded = qti::load_test(absolute.string(), source(), items);
    auto const error = std::ranges::find(loaded.findings, qti::Severity::error, &qti::Finding::severity);
    if (error == loaded.findings.end()) return loaded.program;
    wrong = *error;
    // Files are named as the caller would name them.
    auto const relative = fs::path(wrong.file).lexically_relative(absolute.parent_path());
    if (!wrong.file.empty()) wrong.file = (path.parent_path() / relative).string();
    return nullptr;
  }

 private:
  static qti::FileSource source() {
    return [](std::string_view path) -> std::optional<std::string> {
      auto bytes = read_file(path, qti::xml_document_max_bytes);
      return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
    };
  }

  std::map<std::string, qti::LoadedTest> loaded_;
};

Answer play_one(Tests& tests, fs::path const& path, json::value const& steps, qti::PlayOptions const& options,
                qti::Finding& wrong) {
  auto const program = tests.find(path, qti::ItemsAre::required, wrong);
  return program ? qti::play(program, steps, options, wrong) : std::nullopt;
}

qti::Finding bad_request() {
  return {qti::Severity::error,
          "bad-request",
          "a line is {\"test\": path, \"steps\": [...], \"seed\"?: number from 0 on, \"open\"?: true or false}",
          {},
          0};
}

Answer play_line(Tests& tests, std::string const& line, QtiPlayOptions const& defaults, qti::Finding& wrong) {
  auto const value = parse(line, wrong);
  if (!value) return std::nullopt;
  auto const* from = value->if_object();
  auto const* test = from == nullptr ? nullptr : from->if_contains("test");
  auto const* steps = from == nullptr ? nullptr : from->if_contains("steps");
  if (test == nullptr || !test->is_string() || steps == nullptr) {
    wrong = bad_request();
    return std::nullopt;
  }
  qti::PlayOptions options{defaults.seed, defaults.leave_open};
  boost::system::error_code code;
  if (auto const* seed = from->if_contains("seed")) options.seed = seed->to_number<std::uint64_t>(code);
  auto const* open = from->if_contains("open");
  if (code || (open != nullptr && !open->is_bool())) {
    wrong = bad_request();
    return std::nullopt;
  }
  if (open != nullptr) options.leave_open = open->as_bool();
  return play_one(tests, std::string(test->as_string()), *steps, options, wrong);
}

int play_batch(QtiPlayOptions const& options, std::istream& in, std::ostream& out) {
  Tests tests;
  bool const read = for_each_line(in, [&](std::string const& line) {
    qti::Finding wrong;
    auto const played = play_line(tests, line, options, wrong);
    print(out, json_line(played ? *played : error_json(wrong)));
  });
  return read ? exit_done : exit_refused;
}

Answer from_results(Tests& tests, QtiPlayOptions const& options, qti::Finding& wrong) {
  auto const program = tests.find(options.test, qti::ItemsAre::optional, wrong);
  if (!program) return std::nullopt;
  auto const bytes = read_file(options.results, qti::xml_document_max_bytes);
  if (!bytes) {
    wrong = {qti::Severity::error, "missing-file", bytes.error().detail, options.results.string(), 0};
    return std::nullopt;
  }
  auto reading = qti::read_assessment_result(*bytes, options.results.string());
  if (!reading.result) {
    wrong = *std::ranges::find(reading.findings, qti::Severity::error, &qti::Finding::severity);
    return std::nullopt;
  }
  return json::object{{"test", qti::outcomes_of(*program, *reading.result)}};
}

int print_panel(Tests& tests, QtiPlayOptions const& options, std::ostream& out) {
  qti::Finding wrong;
  auto const program = tests.find(options.test, qti::ItemsAre::required, wrong);
  if (!program) {
    print(out, json_line(error_json(wrong)));
    return exit_refused;
  }
  auto const panel = qti::check_panel(*program);
  print(out, options.json ? json_line(qti::to_json(panel)) : qti::to_text(panel));
  return qti::has_errors(panel.findings) ? exit_refused : exit_done;
}

}  // namespace

int run_qti_play(QtiPlayOptions const& options, std::istream& in, std::ostream& out) {
  if (options.batch) return play_batch(options, in, out);
  Tests tests;
  if (options.panel) return print_panel(tests, options, out);
  qti::Finding wrong;
  Answer answer;
  if (!options.results.empty()) {
    answer = from_results(tests, options, wrong);
  } else {
    if (auto const steps = parse(read_input(in), wrong)) {
      answer = play_one(tests, options.test, *steps, {options.seed, options.leave_open}, wrong);
    }
  }
  print(out, json_line(answer ? *answer : error_json(wrong)));
  return answer ? exit_done : exit_refused;
}

}  // namespace proktor::qti_commands
