#include "app/sockets.hpp"

#include <charconv>
#include <cstdlib>
#include <string_view>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::app {
namespace {

constexpr int first_fd = 3;
constexpr int sockets_max = 64;

int number_of(char const* name) {
  char const* const text = std::getenv(name);
  int value = 0;
  if (text == nullptr) return 0;
  std::string_view const view(text);
  std::from_chars(view.data(), view.data() + view.size(), value);
  return value;
}

Result<std::vector<Fd>> duplicate(std::vector<Fd> const& fds) {
  std::vector<Fd> copies;
  for (auto const& fd : fds) {
    copies.emplace_back(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!copies.back()) return fail(Errc::io_error, "dup");
  }
  return copies;
}

}  // namespace

Result<InheritedSockets> take_inherited_sockets() {
  int const count = number_of("LISTEN_FDS");
  bool const ours = number_of("LISTEN_PID") == static_cast<int>(::getpid());
  char const* const names_text = std::getenv("LISTEN_FDNAMES");
  std::string names = names_text == nullptr ? "" : names_text;
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  ::unsetenv("LISTEN_FDNAMES");
  if (!ours || count <= 0 || count > sockets_max) {
    return fail(Errc::config_invalid, "tidak ada soket warisan; jalankan lewat systemd atau proktor run");
  }
  InheritedSockets sockets;
  std::string_view rest = names;
  for (int i = 0; i < count; ++i) {
    auto const name = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    Fd fd(first_fd + i);
    ::fcntl(fd.get(), F_SETFD, FD_CLOEXEC);
    if (name == "web") {
      sockets.web.push_back(std::move(fd));
    } else if (name == "control") {
      sockets.control.push_back(std::move(fd));
    } else if (name == "feed") {
      sockets.feed.push_back(std::move(fd));
    } else {
      return fail(Errc::config_invalid, "soket bernama \"" + std::string(name) + "\"");
    }
  }
  if (sockets.web.empty() || sockets.control.empty()) return fail(Errc::config_invalid, "soket web atau control");
  return sockets;
}

Result<InheritedSockets> duplicate(InheritedSockets const& sockets) {
  auto web = duplicate(sockets.web), control = duplicate(sockets.control), feed = duplicate(sockets.feed);
  for (auto const* made : {&web, &control, &feed}) {
    if (!*made) return made->error();
  }
  return InheritedSockets{std::move(*web), std::move(*control), std::move(*feed)};
}

}  // namespace proktor::app
