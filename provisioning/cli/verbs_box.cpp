#include "provisioning/cli/verbs.hpp"

#include "provisioning/export/commands.hpp"
#include "provisioning/import/commands.hpp"
#include "provisioning/results/commands.hpp"
#include "provisioning/run/commands.hpp"
#include "provisioning/verify/commands.hpp"

#include <memory>

namespace proktor::cli {
namespace {

void add_import(CLI::App& app, Action& action) {
  auto* import = app.add_subcommand("import", "Periksa satu folder kegiatan, lalu serahkan ke server");
  auto const options = std::make_shared<importing::ImportOptions>();
  options->control = control_default;
  import
      ->add_option("DIR", options->directory, "Folder dengan event.toml, participants.csv, dan berkas .paket")
      ->required();
  import->add_option("--control", options->control, "Soket kendali server")->capture_default_str();
  import->add_flag("--json", options->json, "Keluaran JSON");
  import->callback([&action, options] { action = [options] { return importing::run_import(*options); }; });
}

void add_run(CLI::App& app, Action& action) {
  auto* run = app.add_subcommand("run", "Jalankan proktord tanpa systemd: buka soket dan wariskan");
  auto const options = std::make_shared<run::RunOptions>();
  run->add_option("--data", options->data, "Folder data server")->required();
  run->add_option("--port", options->port, "Porta untuk peserta; 0: dipilih sistem")->required();
  run->add_option("--address", options->address, "Alamat IP yang didengarkan")->capture_default_str();
  run->add_flag("--restart", options->restart, "Jalankan lagi proktord bila berhenti mendadak");
  run->add_option("--config", options->config, "Berkas pengaturan proktord (TOML)");
  run->add_option("ARG", options->arguments, "Sesudah `--`: diteruskan ke proktord");
  run->callback([&action, options] { action = [options] { return run::run_run(*options); }; });
}

void add_verify(CLI::App& app, Action& action) {
  auto* verify =
      app.add_subcommand("verify", "Periksa semua jurnal dan tanda terima (proktord harus berhenti)");
  auto const options = std::make_shared<verify::VerifyOptions>();
  verify->add_option("DATA_DIR", options->data, "Folder data server")->required();
  verify->add_option("--medium", options->medium, "Folder media kedua, dibandingkan juga");
  verify->add_flag("--json", options->json, "Keluaran JSON");
  verify->callback([&action, options] { action = [options] { return verify::run_verify(*options); }; });
}

void add_export(CLI::App& app, Action& action) {
  auto* export_ = app.add_subcommand("export", "Salin satu kegiatan ke berkas biasa yang dapat diperiksa siapa pun");
  auto const options = std::make_shared<exporting::ExportOptions>();
  export_->add_option("DATA_DIR", options->data, "Folder data server, berhenti atau berjalan")->required();
  export_->add_option("--out", options->out, "Folder baru untuk salinan")->required();
  export_->add_option("--event", options->event, "Kegiatan, bila ada lebih dari satu");
  export_->add_option("--feed", options->feed, "Soket umpan server yang berjalan (biasa: DATA_DIR/run/feed.sock)");
  export_->add_flag("--json", options->json, "Keluaran JSON");
  export_->callback([&action, options] { action = [options] { return exporting::run_export(*options); }; });
}

void add_results(CLI::App& app, Action& action) {
  auto* results = app.add_subcommand(
      "results", "Tulis hasil tiap pengerjaan sebagai QTI assessmentResult (proktord harus berhenti)");
  auto const options = std::make_shared<proktor::results::ResultsOptions>();
  results->add_option("DATA_DIR", options->data, "Folder data server")->required();
  results->add_option("--package", options->packages, "Paket yang menilai (boleh beberapa)");
  results->add_option("--out", options->out, "Folder hasil")->required();
  results->add_option("--event", options->event, "Hanya kegiatan ini");
  results->add_flag("--json", options->json, "Keluaran JSON");
  results->callback([&action, options] { action = [options] { return proktor::results::run_results(*options); }; });
}

}  // namespace

void add_box_verbs(CLI::App& app, Action& action) {
  add_import(app, action);
  add_run(app, action);
  add_verify(app, action);
  add_export(app, action);
  add_results(app, action);
}

}  // namespace proktor::cli
