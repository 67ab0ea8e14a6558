#include "provisioning/control/commands.hpp"

#include "provisioning/control/control.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cstdint>
#include <cstdio>
#include <string>

namespace proktor::control {
namespace {

namespace json = boost::json;

constexpr std::int64_t second_ms = 1'000;

std::int64_t number_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  boost::system::error_code ignored;
  return value == nullptr || !value->is_number() ? 0 : value->to_number<std::int64_t>(ignored);
}

int print_json(json::object const& object) {
  fmt::print("{}\n", json::serialize(object));
  return exit_done;
}

void print_journal(json::object const& journal) {
  fmt::print("  {:<32} {:>10} entri  aliran {}\n", text_in(journal, "journal"),
             number_in(journal, "last_lsn"), text_in(journal, "stream"));
}

void print_alarms(json::object const& status) {
  auto const* alarms = status.if_contains("alarms");
  if (alarms == nullptr || !alarms->is_array()) return;
  for (auto const& alarm : alarms->get_array()) {
    if (!alarm.is_object()) continue;
    auto const& one = alarm.get_object();
    auto const detail = text_in(one, "detail");
    fmt::print("PERHATIAN: {} {} ({}{}{})\n", text_in(one, "text"), text_in(one, "step"), text_in(one, "code"),
               detail.empty() ? "" : ": ", detail);
  }
}

}  // namespace

int run_status(StatusOptions const& options) {
  auto const answer = get(options.control, "/v1/status");
  if (!answer) return report_failure(answer.error(), options.json);
  if (options.json) return print_json(*answer);
  fmt::print("Server {}, versi {}\n", text_in(*answer, "box"), text_in(*answer, "version"));
  print_alarms(*answer);
  auto const* sitting = answer->if_contains("sitting");
  auto const* open = sitting == nullptr ? nullptr : sitting->if_object();
  auto const named = open == nullptr ? text_in(*answer, "sitting") : text_in(*open, "id");
  fmt::print("Sesi: {}\n", named.empty() ? "tidak ada yang dibuka" : named);
  fmt::print("Antrean tulis: {}; waktu CPU: {:.1f} detik\n", number_in(*answer, "queue"),
             static_cast<double>(number_in(*answer, "cpu_ms")) / static_cast<double>(second_ms));
  auto const* journals = answer->if_contains("journals");
  if (journals == nullptr || !journals->is_array() || journals->get_array().empty()) {
    fmt::print("Jurnal: belum ada kegiatan\n");
    return exit_done;
  }
  fmt::print("Jurnal:\n");
  for (auto const& journal : journals->get_array()) {
    if (journal.is_object()) print_journal(journal.get_object());
  }
  return exit_done;
}

int run_token(TokenOptions const& options) {
  auto const answer = get(options.control, "/v1/token?sitting=" + query_escaped(options.sitting));
  if (!answer && answer.error() == Errc::bad_field && !options.json) {
    fmt::print(stderr, "Sesi {} tidak dikenal. Kode sesi berbentuk KEGIATAN:SESI.\n", options.sitting);
    return exit_refused;
  }
  if (!answer) return report_failure(answer.error(), options.json);
  if (options.json) return print_json(*answer);
  auto const token = text_in(*answer, "token");
  if (token.empty()) {
    fmt::print("Token belum dirilis.\n");
    return exit_done;
  }
  auto const left_s = number_in(*answer, "until_ms") / second_ms;
  fmt::print("{}  (berlaku {} menit {} detik lagi)\n", token, left_s / 60, left_s % 60);
  return exit_done;
}

int run_resume(ResumeOptions const& options) {
  auto const answer = post(options.control, "/v1/resume", "application/json", "{}");
  if (!answer && answer.error() == Errc::not_found && !options.json) {
    fmt::print("Server sudah berjalan seperti biasa.\n");
    return exit_done;
  }
  if (!answer) return report_failure(answer.error(), options.json);
  if (options.json) return print_json(*answer);
  fmt::print("Server dijalankan lagi. Periksa dengan: proktor status\n");
  return exit_done;
}

}  // namespace proktor::control
