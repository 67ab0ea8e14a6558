#include "provisioning/cli/verbs.hpp"

#include "provisioning/control/commands.hpp"

#include <memory>

namespace proktor::cli {

void add_control_verbs(CLI::App& app, Action& action) {
  auto* status = app.add_subcommand("status", "Keadaan server yang sedang berjalan");
  auto const status_options = std::make_shared<control::StatusOptions>();
  status_options->control = control_default;
  status->add_option("--control", status_options->control, "Soket kendali server")->capture_default_str();
  status->add_flag("--json", status_options->json, "Keluaran JSON");
  status->callback([&action, status_options] {
    action = [status_options] { return control::run_status(*status_options); };
  });

  auto* token = app.add_subcommand("token", "Token sesi yang sedang dibuka");
  auto const token_options = std::make_shared<control::TokenOptions>();
  token_options->control = control_default;
  token->add_option("SESI", token_options->sitting, "Kode sesi: KEGIATAN:SESI, misalnya latihan-an-2026:S1")
      ->required();
  token->add_option("--control", token_options->control, "Soket kendali server")->capture_default_str();
  token->add_flag("--json", token_options->json, "Keluaran JSON");
  token->callback(
      [&action, token_options] { action = [token_options] { return control::run_token(*token_options); }; });

  auto* resume = app.add_subcommand("resume", "Akhiri mode aman atau jeda listrik: server dijalankan lagi");
  auto const resume_options = std::make_shared<control::ResumeOptions>();
  resume_options->control = control_default;
  resume->add_option("--control", resume_options->control, "Soket kendali server")->capture_default_str();
  resume->add_flag("--json", resume_options->json, "Keluaran JSON");
  resume->callback([&action, resume_options] {
    action = [resume_options] { return control::run_resume(*resume_options); };
  });
}

}  // namespace proktor::cli
