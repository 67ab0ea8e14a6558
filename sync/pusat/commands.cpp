#include "sync/pusat/commands.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "base/service_notify.hpp"
#include "http/server.hpp"
#include "sync/agent/lock_file.hpp"
#include "sync/pusat/gateway.hpp"
#include "sync/pusat/opener.hpp"
#include "sync/pusat/report.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <utility>

namespace proktor::pusat {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds drain_deadline{5'000};
constexpr std::size_t bodies_bytes_max = std::size_t{256} << 20U;  // pieces of 1 MiB from many boxes at once

int report_failure(Error const& error) {
  log_error(describe(error));
  return 1;
}

Result<Fd> bind_address(std::string const& listen) {
  std::size_t const colon = listen.rfind(':');
  std::uint16_t port = 0;
  if (colon == std::string::npos) return fail(Errc::bad_field, "--listen ADDR:PORT");
  char const* const end = listen.data() + listen.size();
  auto const [at, error] = std::from_chars(listen.data() + colon + 1, end, port);
  if (error != std::errc() || at != end) return fail(Errc::bad_field, "--listen ADDR:PORT");
  return http::bind_tcp(listen.substr(0, colon), port);
}

// Only one gateway per data directory: two would count different offsets for one upload.
Result<Fd> lock_data(std::filesystem::path const& data, char const* name) {
  std::error_code failure;
  std::filesystem::create_directories(data, failure);
  return sync::lock_file(data / name);
}

}  // namespace

int run_serve(ServeOptions const& options) {
  auto lock = lock_data(options.data, "serve.lock");
  if (!lock) return report_failure(lock.error());
  auto keys = load_gateway_keys(options.keys);
  if (!keys) return report_failure(keys.error());
  auto store = SegmentStore::open(options.data);
  if (!store) return report_failure(store.error());
  auto listening = bind_address(options.listen);
  if (!listening) return report_failure(listening.error());
  std::uint16_t const port = http::port_of(*listening);

  asio::io_context context(1);
  Gateway gateway(std::move(*store), std::move(keys->roots), std::move(keys->receipt));
  http::Limits limits;
  limits.bodies_bytes_max = limits.bodies_large_bytes_max = bodies_bytes_max;
  http::Server server(context.get_executor(), gateway, limits);
  server.listen(std::move(*listening), keys->tls);
  if (!options.port_file.empty())
    if (auto const written = write_file(options.port_file, std::to_string(port)); !written)
      return report_failure(written.error());
  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](boost::system::error_code const& error, int) {
    if (error) return;
    proktor::notify_service("STOPPING=1");
    asio::co_spawn(context, server.drain(drain_deadline), asio::detached);
  });
  log_info(fmt::format("pusat menerima segmen di port {}", port));
  proktor::notify_service("READY=1");
  context.run();
  return 0;
}

int run_open(OpenOptions const& options) {
  auto lock = lock_data(options.data, "open.lock");
  if (!lock) return report_failure(lock.error());
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // taken between two rounds, never inside one
  auto opener = Opener::create(options.keys, options.data);
  if (!opener) return report_failure(opener.error());
  for (;;) {
    auto const opened = opener->run_once();
    if (!opened) return report_failure(opened.error());
    if (*opened > 0) log_info(fmt::format("{} segmen dibuka", *opened));
    if (!options.watch) return opener->any_problem() ? 2 : 0;
    auto const interval_ms = options.interval.count();
    timespec const pause{interval_ms / 1000, (interval_ms % 1000) * 1'000'000};
    if (sigtimedwait(&stop, nullptr, &pause) > 0) return 0;
  }
}

int run_report(std::filesystem::path const& data, bool json) {
  auto const report = make_report({data, json});
  if (!report) return report_failure(report.error());
  fmt::print("{}", *report);
  return 0;
}

}  // namespace proktor::pusat
