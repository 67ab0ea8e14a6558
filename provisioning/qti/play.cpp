#include "provisioning/qti/play.hpp"

#include "base/file.hpp"
#include "qti/navigation/panel.hpp"
#include "qti/navigation/test_loader.hpp"
#include "qti/navigation/test_player.hpp"
#include "qti/navigation/test_results.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <map>
#include <string>

namespace proktor::qti_commands {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr int exit_done = 0;
constexpr int exit_refused = 2;
constexpr std::size_t json_depth_max = 32;

using Answer = std::optional<json::object>;  // nothing: `wrong` says why

void print_line(std::string const& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
}

json::object error_json(qti::Finding const& finding) {
  json::object out;
  out["error"] = {
      {"code", finding.code}, {"message", finding.message}, {"file", finding.file}, {"line", finding.line}};
  return out;
}

std::optional<json::value> parse(std::string_view text, qti::Finding& wrong) {
  boost::system::error_code code;
  json::parse_options options;
  options.max_depth = json_depth_max;
  auto value = json::parse(text, code, {}, options);
  if (!code) return value;
  wrong = {qti::Severity::error, "bad-json", "the input is no JSON: " + code.message(), {}, 0};
  return std::nullopt;
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

Answer play_line(Tests& tests, std::string const& line, QtiPlayOptions const& defaults, qti::Finding& wrong) {
  auto const value = parse(line, wrong);
  if (!value) return std::nullopt;
  auto const* from = value->if_object();
  auto const* test = from == nullptr ? nullptr : from->if_contains("test");
  auto const* steps = from == nullptr ? nullptr : from->if_contains("steps");
  if (test == nullptr || !test->is_string() || steps == nullptr) {
    wrong = {qti::Severity::error, "bad-line", "a line is {\"test\": path, \"steps\": [...]}", {}, 0};
    return std::nullopt;
  }
  qti::PlayOptions options{defaults.seed, defaults.leave_open};
  if (auto const* seed = from->if_contains("seed"); seed != nullptr && seed->is_number()) {
    boost::system::error_code code;
    options.seed = seed->to_number<std::uint64_t>(code);
  }
  if (auto const* open = from->if_contains("open")) options.leave_open = open->is_bool() && open->as_bool();
  return play_one(tests, std::string(test->as_string()), *steps, options, wrong);
}

int play_batch(QtiPlayOptions const& options) {
  Tests tests;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    qti::Finding wrong;
    auto const out = play_line(tests, line, options, wrong);
    print_line(json::serialize(out ? *out : error_json(wrong)));
  }
  return exit_done;
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

int print_panel(Tests& tests, QtiPlayOptions const& options) {
  qti::Finding wrong;
  auto const program = tests.find(options.test, qti::ItemsAre::required, wrong);
  if (!program) {
    print_line(json::serialize(error_json(wrong)));
    return exit_refused;
  }
  auto const panel = qti::check_panel(*program);
  print_line(options.json ? json::serialize(qti::to_json(panel)) : qti::to_text(panel));
  return qti::has_errors(panel.findings) ? exit_refused : exit_done;
}

}  // namespace

int run_qti_play(QtiPlayOptions const& options) {
  if (options.batch) return play_batch(options);
  Tests tests;
  if (options.panel) return print_panel(tests, options);
  qti::Finding wrong;
  Answer out;
  if (!options.results.empty()) {
    out = from_results(tests, options, wrong);
  } else {
    std::string const input{std::istreambuf_iterator<char>(std::cin), {}};
    if (auto const steps = parse(input, wrong)) {
      out = play_one(tests, options.test, *steps, {options.seed, options.leave_open}, wrong);
    }
  }
  print_line(json::serialize(out ? *out : error_json(wrong)));
  return out ? exit_done : exit_refused;
}

}  // namespace proktor::qti_commands
