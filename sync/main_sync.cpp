// proktor-sync: the only program of a box that dials out. Follows proktord's feed, seals segments, brings
// them to the centre and the receipts back. Stops on SIGTERM; whatever it was doing goes on at the next
// start.

#include "base/log.hpp"
#include "base/service_notify.hpp"
#include "sync/agent/agent.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <exception>
#include <string>

namespace {

int run(int argc, char** argv) {
  CLI::App app("Membawa hasil ke pusat dan tanda terima kembali.", "proktor-sync");
  std::string config_path = "/etc/proktor/proktor-sync.toml";
  bool check_only = false;
  app.add_option("--config", config_path, "Berkas pengaturan TOML");
  app.add_flag("--check-config", check_only, "Periksa berkas pengaturan, lalu berhenti");
  app.set_version_flag("--version", PROKTOR_VERSION);
  CLI11_PARSE(app, argc, argv);

  auto config = proktor::sync::load_config(config_path);
  if (!config) {
    proktor::log_error(proktor::describe(config.error()));
    return 1;
  }
  if (check_only) return 0;

  boost::asio::io_context context(1);
  auto agent = proktor::sync::Agent::create(context.get_executor(), std::move(*config));
  if (!agent) {
    proktor::log_error(proktor::describe(agent.error()));
    return 1;
  }
  boost::asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&agent](boost::system::error_code const& error, int) {
    if (error) return;
    proktor::notify_service("STOPPING=1");
    (*agent)->stop();
  });
  (*agent)->start();
  proktor::notify_service("READY=1");
  context.run();
  return 0;
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
