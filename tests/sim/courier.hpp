#pragma once
// proktor-sync and the centre in memory: the real agent with its spool on the box's disk, over links that the world
// carries; the real gateway and opener behind a slow, lossy and sometimes lying line.

#include "authority.hpp"
#include "box.hpp"

#include "sync/agent/agent.hpp"
#include "sync/pusat/gateway.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace proktor::sim {

class Centre {
 public:
  Centre(World& world, Authority const& authority, std::filesystem::path data);
  ~Centre();
  // False: it could not be opened.
  bool start();
  void kill();
  bool up() const { return gateway_ != nullptr; }
  void ask(http::Request request, Box::Answered answered);
  std::filesystem::path const& data() const { return data_; }

 private:
  World& world_;
  Authority const& authority_;
  std::filesystem::path data_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<pusat::Gateway> gateway_;
};

class Courier {
 public:
  // Brings a request to one of proktord's sockets: false when it is down.
  using ToBox = std::function<bool(sync::Peer, http::Request, Box::Answered)>;

  Courier(World& world, Plan const& plan, Authority const& authority, Site& site, std::filesystem::path spool,
          Centre& centre, ToBox to_box);
  ~Courier();
  bool start();
  void kill();
  bool up() const { return agent_ != nullptr; }
  bool turn() { return loop_ && loop_->turn() > 0; }
  void box_died();  // what its sockets still owed is never answered
  void heal() { healed_ = true; }

 private:
  class SimLink;
  struct Pending {
    std::function<void(Result<http::ClientResponse>)> done{};
    sync::Peer peer{};
    void end(Result<http::ClientResponse> response) {
      if (auto const now = std::exchange(done, nullptr)) now(std::move(response));
    }
  };
  void carry(sync::Peer peer, http::ClientRequest const& request, std::shared_ptr<Pending> const& pending);
  void to_centre(http::Request request, std::shared_ptr<Pending> const& pending);
  bool unlucky(unsigned per_mille) { return !healed_ && world_.chance(per_mille); }

  World& world_;
  Plan const& plan_;
  Authority const& authority_;
  Site& site_;
  std::filesystem::path spool_;
  Centre& centre_;
  ToBox to_box_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<sync::Agent> agent_;
  std::vector<std::shared_ptr<Pending>> waiting_;
  bool healed_ = false;
};

}  // namespace proktor::sim
