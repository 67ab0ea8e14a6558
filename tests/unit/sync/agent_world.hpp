#pragma once
// The whole agent in one thread, without sockets: proktord and the centre are functions, and any answer of theirs can be
// another one. The centre is the real gateway. Waits are a millisecond; a test waits for what it wants.

#include "world.hpp"

#include "base/log.hpp"
#include "sync/agent/agent.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace proktor::sync::testing {

using Answer = Result<http::ClientResponse>;

class AgentWorld {
 public:
  explicit AgentWorld(std::uint64_t seed);
  ~AgentWorld();
  AgentWorld(AgentWorld const&) = delete;
  AgentWorld& operator=(AgentWorld const&) = delete;

  // Instead of an answer; nothing: the true one. `good` is the true answer, made only when it is called.
  using Trouble = std::function<std::optional<Answer>(Peer, http::ClientRequest const&, std::function<Answer()> const& good)>;

  void start();
  void stop();  // to the last coroutine
  // Turns the loop until `done`; false when the patience ends.
  bool until(std::function<bool()> const& done, std::chrono::milliseconds patience = std::chrono::seconds(20));
  bool until_state(std::string const& state, std::string const& error);  // as proktord is told; error: a part of it

  std::uint64_t received() const;  // how far the receipts that proktord has reach
  bool all_received() const { return received() >= ended_at; }
  // What the centre keeps, as feed lines.
  std::string kept() const;

  Place place{};
  BoxFiles box;
  TestJournal journal;
  SyncConfig config{};
  Trouble trouble{};
  std::string status{};  // the latest that proktord was told
  std::uint64_t ended_at = 0;  // the journal's end when the sitting ended
  std::map<std::string, int> asked{};  // requests by method and path

 private:
  class ScriptedLink;
  Answer answer(Peer peer, http::ClientRequest const& request);
  Answer true_answer(Peer peer, http::ClientRequest const& request);
  Answer of_centre(http::ClientRequest const& request);

  boost::asio::io_context context_{1};
  std::unique_ptr<pusat::Gateway> gateway_;
  std::string certificate_der_;
  std::vector<std::string> receipts_;
  std::unique_ptr<Agent> agent_;
};

// An answer with this status and, when given, these headers and this body.
Answer reply(int status, std::string body = {}, http::Fields headers = {});

}  // namespace proktor::sync::testing
