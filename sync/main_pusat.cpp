// proktor-pusat: the centre's side. `serve` takes segments and signs receipts, `open` reads them with the
// centre's key, `report` says what has arrived, `results` writes what it is worth.

#include "base/log.hpp"
#include "sync/pusat/commands.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <string>

namespace {

int run(int argc, char** argv) {
  CLI::App app("Sisi pusat: menerima segmen, membukanya, melaporkan.", "proktor-pusat");
  app.set_version_flag("--version", PROKTOR_VERSION);
  app.require_subcommand(1);

  proktor::pusat::ServeOptions serve;
  CLI::App* const serve_command = app.add_subcommand("serve", "Terima segmen dan kirim tanda terima");
  serve_command->add_option("--keys", serve.keys, "Folder dari `proktor keys init`")->required();
  serve_command->add_option("--data", serve.data, "Folder data pusat")->required();
  serve_command->add_option("--listen", serve.listen, "ALAMAT:PORT");
  serve_command->add_option("--port-file", serve.port_file, "Tulis port yang dipakai ke berkas ini");

  proktor::pusat::OpenOptions open;
  double interval_s = 2.0;
  CLI::App* const open_command = app.add_subcommand("open", "Buka segmen dan hitung ulang setiap rantai");
  open_command->add_option("--keys", open.keys, "Folder dari `proktor keys init`")->required();
  open_command->add_option("--data", open.data, "Folder data pusat")->required();
  open_command->add_flag("--watch", open.watch, "Terus membuka yang datang");
  open_command->add_option("--interval", interval_s, "Jeda --watch, detik")->check(CLI::Range(0.05, 3600.0));

  std::string report_data;
  bool report_json = false;
  CLI::App* const report_command = app.add_subcommand("report", "Apa yang sudah sampai");
  report_command->add_option("--data", report_data, "Folder data pusat")->required();
  report_command->add_flag("--json", report_json, "JSON");

  proktor::pusat::ResultsOptions results;
  CLI::App* const results_command =
      app.add_subcommand("results", "Tulis hasil tiap pengerjaan sebagai QTI assessmentResult");
  results_command->add_option("--data", results.data, "Folder data pusat")->required();
  results_command->add_option("--package", results.packages, "Paket yang menilai (boleh beberapa)")->required();
  results_command->add_option("--out", results.out, "Folder hasil")->required();
  results_command->add_option("--event", results.event, "Hanya kegiatan ini");
  results_command->add_flag("--json", results.json, "JSON");
  CLI11_PARSE(app, argc, argv);

  if (serve_command->parsed()) return proktor::pusat::run_serve(serve);
  if (report_command->parsed()) return proktor::pusat::run_report(report_data, report_json);
  if (results_command->parsed()) return proktor::pusat::run_results(results);
  open.interval = std::chrono::milliseconds(static_cast<std::int64_t>(interval_s * 1000.0));
  return open_command->parsed() ? proktor::pusat::run_open(open) : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (std::exception const& error) {
    proktor::log_error(error.what());
    return 1;
  }
}
