#include "provisioning/run/program.hpp"

#include "http/server.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::run {
namespace {

constexpr int first_inherited_fd = 3;  // SD_LISTEN_FDS_START
constexpr int clear_of_inherited_fd = 64;
constexpr mode_t socket_mode = 0660;  // the group may follow the feed and use the control socket
constexpr mode_t pid_mode = 0644;

Result<std::filesystem::path> program_beside_this_one() {
  std::error_code error;
  auto const self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(Errc::io_error, "/proc/self/exe: " + error.message());
  return self.parent_path() / "proktord";
}

Result<std::filesystem::path> make_run_directory(std::filesystem::path const& data) {
  std::error_code error;
  if (!std::filesystem::is_directory(data, error)) return fail(Errc::not_found, data.string());
  auto directory = data / "run";
  std::filesystem::create_directory(directory, error);
  if (error) return fail(Errc::io_error, directory.string() + ": " + error.message());
  return directory;
}

}  // namespace

std::filesystem::path pid_path(std::filesystem::path const& data) {
  return data / "run" / "proktord.pid";
}

Result<void> write_pid(std::filesystem::path const& data, int pid) {
  return write_file(pid_path(data), std::to_string(pid) + "\n", pid_mode);
}

Result<Program> prepare(RunOptions const& options) {
  Program program;
  program.path = options.program;
  if (program.path.empty()) {
    auto found = program_beside_this_one();
    if (!found) return found.error();
    program.path = std::move(*found);
  }
  if (::access(program.path.c_str(), X_OK) != 0) return fail(Errc::not_found, program.path.string());
  auto const directory = make_run_directory(options.data);
  if (!directory) return directory.error();

  auto web = http::bind_tcp(options.address, options.port);
  if (!web) return web.error();
  program.port = http::port_of(*web);
  program.sockets.push_back({"web", std::move(*web)});
  for (auto const* name : {"control", "feed"}) {
    auto bound = http::bind_unix(*directory / (std::string(name) + ".sock"), socket_mode);
    if (!bound) return bound.error();
    program.sockets.push_back({name, std::move(*bound)});
  }

  program.arguments = {"--data", options.data.string()};
  if (!options.config.empty()) {
    program.arguments.insert(program.arguments.end(), {"--config", options.config.string()});
  }
  program.arguments.insert(program.arguments.end(), options.arguments.begin(), options.arguments.end());
  return program;
}

std::string become(Program const& program) {
  std::string names;
  std::vector<int> copies;
  for (auto const& [name, socket] : program.sockets) {
    // First out of the way: a socket may itself sit on a number that another one is to get.
    int const copy = ::fcntl(socket.get(), F_DUPFD_CLOEXEC, clear_of_inherited_fd);
    if (copy < 0) return std::strerror(errno);
    copies.push_back(copy);
    names += (names.empty() ? "" : ":") + name;
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (::dup2(copies[i], first_inherited_fd + static_cast<int>(i)) < 0) return std::strerror(errno);
  }
  ::setenv("LISTEN_FDS", std::to_string(copies.size()).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);

  std::string path = program.path.string();
  std::vector<std::string> arguments = program.arguments;
  std::vector<char*> argv{path.data()};
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::execv(path.c_str(), argv.data());
  return std::strerror(errno);
}

}  // namespace proktor::run
