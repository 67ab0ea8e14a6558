#include "provisioning/run/commands.hpp"

#include "base/result.hpp"
#include "provisioning/run/program.hpp"
#include "provisioning/run/supervisor.hpp"

#include <fmt/format.h>

#include <cstdio>

#include <unistd.h>

namespace proktor::run {
namespace {

constexpr int exit_failed = 1;

int print_failure(Error const& error) {
  fmt::print(stderr, "proktor run: {}\n", describe(error));
  return exit_failed;
}

}  // namespace

int run_run(RunOptions const& options) {
  auto const program = prepare(options);
  if (!program) return print_failure(program.error());
  bool const v6 = options.address.find(':') != std::string::npos;
  fmt::print("Mendengarkan di {}{}{}:{}\n", v6 ? "[" : "", options.address, v6 ? "]" : "", program->port);
  std::fflush(stdout);
  if (!options.restart) {
    auto const noted = write_pid(options.data, ::getpid());
    if (!noted) return print_failure(noted.error());
    return print_failure(fail(Errc::io_error, program->path.string() + ": " + become(*program)));
  }
  auto const ended = supervise(*program, options.data);
  if (!ended) return print_failure(ended.error());
  return *ended;
}

}  // namespace proktor::run
