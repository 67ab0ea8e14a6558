#include "provisioning/cli/verbs.hpp"

#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"

#include <memory>

namespace proktor::cli {

void add_key_verbs(CLI::App& app, Action& action) {
  auto* keys = app.add_subcommand("keys", "Kunci dan sertifikat latihan untuk pusat");
  keys->require_subcommand(1);
  auto* init =
      keys->add_subcommand("init", "Buat akar, sertifikat pusat, dan kunci tanda terima di folder baru");
  auto const keys_options = std::make_shared<keys::KeysOptions>();
  init->add_option("DIR", keys_options->directory, "Folder baru atau kosong")->required();
  init->add_option("--host", keys_options->hosts, "Nama atau alamat server pusat (boleh beberapa kali)");
  init->callback(
      [&action, keys_options] { action = [keys_options] { return keys::run_keys(*keys_options); }; });

  auto* enrol = app.add_subcommand("enrol", "Daftarkan komputer ini sebagai server lokal (sekali saja)");
  auto const options = std::make_shared<keys::EnrolOptions>();
  enrol->add_option("--keys", options->keys, "Folder dari `proktor keys init`")->required();
  enrol->add_option("--data", options->data, "Folder data server")->required();
  enrol->add_option("--box", options->box, "Kode server: A-Z a-z 0-9 _ -, paling banyak 64")->required();
  enrol->add_option("--name", options->name, "Nama server untuk orang")->required();
  enrol->add_option("--host", options->hosts, "Nama atau alamat server di LAN (boleh beberapa kali)");
  enrol->add_option("--centre", options->centre_url,
                    "Alamat pusat, https://…; kosong: hasil dibawa dengan stik");
  enrol->callback([&action, options] { action = [options] { return keys::run_enrol(*options); }; });
}

}  // namespace proktor::cli
