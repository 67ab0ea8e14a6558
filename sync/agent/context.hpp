#pragma once
// What every part of the agent shares. Owned by Agent, outlives them. I/O thread only.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/client.hpp"
#include "sync/agent/box_files.hpp"
#include "sync/agent/config.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace proktor::sync {

struct Centre {
  http::Endpoint endpoint{};
  http::TlsContext tls;
};

enum class Peer { feed, control, centre };  // proktord's two sockets, and the centre

struct Context {
  boost::asio::any_io_executor executor;
  SyncConfig config{};
  BoxFiles box{};
  std::optional<Centre> centre{};  // none: segments are sealed and wait for a stick
  std::shared_ptr<Clock> clock = std::make_shared<SystemClock>();
  std::shared_ptr<Random> random = std::make_shared<SystemRandom>();
  std::function<std::unique_ptr<http::Link>(Peer)> link{};  // instead of real connections
  bool stopping = false;

  // The last answer of the centre, for the state that a proctor sees.
  TimeMs last_contact_ms = 0;  // 0: never
  std::string centre_error{};  // empty while it answers
};

std::unique_ptr<http::Link> connect(Context const& context, Peer peer);

}  // namespace proktor::sync
