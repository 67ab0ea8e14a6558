#include "provisioning/cli/verbs.hpp"

#include "provisioning/qti/play.hpp"

#include <iostream>
#include <memory>

namespace proktor::cli {

void add_qti_play(CLI::App& qti, Action& action) {
  auto* play = qti.add_subcommand("play", "Jalani satu tes dengan langkah JSON dari masukan standar");
  auto const options = std::make_shared<qti_commands::QtiPlayOptions>();
  play->add_option("TES", options->test, "Berkas XML tes");
  play->add_option("--seed", options->seed, "Benih acakan")->capture_default_str();
  play->add_flag("--open", options->leave_open, "Biarkan bagian tes terbuka setelah langkah terakhir");
  play->add_flag("--panel", options->panel, "Periksa tahap: skor mana menuju tahap mana");
  play->add_flag("--json", options->json, "Tabel tahap sebagai JSON");
  play->add_option("--results", options->results, "Hitung hasil tes dari berkas assessmentResult");
  play->add_flag("--batch", options->batch, "Baris JSON masuk, baris JSON keluar");
  play->callback([&action, options, play] {
    if (!options->batch && options->test.empty()) throw CLI::RequiredError(play->get_name() + " TES");
    action = [options] { return qti_commands::run_qti_play(*options, std::cin, std::cout); };
  });
}

}  // namespace proktor::cli
