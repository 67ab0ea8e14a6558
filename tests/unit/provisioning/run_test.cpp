// `proktor run` as a process, with a small program of the test in proktord's place beside it.

#include "support.hpp"

#include "provisioning/run/program.hpp"
#include "provisioning/run/supervisor.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace proktor;
namespace fs = std::filesystem;

namespace {

constexpr int own_exit = 5;
constexpr timeval patience{30, 0};

// Answers on the inherited web socket: "info" says what it was given, "crash" ends it as SIGKILL does.
constexpr char const* stand_in = R"(#!/usr/bin/env python3
import json, os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: os._exit(5))
web = socket.socket(fileno=3)
web.setblocking(True)
while True:
    peer, _ = web.accept()
    if peer.recv(64) == b"crash":
        os.kill(os.getpid(), signal.SIGKILL)
    peer.sendall(json.dumps({
        "pid": os.getpid(), "listen_pid": os.environ["LISTEN_PID"], "listen_fds": os.environ["LISTEN_FDS"],
        "names": os.environ["LISTEN_FDNAMES"], "arguments": sys.argv[1:],
        "families": [socket.socket(fileno=os.dup(fd)).family for fd in (3, 4, 5)]}).encode())
    peer.close()
)";

int connect_to(std::uint16_t port) {
  int const fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  return fd;
}

std::string ask(std::uint16_t port, std::string const& text) {
  Fd const fd(connect_to(port));
  REQUIRE(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::recv(fd.get(), buffer, sizeof buffer, 0)) > 0;)
    answer.append(buffer, static_cast<std::size_t>(n));
  return answer;
}

// The command copied beside the stand-in, started as a child of the test; ended at the latest with this
// object.
class Running {
 public:
  Running(test::TempDir const& dir, std::vector<std::string> const& more) {
    fs::copy_file(fs::path(PROKTOR_BIN_DIR) / "proktor", dir / "proktor");
    test::write(dir / "proktord", stand_in);
    fs::permissions(dir / "proktord", fs::perms::owner_all);
    fs::create_directory(dir / "data");
    std::vector<std::string> arguments = {(dir / "proktor").string(), "run",    "--data",
                                          (dir / "data").string(),    "--port", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    Fd const out(ends[0]);
    Fd in(ends[1]);
    pid = ::fork();
    if (pid == 0) {
      ::dup2(in.get(), STDOUT_FILENO);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    in = Fd();
    std::string line;
    char c = 0;
    while (::read(out.get(), &c, 1) == 1 && c != '\n') line += c;
    INFO(line);
    auto const colon = line.rfind(':');
    REQUIRE(line.starts_with("Mendengarkan di 127.0.0.1:"));
    port = static_cast<std::uint16_t>(std::stoi(line.substr(colon + 1)));
  }
  ~Running() {
    if (pid > 0) end(SIGKILL);
  }

  int end(int signal) {
    ::kill(pid, signal);
    int status = 0;
    ::waitpid(pid, &status, 0);
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  pid_t pid = -1;
  std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("run hands over web, control and feed sockets in systemd's way and becomes proktord") {
  test::TempDir dir;
  Running run(dir, {"--config", "/etc/x.toml", "--", "--flag", "value"});
  auto const info = boost::json::parse(ask(run.port, "info")).as_object();
  CHECK(info.at("pid") == run.pid);
  CHECK(info.at("listen_pid").as_string() == std::to_string(run.pid));
  CHECK(info.at("listen_fds") == "3");
  CHECK(info.at("names") == "web:control:feed");
  CHECK(info.at("families") == boost::json::array{AF_INET, AF_UNIX, AF_UNIX});
  CHECK(info.at("arguments") ==
        boost::json::array{"--data", (dir / "data").string(), "--config", "/etc/x.toml", "--flag", "value"});
  CHECK(test::read(dir / "data/run/proktord.pid") == std::to_string(run.pid) + "\n");
  for (auto const* name : {"data/run/control.sock", "data/run/feed.sock"}) {
    struct stat info_of {};
    REQUIRE(::lstat((dir / name).c_str(), &info_of) == 0);
    CHECK(S_ISSOCK(info_of.st_mode));
    CHECK((info_of.st_mode & 0777) == 0660);
  }
  CHECK(run.end(SIGTERM) == own_exit);
}

TEST_CASE("with --restart a client that comes while proktord is down is answered by the next one") {
  test::TempDir dir;
  Running run(dir, {"--restart"});
  std::int64_t before = run.pid;
  for (int life = 0; life < 3; ++life) {
    auto const pid = boost::json::parse(ask(run.port, "info")).at("pid").as_int64();
    CHECK(pid != before);
    CHECK(pid != run.pid);
    CHECK(test::read(dir / "data/run/proktord.pid") == std::to_string(pid) + "\n");
    before = pid;
    CHECK(ask(run.port, "crash").empty());
  }
  auto const last = boost::json::parse(ask(run.port, "info")).at("pid").as_int64();
  CHECK(run.end(SIGTERM) == own_exit);
  CHECK(::kill(static_cast<pid_t>(last), 0) == -1);
  CHECK(errno == ESRCH);
  CHECK_FALSE(fs::exists(dir / "data/run/proktord.pid"));
}

TEST_CASE("a proktord that says it cannot start is given up after a few tries") {
  test::TempDir dir;
  fs::create_directory(dir / "data");
  test::write(dir / "proktord", "#!/bin/sh\necho x >> \"$2/lives\"\nexit 3\n");
  fs::permissions(dir / "proktord", fs::perms::owner_all);
  auto const program = run::prepare({.data = dir / "data", .program = dir / "proktord"});
  REQUIRE(program);
  auto const ended = run::supervise(*program, dir / "data",
                                    {.backoff_first = std::chrono::milliseconds(1), .refusals_max = 3});
  REQUIRE(ended);
  CHECK(*ended == 3);
  CHECK(test::read(dir / "data/lives") == "x\nx\nx\n");
}

TEST_CASE("run says what is missing: a data directory, a proktord, a free port") {
  test::TempDir dir;
  fs::create_directory(dir / "data");
  test::write(dir / "proktord", stand_in);
  fs::permissions(dir / "proktord", fs::perms::owner_all);
  auto const no_data = run::prepare({.data = dir / "none", .program = dir / "proktord"});
  REQUIRE_FALSE(no_data);
  CHECK(no_data.error() == Errc::not_found);
  CHECK_FALSE(run::prepare({.data = dir / "data", .program = dir / "none"}));
  auto const first = run::prepare({.data = dir / "data", .program = dir / "proktord"});
  REQUIRE(first);
  auto const taken = run::prepare({.data = dir / "data", .port = first->port, .program = dir / "proktord"});
  REQUIRE_FALSE(taken);
  CHECK(taken.error() == Errc::io_error);
  auto const same_sockets = run::prepare({.data = dir / "data", .program = dir / "proktord"});
  REQUIRE_FALSE(same_sockets);  // another process serves the control socket
}
