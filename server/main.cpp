#include "app/life.hpp"
#include "base/log.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include <sys/stat.h>

namespace {

constexpr mode_t hidden_from_others = 0077;  // journals hold names, answers and card secrets

int report(proktor::Error const& error) {
  proktor::log_error(proktor::describe(error));
  return EXIT_FAILURE;
}

int serve(int argc, char** argv) {
  CLI::App arguments{"proktord: server hari asesmen. Dijalankan oleh systemd atau `proktor run`."};
  proktor::app::Options options;
  bool check_only = false;
  arguments.set_version_flag("--version", PROKTOR_VERSION);
  arguments.add_option("--data", options.data, "Folder data yang sudah didaftarkan (proktor enrol)")->required();
  arguments.add_option("--config", options.config, "Berkas pengaturan TOML")->check(CLI::ExistingFile);
  arguments.add_flag("--check-config", check_only, "Periksa pengaturan, lalu selesai");
  CLI11_PARSE(arguments, argc, argv);

  auto settings = proktor::app::read_settings(options.config);
  if (check_only) return settings ? EXIT_SUCCESS : report(settings.error());
  auto sockets = proktor::app::take_inherited_sockets();
  if (!sockets) return report(sockets.error());
  return proktor::app::live(options, std::move(settings), std::move(*sockets));
}

}  // namespace

int main(int argc, char** argv) {
  ::umask(hidden_from_others);
  try {
    return serve(argc, argv);
  } catch (std::exception const& error) {
    std::fprintf(stderr, "<3>%s\n", error.what());
    return EXIT_FAILURE;
  }
}
