#include "provisioning/qti/scorer.hpp"

#include "base/file.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/navigation/test_report.hpp"
#include "qti/value/text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace proktor::qti_commands {
namespace {

namespace json = boost::json;

std::optional<std::string> read_beside(std::string_view path) {
  auto bytes = read_file(std::filesystem::path(path), qti::xml_document_max_bytes);
  if (!bytes) return std::nullopt;
  return std::move(*bytes);
}

json::object responses_of(qti::ItemSession const& session) {
  json::object out;
  for (auto const& variable : session.variables()) {
    if (variable.declaration->kind == qti::VariableKind::response) {
      out[variable.declaration->identifier] = qti::to_json(variable.value);
    }
  }
  return out;
}

// The error to say first: an element that QTI does not have means another dialect, and the rest may follow from it.
qti::Finding const& gravest(qti::Findings const& findings) {
  auto const first = std::ranges::find(findings, qti::Severity::error, &qti::Finding::severity);
  auto const foreign = std::ranges::find_if(findings, [](qti::Finding const& finding) {
    return finding.severity == qti::Severity::error && finding.code.starts_with("unknown-") &&
           (finding.code.ends_with("-element") || finding.code.ends_with("-expression"));
  });
  return foreign != findings.end() ? *foreign : *first;
}

// One object is one attempt; nothing when it is neither an object nor a list of them.
std::optional<std::vector<json::object const*>> attempts_in(json::value const& responses) {
  std::vector<json::object const*> attempts;
  if (auto const* one = responses.if_object()) {
    attempts.push_back(one);
    return attempts;
  }
  auto const* list = responses.if_array();
  if (list == nullptr) return std::nullopt;
  for (auto const& attempt : *list) {
    if (!attempt.is_object()) return std::nullopt;
    attempts.push_back(&attempt.get_object());
  }
  return attempts;
}

}  // namespace

json::object error_object(std::string_view code, std::string_view message, std::string_view file, int line) {
  json::object out;
  out["error"] = {{"code", code}, {"message", message}, {"file", file}, {"line", line}};
  return out;
}

Scorer::Entry const& Scorer::open(std::filesystem::path const& item) {
  auto const found = entries_.find(item.string());
  if (found != entries_.end()) return found->second;
  if (entries_.size() >= cached_programs_max) entries_.clear();
  auto& entry = entries_[item.string()];
  auto const bytes = read_file(item, qti::xml_document_max_bytes);
  if (!bytes) {
    entry.error = error_object(id_of(bytes.error().code), bytes.error().detail, item.string(), 0);
    return entry;
  }
  std::error_code ignored;
  auto const whole = std::filesystem::absolute(item, ignored).lexically_normal().string();
  auto compiled = qti::compile_item(*bytes, whole, read_beside);
  if (!compiled.program) {
    auto const& worst = gravest(compiled.findings);
    entry.error =
        error_object(worst.code, worst.message, worst.file == whole ? item.string() : worst.file, worst.line);
  }
  entry.program = std::move(compiled.program);
  return entry;
}

json::object Scorer::score(std::filesystem::path const& item, json::value const& responses) {
  auto const& entry = open(item);
  if (!entry.program) return entry.error;
  auto const attempts = attempts_in(responses);
  if (!attempts) return error_object("bad-responses", "responses are an object, or a list of objects", "", 0);
  qti::ItemSessionSettings settings;
  settings.seed = qti::session_seed(options_.seed, entry.program->identifier());  // as `qti view` prints it
  settings.max_attempts = 0;
  settings.binding.decimal = options_.decimal;
  qti::ItemSession session(entry.program, std::move(settings));
  for (auto const* attempt : *attempts) session.submit(*attempt);
  json::object out;
  out["outcomes"] = qti::outcomes_json(session.variables());
  out["responses"] = responses_of(session);
  out["valid"] = session.is_valid();
  return out;
}

}  // namespace proktor::qti_commands
