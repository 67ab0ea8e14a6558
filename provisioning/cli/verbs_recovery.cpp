#include "provisioning/cli/verbs.hpp"

#include "provisioning/recovery/card.hpp"
#include "provisioning/recovery/restore.hpp"

#include <memory>

namespace proktor::cli {

void add_recovery_verbs(CLI::App& app, Action& action) {
  auto* card = app.add_subcommand("recovery-card", "Buat kartu pemulihan untuk media cadangan (satu halaman A4)");
  auto const card_options = std::make_shared<recovery::CardOptions>();
  card->add_option("--data", card_options->data, "Folder data server")->required();
  card->add_option("--out", card_options->out, "Berkas HTML yang ditulis");
  card->add_flag("--replace", card_options->replace, "Ganti kartu yang hilang");
  card->callback([&action, card_options] { action = [card_options] { return recovery::run_card(*card_options); }; });

  auto* restore = app.add_subcommand("restore", "Pulihkan server dari media cadangan ke komputer pengganti");
  auto const options = std::make_shared<recovery::RestoreOptions>();
  restore->add_option("--from", options->from, "Folder media cadangan")->required();
  restore->add_option("--data", options->data, "Folder data yang masih kosong")->required();
  restore->add_option("--box", options->box, "Kode server, bila media berisi beberapa");
  restore->callback([&action, options] { action = [options] { return recovery::run_restore(*options); }; });
}

}  // namespace proktor::cli
