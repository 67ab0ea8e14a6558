#include "provisioning/cli/verbs.hpp"
#include "provisioning/drill/drill.hpp"

#include <memory>

namespace proktor::cli {
namespace {

void add_target(CLI::App& drill, drill::DrillOptions& options) {
  drill.add_option("--demo", options.demo, "demo.json dari demo.sh; atau --cards, --ca, dan --url");
  drill.add_option("--cards", options.cards, "CSV dengan kolom username dan password");
  drill.add_option("--ca", options.ca, "Sertifikat penerbit server (PEM)");
  drill.add_option("--url", options.url, "Alamat server, https://…");
  drill.add_option("--server-name", options.server_name, "Nama di sertifikat server; kosong: dari --url");
  drill.add_option("--token", options.token, "Token sesi; kosong: ditanyakan lewat --control");
  drill.add_option("--sitting", options.sitting, "Kode sesi untuk token: KEGIATAN:SESI");
  drill.add_option("--control", options.control, "Soket kendali server");
}

void add_load(CLI::App& drill, drill::DrillOptions& options) {
  drill.add_option("--students", options.students, "Jumlah peserta maya; 0: sebanyak kartu")
      ->capture_default_str();
  drill.add_option("--minutes", options.minutes, "Lama pengukuran, dalam menit")->capture_default_str();
  drill.add_option("--rate", options.rate, "Simpanan per detik tiap peserta")->capture_default_str();
  drill.add_option("--think", options.think_s, "Rata-rata jeda berpikir (detik) sebagai ganti --rate");
  drill.add_option("--seed", options.seed, "Benih acakan")->capture_default_str();
  drill.add_option("--patience", options.patience_s, "Peserta maya gagal bila tidak maju selama ini (detik)");
  drill.add_option("--reconnect-ms", options.reconnect_ms, "Jeda tersingkat sebelum menyambung lagi (milidetik)")
      ->capture_default_str();
  drill.add_flag("--finish", options.finish, "Tutup tes di akhir pengukuran");
  drill.add_flag("--play", options.play, "Setiap peserta mengerjakan semua tes sampai kode bukti");
  drill.add_option("--seconds-per-test", options.seconds_per_test, "Lama tiap tes dengan --play (detik)")
      ->capture_default_str();
}

}  // namespace

void add_drill_verbs(CLI::App& app, Action& action) {
  auto* drill = app.add_subcommand("drill", "Uji kesiapan dengan peserta maya melalui sambungan sungguhan");
  auto const options = std::make_shared<drill::DrillOptions>();
  add_target(*drill, *options);
  add_load(*drill, *options);
  drill->add_option("--ledger", options->ledger, "Catatan setiap tanda terima (NDJSON)");
  drill->add_flag("--verify", options->verify, "Bandingkan catatan dengan jurnal server");
  drill->add_flag("--json", options->json, "Keluaran JSON");
  drill->callback([&action, options] { action = [options] { return drill::run_drill(*options); }; });
}

}  // namespace proktor::cli
