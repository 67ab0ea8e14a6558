#include "provisioning/export/codes.hpp"

#include "core/json_fields.hpp"

#include <array>
#include <set>
#include <string_view>

namespace proktor::exporting {
namespace {

// RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe.
std::string cell(std::string_view text) {
  std::string out(text);
  if (!out.empty() && std::string_view("=+-@").find(out.front()) != std::string_view::npos) out.insert(0, "'");
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (char const c : out) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

}  // namespace

void Codes::take(journal::Entry const& entry) {
  bool const begins = entry.kind == "attempt" || entry.kind == "epoch-restored";
  if (!begins && entry.kind != "participant" && entry.kind != "finished") return;
  core::JsonFields fields(entry.bytes);
  if (entry.kind == "participant") {
    usernames_[entry.subject] = fields.text("username");
  } else if (entry.kind == "finished") {
    attempts_[entry.subject].code = fields.text("code");
  } else {
    attempts_.try_emplace(entry.subject,
                          Attempt{fields.text("participant"), fields.text("test"), fields.text("sesi"), {}});
  }
}

std::string Codes::csv() const {
  std::set<std::array<std::string, 5>> rows;
  for (auto const& [id, attempt] : attempts_) {
    auto const who = usernames_.find(attempt.participant);
    rows.insert({who == usernames_.end() ? attempt.participant : who->second, attempt.test, id, attempt.sitting,
                 attempt.code});
  }
  std::string out = "username,test,sesi,attempt,code\n";
  for (auto const& [username, test, id, sitting, code] : rows) {
    out += cell(username) + "," + cell(test) + "," + cell(sitting) + "," + id + "," + code + "\n";
  }
  return out;
}

}  // namespace proktor::exporting
