#include "provisioning/cli/verbs.hpp"

#include "provisioning/package/commands.hpp"

#include <memory>

namespace proktor::cli {
namespace {

void add_build(CLI::App& package, Action& action) {
  auto* build = package.add_subcommand("build", "Buat berkas .paket dari paket isi QTI 2.0 sampai 3.0");
  auto const options = std::make_shared<package::PackageBuildOptions>();
  build->add_option("SUMBER", options->source, "Folder atau zip paket isi QTI")->required();
  build->add_option("-o,--out", options->out, "Berkas .paket yang ditulis")->required();
  build->add_option("--mark", options->mark, "Tanda: LATIHAN atau SIMULASI")->capture_default_str();
  build->add_option("--title", options->title, "Judul; kosong: dari tes di dalamnya");
  build->add_option("--set-version", options->version, "Versi paket")->capture_default_str();
  build->add_option("--serial", options->serial, "Nomor urut paket")->capture_default_str();
  build
      ->add_option("--results", options->results,
                   "Siapa yang melihat hasil latihan: none, proctor, atau pupil")
      ->capture_default_str();
  build->add_option("--scoring", options->scoring_out,
                    "Tulis juga salinan untuk penilaian di pusat ke berkas ini");
  build->add_flag("--only-playable", options->only_playable, "Tinggalkan butir yang tidak dapat dimainkan");
  build->add_flag("--json", options->json, "Keluaran JSON");
  build->callback(
      [&action, options] { action = [options] { return package::run_package_build(*options); }; });
}

void add_inspect(CLI::App& package, Action& action) {
  auto* inspect = package.add_subcommand("inspect", "Lihat isi paket: tes, butir, peringatan, kesalahan");
  auto const options = std::make_shared<package::PackageInspectOptions>();
  inspect->add_option("BERKAS", options->source, "Folder, zip, atau .paket")->required();
  inspect->add_flag("--json", options->json, "Keluaran JSON");
  inspect->callback(
      [&action, options] { action = [options] { return package::run_package_inspect(*options); }; });
}

}  // namespace

void add_package_verbs(CLI::App& app, Action& action) {
  auto* package = app.add_subcommand("package", "Paket soal");
  package->require_subcommand(1);
  add_build(*package, action);
  add_inspect(*package, action);
}

}  // namespace proktor::cli
