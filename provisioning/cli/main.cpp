// The technician's command. Understands the command line and runs one verb; everything else is in the verbs'
// folders.

#include "provisioning/cli/verbs.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr int exit_failed = 1;

// CLI11 names the group of options itself and lets no label change it.
class IndonesianFormatter : public CLI::Formatter {
 public:
  std::string make_group(std::string group, bool is_positional,
                         std::vector<CLI::Option const*> options) const override {
    return CLI::Formatter::make_group(group == "Options" ? "Pilihan" : group, is_positional, options);
  }
};

void speak_indonesian(CLI::App& app) {
  app.set_help_flag("-h,--help", "Tampilkan bantuan ini");
  app.group("Perintah");  // subcommands take it over
  auto const formatter = std::make_shared<IndonesianFormatter>();
  app.formatter(formatter);
  formatter->label("Usage", "Pemakaian");
  formatter->label("OPTIONS", "PILIHAN");
  formatter->label("SUBCOMMAND", "PERINTAH");
  formatter->label("SUBCOMMANDS", "PERINTAH");
  formatter->label("Positionals", "Isian");
  formatter->label("POSITIONALS", "ISIAN");
  formatter->label("REQUIRED", "(wajib)");
  formatter->label("TEXT", "TEKS");
  formatter->label("UINT", "ANGKA");
  formatter->label("INT", "ANGKA");
  formatter->label("FLOAT", "ANGKA");
}

int run(int argc, char** argv) {
  CLI::App app("Perintah teknisi untuk server asesmen Proktor", "proktor");
  speak_indonesian(app);
  app.set_version_flag("--version", "proktor " PROKTOR_VERSION, "Tampilkan versi");
  app.require_subcommand(1);
  proktor::cli::Action action;
  proktor::cli::add_key_verbs(app, action);
  proktor::cli::add_package_verbs(app, action);
  proktor::cli::add_qti_verbs(app, action);
  proktor::cli::add_box_verbs(app, action);
  proktor::cli::add_recovery_verbs(app, action);
  proktor::cli::add_control_verbs(app, action);
  proktor::cli::add_drill_verbs(app, action);
  try {
    app.parse(argc, argv);
  } catch (CLI::Success const& asked) {  // help or version
    return app.exit(asked);
  } catch (CLI::ParseError const& error) {
    fmt::print(stderr,
               "Perintah tidak dapat dijalankan: {}\nLihat: proktor --help, proktor PERINTAH --help\n",
               error.what());
    return exit_failed;
  }
  return action();
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that closes the pipe, or a server that closes a socket, is an error value and not the end.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (std::exception const& error) {
    fmt::print(stderr, "proktor: {}\n", error.what());
    return exit_failed;
  }
}
