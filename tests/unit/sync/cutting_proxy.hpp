#pragma once
// A TCP proxy on loopback that cuts a connection at an exact byte of one direction. Real sockets, one thread.
// Fault model: what was read before the cut has been passed on; after it both ends see the connection close.

#include "base/file.hpp"

#include <atomic>
#include <cstdint>
#include <thread>

namespace proktor::sync::testing {

enum class Direction : std::uint8_t { to_server, to_client };

class CuttingProxy {
 public:
  explicit CuttingProxy(std::uint16_t server_port);
  ~CuttingProxy();
  CuttingProxy(CuttingProxy const&) = delete;
  CuttingProxy& operator=(CuttingProxy const&) = delete;

  std::uint16_t port() const { return port_; }
  // The next connection is cut when `bytes` have passed in that direction; those after it are left alone.
  void arm(Direction direction, std::int64_t bytes);
  bool has_cut() const { return cut_; }
  std::int64_t passed(Direction direction) const { return passed_[static_cast<std::size_t>(direction)]; }  // since arm()

 private:
  void serve();
  void pump(Fd client);
  bool pass(Direction direction, int from, int to, std::int64_t& allowed);

  Fd listening_;
  std::uint16_t port_ = 0;
  std::uint16_t server_port_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> armed_{false};
  std::atomic<bool> cut_{false};
  std::atomic<std::int64_t> passed_[2]{};
  Direction direction_ = Direction::to_server;
  std::int64_t bytes_ = 0;
  std::thread thread_;
};

}  // namespace proktor::sync::testing
