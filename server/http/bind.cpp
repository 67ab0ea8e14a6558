#include "http/server.hpp"

#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace proktor::http {
namespace {

Error errno_error(std::string const& what) {
  return fail(Errc::io_error, what + ": " + std::strerror(errno));
}

Result<Fd> listen_on_tcp(int family, sockaddr const* address, socklen_t size, std::string const& what) {
  Fd socket(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return errno_error(what);
  int const on = 1;
  // A restarted server must get its address back while old connections are still in TIME_WAIT.
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), address, size) != 0) return errno_error(what);
  if (::listen(socket.get(), listen_backlog) != 0) return errno_error(what);
  return socket;
}

bool somebody_serves(sockaddr_un const& address) {
  Fd const probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return probe && ::connect(probe.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) == 0;
}

}  // namespace

Result<Fd> bind_tcp(std::string const& address, std::uint16_t port) {
  std::string const what = address + ":" + std::to_string(port);
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    return listen_on_tcp(AF_INET, reinterpret_cast<sockaddr const*>(&v4), sizeof v4, what);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  if (::inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    return listen_on_tcp(AF_INET6, reinterpret_cast<sockaddr const*>(&v6), sizeof v6, what);
  }
  return fail(Errc::io_error, what + ": not an address");
}

Result<Fd> bind_unix(std::filesystem::path const& path, mode_t mode) {
  std::string const text = path.string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (text.size() >= sizeof address.sun_path)
    return fail(Errc::io_error, text + ": path too long for a socket");
  std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
  struct stat info {};
  if (::lstat(text.c_str(), &info) == 0) {
    if (!S_ISSOCK(info.st_mode)) return fail(Errc::io_error, text + ": exists and is not a socket");
    if (somebody_serves(address)) return fail(Errc::io_error, text + ": another process serves it");
    ::unlink(text.c_str());
  }
  // The mode is set before anybody can connect: a socket that is bound but does not listen refuses.
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return errno_error(text);
  if (::bind(socket.get(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
    return errno_error(text);
  if (::chmod(text.c_str(), mode) != 0) return errno_error(text);
  if (::listen(socket.get(), listen_backlog) != 0) return errno_error(text);
  return socket;
}

std::uint16_t port_of(Fd const& listening) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<sockaddr_in const&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<sockaddr_in6 const&>(address).sin6_port);
  return 0;
}

}  // namespace proktor::http
